"""Steps of a claim that touch only our records: load, decide in `domain`, write, in one transaction.

Each may be repeated after it was kept: it then changes nothing and answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.after_close import show_payouts
from activities.claim_payouts import (
    MANUAL_REFUNDS,
    ground_of,
    pay_claim,
    take_claim_payouts,
    take_manual_refund,
)
from activities.goods_out import hear_given_back, plan_shipment, report_shipments
from activities.lost_goods import claim_lost_goods
from activities.mismatches import give_up_mismatched
from activities.steps import DeadlineStep, EventStep, Step
from activities.unexpected_goods import leave_for_a_person
from activities.writing import announce_reminders, keep_change, unchanged
from domain.cases import EventAnswer, EventKind, EventOutcome, InboxEvent, StepResult, WaitingFor
from domain.changes import entry
from domain.claims.case import Claim, ClaimBasis
from domain.claims.events import apply_event
from domain.claims.giving import give, is_replacement_due, take_shipments
from domain.claims.judging import Known, judge_claim
from domain.claims.opening import close_claim, open_claim, pass_deadline, refuse_claim, taken_units
from domain.claims.planning import goods_to_send
from domain.claims.progress import derive_progress, is_ready_to_give
from domain.claims.proposing import ClaimChange
from domain.claims.queue import CLAIM, REMEDY
from domain.claims.warranties import covered_lines
from domain.policies import Conditions, Policy
from domain.ports import Records, Transaction
from domain.replacement_shipments.counts import count_goods, say_goods
from domain.replacement_shipments.opening import ShipmentPlan
from domain.returns.approvals import DecidingRoom
from domain.returns.case import Verdict
from domain.risk.models import RiskHistory


@dataclass(frozen=True)
class ClaimSteps:
    """The steps of a claim on one set of records; conditions are only evaluated here, never in a workflow."""

    records: Records
    conditions: Conditions

    @activity.defn(name="claims.open")
    def open(self, step: Step) -> StepResult:
        """The claim is judged by the policy, and unless it is refused its units are reserved for it."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            if case.verdict is not None:
                return unchanged(tx, case, policy)
            order = tx.order(step.ref.merchant, case.order_id)
            history = tx.risk_history(step.ref, order, policy.abuse, at=case.requested_at, alone=True)
            basis = _verdict_basis(tx, case, history)
            judgement = judge_claim(case, order, Known.of(basis, policy=policy, conditions=self.conditions))
            basis = basis.model_copy(update={"stake": judgement.stake})
            case = case.with_facts(verdict_basis=basis)
            if judgement.verdict is Verdict.REFUSED:
                change = refuse_claim(case, judgement.findings, judgements=judgement.lines, at=step.at)
                return keep_change(tx, case, change, policy)
            if not tx.reserve_units(step.ref, order, case.claimed):
                case = case.with_facts(verdict_basis=basis.model_copy(update={"reserved": False}))
                return keep_change(tx, case, refuse_claim(case, taken_units(), at=step.at), policy)
            change = open_claim(case, judgement, ground_of(tx, case, policy, at=step.at), at=step.at)
            return keep_change(tx, case, self._given(tx, change, policy, at=step.at), policy)

    @activity.defn(name="claims.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The event is part of the claim, or its sender is told why not; either way it is on the timeline."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            event = tx.event(step.event_id)
            if event is None or event.ref != step.ref:
                return unchanged(tx, case, policy, answer=_unknown(step))
            if done := tx.event_outcome(step.event_id):
                outcome, code, detail = done
                answer = EventAnswer(event_id=event.event_id, outcome=outcome, code=code, detail=detail)
                return unchanged(tx, case, policy, answer=answer)
            change = _applied(tx, case, event, policy, at=step.at)
            assert change.answer is not None, "every event is answered"
            tx.settle_event(step.event_id, change.answer.outcome, change.answer.code, change.answer.detail)
            leave_for_a_person(tx, case, change.case, event)
            return keep_change(tx, case, self._given(tx, change, policy, at=step.at), policy)

    @activity.defn(name="claims.pass_deadline")
    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """What follows when nobody came in time is on record; nothing when the claim has moved on."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            change = pass_deadline(case, step.waiting_for, policy=policy, at=step.at)
            if change is None:
                return unchanged(tx, case, policy)
            announce_reminders(tx, change)
            return keep_change(tx, case, self._given(tx, change, policy, at=step.at), policy)

    @activity.defn(name="claims.close")
    def close(self, step: Step) -> StepResult:
        """The claim is closed; units that were paid back stay taken, the others may be returned or claimed again."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            if derive_progress(case, policy).waiting_for is not WaitingFor.CLOSING:
                return unchanged(tx, case, policy)
            tx.release_units(step.ref, case.settled_units)
            change = close_claim(case, policy=policy, at=step.at)
            lost = claim_lost_goods(tx, change.case, at=step.at)
            return keep_change(tx, case, change.model_copy(update={"entries": (*change.entries, *lost)}), policy)

    def _given(self, tx: Transaction, change: ClaimChange, policy: Policy, *, at: datetime) -> ClaimChange:
        """The change, and what follows from it at once: what was approved is given, and money is in the ledger."""
        case, entries = change.case, list(change.entries)
        if case.closed_at is not None:
            return change
        if is_ready_to_give(case):
            given = give(case, ground_of(tx, case, policy, at=at), self.conditions, at=at)
            case, entries = given.case, [*entries, *given.entries]
        if is_replacement_due(case):
            sent = _send_again(tx, case, policy, at=at)
            case, entries = sent.case, [*entries, *sent.entries]
        if case.given_at is not None and case.owed_minor > 0:
            paid = pay_claim(tx, case, policy, at=at)
            case, entries = paid.case, [*entries, *paid.entries]
        return ClaimChange(case=case, entries=tuple(entries), answer=change.answer)


def _loaded(tx: Transaction, step: Step) -> tuple[Claim, Policy]:
    case = tx.claim(step.ref)
    return case, tx.policy(step.ref.merchant, case.policy_version).policy


def _verdict_basis(tx: Transaction, case: Claim, history: RiskHistory) -> ClaimBasis:
    """What the verdict rests on, as it is now."""
    merchant, order_id = case.ref.merchant, case.order_id
    return ClaimBasis(
        order_version=tx.order_version(merchant, order_id),
        taken=tx.units_in_cases(merchant, order_id, apart_from=case.ref),
        earlier=tx.earlier_claims(merchant, order_id, apart_from=case.ref),
        covered=covered_lines(tx.warranties_of(merchant, order_id), case.lines, at=case.requested_at),
        evidence=len(case.evidence),
        history=history,
    )


def _applied(tx: Transaction, case: Claim, event: InboxEvent, policy: Policy, *, at: datetime) -> ClaimChange:
    if event.kind is EventKind.PAYOUT_CHANGED:
        return _take_payouts(tx, case, event, policy, at=at)
    if event.kind in MANUAL_REFUNDS:
        return take_manual_refund(tx, case, event, policy, at=at)
    if event.kind is EventKind.REPLACEMENT_CHANGED:
        words = "The replacement is as its shipment says."
        case = hear_given_back(tx, case, policy)
        change = take_shipments(case, report_shipments(tx, case, policy), at=at)
        return change.model_copy(update={"answer": _answer(event, words)})
    waits = derive_progress(case, policy).waiting_for
    subject = CLAIM if waits is WaitingFor.REVIEW else REMEDY
    room = DecidingRoom(
        delegations=tx.delegations_to(event.merchant, event.actor.person, at=at),
        claimed_by=tx.approval_owner(case.ref, subject),
    )
    change = apply_event(case, event, ground_of(tx, case, policy, at=at), room, at=at)
    return give_up_mismatched(tx, change, change.case.approval, event, at=at)


def _take_payouts(tx: Transaction, case: Claim, event: InboxEvent, policy: Policy, *, at: datetime) -> ClaimChange:
    """The provider told something about a payout, and the ledger holds it already."""
    answer = _answer(event, "The payouts are as the ledger knows them.")
    if case.closed_at is not None:
        show_payouts(tx, case, at=at)
        return ClaimChange(case=tx.claim(case.ref), answer=answer)
    return take_claim_payouts(tx, case, policy, at=at).model_copy(update={"answer": answer})


def _send_again(tx: Transaction, case: Claim, policy: Policy, *, at: datetime) -> ClaimChange:
    """The same goods are promised as one more replacement shipment, which goes out at once."""
    goods = goods_to_send(case, tx.order(case.ref.merchant, case.order_id))
    plan = ShipmentPlan(
        number_in_case=len(case.shipments) + 1, goods=goods, warehouse=policy.return_address, ship_at_once=True
    )
    actor = case.approval.actor if case.approval else case.opened_by
    number = plan_shipment(tx, case, plan, at=at, actor=actor).rma
    words = f"{say_goods(count_goods(goods))} goes out again as replacement shipment {number}."
    line = entry(at, "replacement.promised", words, number=number)
    return ClaimChange(case=case.with_facts(shipments=report_shipments(tx, case, policy)), entries=(line,))


def _answer(event: InboxEvent, detail: str) -> EventAnswer:
    return EventAnswer(event_id=event.event_id, outcome=EventOutcome.APPLIED, code="applied", detail=detail)


def _unknown(step: EventStep) -> EventAnswer:
    detail = "A signal named an event that never arrived through the API; it was ignored."
    return EventAnswer(event_id=step.event_id, outcome=EventOutcome.PARKED, code="unknown_event", detail=detail)
