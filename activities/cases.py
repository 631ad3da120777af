"""Steps of a return that touch only our records: load, decide in `domain`, write, in one transaction.

Each may be repeated after it was kept (a worker died before it could answer): it then changes nothing and answers
the same. None catches errors: what goes wrong here is an outage of the database, which the next try finds mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from temporalio import activity

from activities.after_close import show_payouts
from activities.authority import EXCEPTIONAL, deciding_room, plan_basis, spent_on_requests, take_exception
from activities.exchange_choices import take_choice
from activities.exchanges import exchange_ask, follow_after, follow_before
from activities.goods_out import hear_given_back, report_shipments
from activities.keeping import keep_goods
from activities.linked_returns import take_split, take_up_linked
from activities.lost_goods import claim_lost_goods
from activities.mismatches import give_up_mismatched
from activities.return_payouts import (
    MANUAL_REFUNDS,
    plan_return_payouts,
    stop_ahead,
    stop_unsent,
    take_manual_refund,
    take_return_payouts,
)
from activities.steps import DeadlineStep, EventStep, Step
from activities.unexpected_goods import leave_for_a_person
from activities.writing import announce_reminders, keep_change, loaded, unchanged
from domain.cases import SYSTEM, EventAnswer, EventKind, EventOutcome, InboxEvent, StepResult, WaitingFor
from domain.changes import entry
from domain.exchanges.events import hear_pointer
from domain.goods_back.events import GOODS_NEWS
from domain.money import Money
from domain.payment_issues.case import PaymentIssueCause, issue_key
from domain.payment_issues.opening import open_overpaid
from domain.policies import Conditions, Policy
from domain.ports import Records, Transaction
from domain.replacement_shipments.news import say_news
from domain.returns.ahead import is_ready_ahead, owed_back_minor, units_kept
from domain.returns.appeals import tell_outcome
from domain.returns.case import ReturnCase, Verdict, VerdictBasis
from domain.returns.changes import Change
from domain.returns.events import apply_event
from domain.returns.keeping import is_keeping_undecided
from domain.returns.opening import close_return, open_return, pass_deadline, refuse_taken_units
from domain.returns.progress import derive_progress
from domain.returns.risks import weigh_request
from domain.returns.service import terms_of
from domain.returns.settlement import is_payout_due, is_ready_to_propose, propose_refund

TAKEN = "The payouts are as the ledger knows them."


@dataclass(frozen=True)
class ReturnSteps:
    """The steps of a return on one set of records; conditions are only evaluated here, never in a workflow."""

    records: Records
    conditions: Conditions

    @activity.defn(name="returns.open")
    def open(self, step: Step) -> StepResult:
        """The request has its verdict, and unless it is refused its units are reserved for this case."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            if case.eligibility is not None:
                return take_up_linked(tx, case, policy, at=step.at) or unchanged(tx, case, policy)
            order = tx.order(step.ref.merchant, case.order_id)
            taken = tx.units_in_cases(step.ref.merchant, case.order_id, apart_from=step.ref)
            ask = exchange_ask(tx, case, order)
            history = tx.risk_history(step.ref, order, policy.abuse, at=case.requested_at, alone=True)
            change = open_return(
                case,
                order,
                policy=policy,
                conditions=self.conditions,
                taken=taken,
                at=step.at,
                ask=ask,
                history=history,
                spent=spent_on_requests(tx, case, order, policy, at=step.at),
            )
            basis = VerdictBasis(
                order_version=tx.order_version(step.ref.merchant, case.order_id),
                taken=taken,
                offers=ask.offers,
                stake=weigh_request(order, case.lines, terms_of(change.case), policy=policy),
                history=history,
            )
            if not _is_refused(change.case) and not tx.reserve_units(step.ref, order, case.expected):
                change = refuse_taken_units(case, at=step.at)
                basis = basis.model_copy(update={"reserved": False})
            change = follow_before(tx, change.with_facts(verdict_basis=basis), policy, at=step.at)
            if is_keeping_undecided(change.case):
                change = self._settled(tx, change, step)
            return keep_change(tx, case, change, policy)

    @activity.defn(name="returns.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The event is part of the case, or its sender is told why not; either way it is on the timeline."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            event = tx.event(step.event_id)
            if event is None or (event.merchant, event.rma) != (step.ref.merchant, step.ref.rma):
                return keep_change(tx, case, _unknown_event(case, step), policy)
            if done := tx.event_outcome(step.event_id):
                return unchanged(tx, case, policy, answer=_repeated(event, *done))
            if event.kind is EventKind.PAYOUT_CHANGED:
                return self._take_payouts(tx, case, event, step, policy)
            change = _apply(tx, case, event, policy, at=step.at)
            assert change.answer is not None, "every event is answered"
            tx.settle_event(step.event_id, change.answer.outcome, change.answer.code, change.answer.detail)
            leave_for_a_person(tx, case, change.case, event)
            if case.appeal is not None and (told := tell_outcome(case, change.case, at=step.at)):
                appealed = tx.return_of(step.ref.merchant, case.appeal.of)
                tx.add_to_timeline(appealed.ref, told)
            change = give_up_mismatched(tx, change, change.case.approval, event, at=step.at)
            return keep_change(tx, case, self._settled(tx, change, step), policy)

    @activity.defn(name="returns.pass_deadline")
    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """What the policy says about a passed deadline is done; nothing when the case has moved on."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            change = pass_deadline(case, step.waiting_for, policy=policy, at=step.at)
            if change is None:
                return unchanged(tx, case, policy)
            announce_reminders(tx, change)
            return keep_change(tx, case, self._settled(tx, change, step), policy)

    @activity.defn(name="returns.proceed")
    def proceed(self, step: Step) -> StepResult:
        """What follows from the customer's payment for an exchange is on record."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            change = self._settled(tx, Change(case=case), step)
            if change.case == case:
                return unchanged(tx, case, policy)
            return keep_change(tx, case, change, policy)

    @activity.defn(name="returns.close")
    def close(self, step: Step) -> StepResult:
        """The return is closed and units that did not come back are free again; not while anything is waited for."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            if derive_progress(case, policy).waiting_for is not WaitingFor.CLOSING:
                return unchanged(tx, case, policy)
            stopped = stop_unsent(tx, case, at=step.at)
            closed = close_return(stopped.case, policy=policy, at=step.at)
            closed = closed.model_copy(update={"entries": (*stopped.entries, *closed.entries)})
            change = self._owed_back(tx, closed, step)
            tx.release_units(step.ref, units_kept(change.case))
            lost = claim_lost_goods(tx, change.case, at=step.at)
            change = change.model_copy(update={"entries": (*change.entries, *lost)})
            return keep_change(tx, case, change, policy)

    def _take_payouts(
        self, tx: Transaction, case: ReturnCase, event: InboxEvent, step: EventStep, policy: Policy
    ) -> StepResult:
        """The provider told something about a payout, and the ledger holds it already."""
        answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.APPLIED, code="applied", detail=TAKEN)
        tx.settle_event(event.event_id, answer.outcome, answer.code, answer.detail)
        if case.closed_at is not None:
            show_payouts(tx, case, at=step.at)
            return unchanged(tx, case, policy, answer=answer)
        change = take_return_payouts(tx, case, policy, at=step.at)
        return keep_change(tx, case, change.model_copy(update={"answer": answer}), policy)

    def _owed_back(self, tx: Transaction, change: Change, step: Step) -> Change:
        """What the customer owes to the shop after all is followed by a payment issue of its own."""
        owed = Money(minor=owed_back_minor(change.case), currency=change.case.currency)
        if not owed.minor:
            return change
        make = partial(open_overpaid, case=change.case, amount=owed, at=step.at)
        issue, is_new = tx.open_issue(step.ref.merchant, issue_key(PaymentIssueCause.OVERPAID, step.ref.rma), make)
        if is_new:
            tx.record_overpaid(tx.payment_issue(issue), actor=SYSTEM)
        summary = f"Payment issue {issue.rma} follows the {owed} that the customer owes to the shop."
        line = entry(step.at, "payment_issue.opened", summary, payment_issue=issue.rma, amount_minor=owed.minor)
        return Change(case=change.case, entries=(*change.entries, line), answer=change.answer)

    def _settled(self, tx: Transaction, change: Change, step: Step) -> Change:
        """The change, and what follows from it at once: the proposal when all is inspected, payouts when approved."""
        policy = tx.policy(step.ref.merchant, change.case.policy_version).policy
        change = stop_ahead(tx, change, at=step.at)
        change = keep_goods(tx, follow_before(tx, change, policy, at=step.at), policy, at=step.at)
        change = follow_after(tx, self._proposed(tx, change, policy, step), policy, at=step.at)
        case, entries = change.case, list(change.entries)
        if is_payout_due(case):
            planned = plan_return_payouts(tx, case, policy, at=step.at)
            case, entries = planned.case, [*entries, *planned.entries]
        return change.model_copy(update={"case": case, "entries": tuple(entries)})

    def _proposed(self, tx: Transaction, change: Change, policy: Policy, step: Step) -> Change:
        if not (is_ready_to_propose(change.case) or is_ready_ahead(change.case)):
            return change
        case = change.case
        order = tx.order(step.ref.merchant, case.order_id)
        basis = plan_basis(tx, case, order, policy, at=step.at)
        proposed = propose_refund(case, order, policy=policy, conditions=self.conditions, basis=basis, at=step.at)
        return change.model_copy(update={"case": proposed.case, "entries": (*change.entries, *proposed.entries)})


def _apply(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    if event.kind in MANUAL_REFUNDS:
        return take_manual_refund(tx, case, event, policy, at=at)
    is_open = derive_progress(case, policy).open
    if is_open and event.kind is EventKind.SPLIT_REQUESTED:
        return take_split(tx, case, event, policy, at=at)
    if is_open and event.kind in EXCEPTIONAL:
        return take_exception(tx, case, event, policy, at=at)
    if is_open and event.kind is EventKind.CHOICE_GIVEN:
        return take_choice(tx, case, event, policy, at=at)
    decides = is_open and event.kind is EventKind.APPROVAL_DECIDED
    room = deciding_room(tx, case, event, policy, at=at) if decides else None
    if is_open and event.kind is EventKind.REPLACEMENT_CHANGED:
        return _hear_shipments(tx, case, event, policy, at=at)
    order = tx.order(case.ref.merchant, case.order_id) if event.kind in GOODS_NEWS else None
    return apply_event(case, event, policy=policy, at=at, order=order, room=room)


def _hear_shipments(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """What became of goods on their way to the customer is told, and kept of those that go back."""
    heard = hear_given_back(tx, case, policy)
    promised = case.exchange.shipments if case.exchange else ()
    now = report_shipments(tx, case, policy) if case.exchange else ()
    words = say_news((*case.goods.given_back, *promised), (*heard.goods.given_back, *now))
    return hear_pointer(heard, event, at=at, words=words)


def _is_refused(case: ReturnCase) -> bool:
    return case.eligibility is not None and case.eligibility.verdict is Verdict.REFUSED


def _repeated(event: InboxEvent, outcome: EventOutcome, code: str, detail: str) -> EventAnswer:
    """The answer that the first delivery of the event got."""
    return EventAnswer(event_id=event.event_id, outcome=outcome, code=code, detail=detail)


def _unknown_event(case: ReturnCase, step: EventStep) -> Change:
    """A signal typed by hand: it names no event that came through our door, so it can decide nothing."""
    detail = "A signal named an event that never arrived through the API; it was ignored."
    answer = EventAnswer(event_id=step.event_id, outcome=EventOutcome.PARKED, code="unknown_event", detail=detail)
    line = entry(step.at, "signal.ignored", detail, event_id=step.event_id[:64])
    return Change(case=case, entries=(line,), answer=answer)
