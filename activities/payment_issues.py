"""Steps of a payment issue that touch only our records: load, decide in `domain`, write, in one transaction.

Each may be repeated after it was kept: it then changes nothing and answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.after_close import show_payouts
from activities.manual_money import hold_reported, lent_to, settle_reported, taken_on_by
from activities.mismatches import fail_mismatched
from activities.order_funds import funds_of
from activities.steps import DeadlineStep, EventStep, Step
from activities.writing import keep_change, unchanged
from domain.cases import EventAnswer, EventKind, EventOutcome, InboxEvent, StepResult, WaitingFor
from domain.changes import parked
from domain.confirmers import Wanted
from domain.manual_money import decide_manual_refund, is_applied, record_manual_refund
from domain.payment_issues.case import PaymentIssue, PaymentIssueCause, Resolution
from domain.payment_issues.events import (
    IssueChange,
    close_issue,
    decide_resolution,
    pass_deadline,
    take_arrival,
    take_dispute,
    take_payouts,
)
from domain.payment_issues.progress import derive_progress
from domain.payout_news import changed_payouts, tell_payout
from domain.payouts import PayoutState
from domain.policies import Policy
from domain.ports import Records, Transaction


@dataclass(frozen=True)
class PaymentIssueSteps:
    """The steps of a payment issue on one set of records."""

    records: Records

    @activity.defn(name="payment_issues.open")
    def open(self, step: Step) -> StepResult:
        """The issue is taken up, and the merchant's systems hear of it."""
        with self.records.transaction() as tx:
            issue, policy = _loaded(tx, step)
            if tx.case_version(step.ref) > 1:
                return unchanged(tx, issue, policy)
            facts = {"rma": issue.ref.rma, "order_id": issue.order_id, "cause": str(issue.cause)}
            tx.announce(issue.ref, "payment_issue.opened", facts)
            return keep_change(tx, issue, IssueChange(case=issue), policy)

    @activity.defn(name="payment_issues.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The event is part of the issue, or its sender is told why not; either way it is on the timeline."""
        with self.records.transaction() as tx:
            issue, policy = _loaded(tx, step)
            event = tx.event(step.event_id)
            if event is None or event.ref != step.ref:
                return unchanged(tx, issue, policy, answer=_unknown(step))
            if done := tx.event_outcome(step.event_id):
                outcome, code, detail = done
                answer = EventAnswer(event_id=event.event_id, outcome=outcome, code=code, detail=detail)
                return unchanged(tx, issue, policy, answer=answer)
            change = self._applied(tx, issue, event, policy, step)
            assert change.answer is not None, "every event is answered"
            tx.settle_event(step.event_id, change.answer.outcome, change.answer.code, change.answer.detail)
            return keep_change(tx, issue, change, policy)

    @activity.defn(name="payment_issues.pass_deadline")
    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """The wait is escalated; nothing when the issue has moved on."""
        with self.records.transaction() as tx:
            issue, policy = _loaded(tx, step)
            change = pass_deadline(issue, step.waiting_for, policy=policy, at=step.at)
            if change is None:
                return unchanged(tx, issue, policy)
            return keep_change(tx, issue, change, policy)

    @activity.defn(name="payment_issues.close")
    def close(self, step: Step) -> StepResult:
        """The issue is closed, unless news came meanwhile that keeps it open."""
        with self.records.transaction() as tx:
            issue, policy = _loaded(tx, step)
            if derive_progress(issue, policy).waiting_for is not WaitingFor.CLOSING:
                return unchanged(tx, issue, policy)
            return keep_change(tx, issue, close_issue(issue, policy=policy, at=step.at), policy)

    def _applied(
        self, tx: Transaction, issue: PaymentIssue, event: InboxEvent, policy: Policy, step: EventStep
    ) -> IssueChange:
        match event.kind:
            case EventKind.RESOLUTION_DECIDED:
                return _decide(tx, issue, event, policy, step)
            case EventKind.MANUAL_REFUND_RECORDED:
                return _record_manual(tx, issue, event, policy, step)
            case EventKind.MANUAL_REFUND_DECIDED:
                return _decide_manual(tx, issue, event, policy, step)
            case EventKind.PAYOUT_CHANGED:
                return _answered(_take_payouts(tx, issue, step), event)
            case EventKind.DISPUTE_CHANGED:
                return _answered(_take_dispute(tx, issue, step), event)
            case _:
                detail = f"A payment issue takes no {event.kind}; a person finds the case that it is about."
                return parked(issue, event, at=step.at, code="not_for_payment_issues", detail=detail)


def _loaded(tx: Transaction, step: Step) -> tuple[PaymentIssue, Policy]:
    issue = tx.payment_issue(step.ref)
    return issue, tx.policy(step.ref.merchant, issue.policy_version).policy


def _decide(tx: Transaction, issue: PaymentIssue, event: InboxEvent, policy: Policy, step: EventStep) -> IssueChange:
    """The decision with its payouts in the ledger; the order is locked, so that what it rests on holds."""
    tx.lock_order(step.ref.merchant, issue.order_id)
    funds = funds_of(tx, issue, policy.payouts)
    change = decide_resolution(issue, event, funds=funds, policy=policy, at=step.at)
    decision = change.case.decision
    pays_again = decision is not None and decision.resolution is Resolution.PAY_AGAIN
    if pays_again and is_applied(change.answer) and issue.mismatched_minor:
        ledger = fail_mismatched(tx, issue, event)
        told = (tell_payout(payout, step.at) for payout in changed_payouts(issue.payouts, ledger))
        change = change.model_copy(update={"entries": (*told, *change.entries)})
    fresh = [payout for payout in change.case.payouts if payout.number > len(issue.payouts)]
    if fresh and not tx.plan_payouts(step.ref, fresh, event.actor):
        raise AssertionError("the payments held it a moment ago, and the order is locked")
    if issue.cause is PaymentIssueCause.OVERPAID and is_applied(change.answer):
        tx.record_overpaid(change.case, actor=event.actor)
    return change


def _record_manual(
    tx: Transaction, issue: PaymentIssue, event: InboxEvent, policy: Policy, step: EventStep
) -> IssueChange:
    """What was paid outside holds its payment at once."""
    change = record_manual_refund(
        issue,
        event,
        owed_minor=issue.owed_minor,
        funds=funds_of(tx, issue, policy.payouts),
        at=step.at,
    )
    return hold_reported(tx, change, Wanted(), policy)


def _decide_manual(
    tx: Transaction, issue: PaymentIssue, event: InboxEvent, policy: Policy, step: EventStep
) -> IssueChange:
    """What the second person said is in the ledger; what is owed again waits for a decision."""
    tx.lock_order(step.ref.merchant, issue.order_id)
    lent, taken = lent_to(tx, event, at=step.at), taken_on_by(tx, issue)
    change = decide_manual_refund(issue, event, policy=policy, at=step.at, delegations=lent, claimed_by=taken)
    if not is_applied(change.answer):
        return change
    news = take_payouts(change.case, settle_reported(tx, change.case, event.actor), at=step.at)
    return change.model_copy(update={"case": news.case, "entries": (*change.entries, *news.entries)})


def _take_payouts(tx: Transaction, issue: PaymentIssue, step: EventStep) -> IssueChange:
    if issue.closed_at is not None:
        show_payouts(tx, issue, at=step.at)
        return IssueChange(case=tx.payment_issue(issue.ref))
    change = take_payouts(issue, tx.payouts(issue.ref), at=step.at)
    if issue.continues is None:
        return change
    origin = next(each for each in tx.payouts(issue.continues) if each.number == issue.continues_payout)
    if origin.state is not PayoutState.SETTLED:
        return change
    arrival = take_arrival(change.case, at=step.at)
    return IssueChange(case=arrival.case, entries=(*change.entries, *arrival.entries))


def _take_dispute(tx: Transaction, issue: PaymentIssue, step: EventStep) -> IssueChange:
    dispute = tx.dispute(issue.ref.merchant, issue.dispute.dispute_id) if issue.dispute else None
    if dispute is None:
        return IssueChange(case=issue)
    excess = tx.excess_minor(issue.ref.merchant, issue.order_id, issue.payment_id)
    return take_dispute(issue, dispute, excess_minor=excess, at=step.at)


def _answered(change: IssueChange, event: InboxEvent) -> IssueChange:
    """The ledger is on record as the provider told it; the answer says so."""
    detail = "The issue knows what the ledger knows."
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.APPLIED, code="applied", detail=detail)
    return change.model_copy(update={"answer": answer})


def _unknown(step: EventStep) -> EventAnswer:
    detail = "A signal named an event that never arrived through the API; it was ignored."
    return EventAnswer(event_id=step.event_id, outcome=EventOutcome.PARKED, code="unknown_event", detail=detail)
