"""Steps of an adjustment that touch only our records: load, decide in `domain`, write, in one transaction.

Each may be repeated after it was kept: it then changes nothing and answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.adjustment_plans import plan_adjustment, plan_lowered
from activities.after_close import show_payouts
from activities.manual_money import hold, hold_reported, lent_to, settle_reported, taken_on_by
from activities.mismatches import give_up_mismatched
from activities.order_funds import funds_of
from activities.steps import DeadlineStep, EventStep, Step
from activities.writing import keep_change, unchanged
from domain.adjustments.approvals import decide_approval
from domain.adjustments.authority import wanted_of
from domain.adjustments.case import Adjustment
from domain.adjustments.events import (
    AdjustmentChange,
    close_adjustment,
    pass_deadline,
    pay,
    settle_receivable,
    take_payouts,
)
from domain.adjustments.progress import derive_progress
from domain.adjustments.queue import SUBJECT
from domain.cases import EventAnswer, EventKind, EventOutcome, InboxEvent, StepResult, WaitingFor
from domain.changes import parked
from domain.manual_money import ask_confirmers, confirmation_of, decide_manual_refund, is_applied, record_manual_refund
from domain.policies import Policy
from domain.ports import Records, Transaction
from domain.returns.approvals import DecidingRoom


@dataclass(frozen=True)
class AdjustmentSteps:
    """The steps of an adjustment on one set of records."""

    records: Records

    @activity.defn(name="adjustments.open")
    def open(self, step: Step) -> StepResult:
        """It is planned, refused, or waits for a person; what may be paid at once is in the ledger."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            if derive_progress(case, policy).waiting_for is not WaitingFor.DECISION:
                return unchanged(tx, case, policy)
            proposed = plan_adjustment(tx, case, policy, at=step.at)
            change = _paid(tx, proposed, policy, at=step.at)
            if change.case.receivable_minor:
                tx.record_receivable(change.case, actor=case.opened_by)
            return keep_change(tx, case, change, policy)

    @activity.defn(name="adjustments.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The event is part of the case, or its sender is told why not; either way it is on the timeline."""
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
            return keep_change(tx, case, change, policy)

    @activity.defn(name="adjustments.pass_deadline")
    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """The wait is escalated; nothing when the case has moved on."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            change = pass_deadline(case, step.waiting_for, policy=policy, at=step.at)
            if change is None:
                return unchanged(tx, case, policy)
            return keep_change(tx, case, change, policy)

    @activity.defn(name="adjustments.close")
    def close(self, step: Step) -> StepResult:
        """The adjustment is closed, unless news came meanwhile that keeps it open."""
        with self.records.transaction() as tx:
            case, policy = _loaded(tx, step)
            if derive_progress(case, policy).waiting_for is not WaitingFor.CLOSING:
                return unchanged(tx, case, policy)
            return keep_change(tx, case, close_adjustment(case, policy=policy, at=step.at), policy)


def _loaded(tx: Transaction, step: Step) -> tuple[Adjustment, Policy]:
    case = tx.adjustment(step.ref)
    return case, tx.policy(step.ref.merchant, case.policy_version).policy


def _applied(tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy, *, at: datetime) -> AdjustmentChange:
    match event.kind:
        case EventKind.APPROVAL_DECIDED:
            return _decide(tx, case, event, policy, at=at)
        case EventKind.RESOLUTION_DECIDED:
            return _settle(tx, case, event, policy, at=at)
        case EventKind.PAYOUT_CHANGED:
            return _take_payouts(tx, case, event, at=at)
        case EventKind.MANUAL_REFUND_RECORDED:
            return _record_manual(tx, case, event, policy, at=at)
        case EventKind.MANUAL_REFUND_DECIDED:
            return _decide_manual(tx, case, event, policy, at=at)
        case _:
            detail = f"An adjustment takes no {event.kind}; a person finds the case that it is about."
            return parked(case, event, at=at, code="not_for_adjustments", detail=detail)


def _decide(tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy, *, at: datetime) -> AdjustmentChange:
    tx.lock_order(case.ref.merchant, case.order_id)
    room = DecidingRoom(
        delegations=tx.delegations_to(event.merchant, event.actor.person, at=at),
        claimed_by=tx.approval_owner(case.ref, SUBJECT),
    )
    lowered = plan_lowered(tx, case, event, policy)
    change = decide_approval(case, event, policy=policy, at=at, room=room, lowered=lowered)
    if not is_applied(change.answer):
        return change
    change = give_up_mismatched(tx, change, change.case.approval, event, at=at)
    if change.case.receivable_minor:
        tx.record_receivable(change.case, actor=event.actor)
    return _paid(tx, change, policy, at=at)


def _settle(tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy, *, at: datetime) -> AdjustmentChange:
    change = settle_receivable(case, event, policy=policy, at=at)
    if is_applied(change.answer):
        tx.record_receivable(change.case, actor=event.actor)
    return change


def _take_payouts(tx: Transaction, case: Adjustment, event: InboxEvent, *, at: datetime) -> AdjustmentChange:
    """The provider told something about a payout, and the ledger holds it already."""
    detail = "The payouts are as the ledger knows them."
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.APPLIED, code="applied", detail=detail)
    if case.closed_at is not None:
        show_payouts(tx, case, at=at)
        return AdjustmentChange(case=tx.adjustment(case.ref), answer=answer)
    return take_payouts(case, tx.payouts(case.ref), at=at).model_copy(update={"answer": answer})


def _record_manual(
    tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy, *, at: datetime
) -> AdjustmentChange:
    """What was paid outside holds its payment at once."""
    change = record_manual_refund(
        case,
        event,
        owed_minor=case.owed_minor,
        funds=funds_of(tx, case, policy.payouts),
        at=at,
    )
    return hold_reported(tx, change, wanted_of(case), policy)


def _decide_manual(
    tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy, *, at: datetime
) -> AdjustmentChange:
    """What the second person said is in the ledger; whoever confirms all that is owed has approved it.

    Not while a payout is mismatched: that alarm is about other money, and they have not looked at it.
    """
    tx.lock_order(case.ref.merchant, case.order_id)
    lent = lent_to(tx, event, at=at)
    wanted, taken = wanted_of(case), taken_on_by(tx, case)
    change = decide_manual_refund(case, event, policy=policy, at=at, wanted=wanted, delegations=lent, claimed_by=taken)
    if not is_applied(change.answer):
        return change
    news = take_payouts(change.case, settle_reported(tx, change.case, event.actor), at=at)
    confirmed = news.case
    if confirmed.needs_approval and not confirmed.owed_minor and not confirmed.mismatched_minor:
        confirmed = confirmed.with_facts(approval=confirmation_of(confirmed, event, at=at))
    return change.model_copy(update={"case": confirmed, "entries": (*change.entries, *news.entries)})


def _paid(tx: Transaction, change: AdjustmentChange, policy: Policy, *, at: datetime) -> AdjustmentChange:
    """What is owed and decided is in the ledger; the order is locked, so that what it rests on holds."""
    case = change.case
    paid = pay(case, funds_of(tx, case, policy.payouts), at=at)
    fresh = [payout for payout in paid.case.payouts if payout.number > len(case.payouts)]
    if fresh and paid.case.unconfirmed is not None:
        hold(tx, case.ref, fresh, paid.case.unconfirmed)
    elif fresh:
        actor = case.approval.actor if case.approval else case.opened_by
        if not tx.plan_payouts(case.ref, fresh, actor):
            raise AssertionError("the payments held it a moment ago, and the order is locked")
    asked = ask_confirmers(paid.case, wanted_of(paid.case), policy) if fresh else paid.case
    return change.model_copy(update={"case": asked, "entries": (*change.entries, *paid.entries)})


def _unknown(step: EventStep) -> EventAnswer:
    detail = "A signal named an event that never arrived through the API; it was ignored."
    return EventAnswer(event_id=step.event_id, outcome=EventOutcome.PARKED, code="unknown_event", detail=detail)
