"""What each kind of news does to a payment issue."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.authority import find_resolver_fault
from domain.cases import InboxEvent, WaitingFor
from domain.changes import CaseChange, applied, entry, parked, refused
from domain.disputes import Dispute, DisputeState
from domain.money import Money
from domain.order_funds import OrderFunds, take_from
from domain.payment_issues.case import IssueDecision, PaymentIssue, PaymentIssueCause, Resolution
from domain.payment_issues.progress import derive_progress
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_trouble import find_trouble, given_up
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.policies import Policy

IssueChange = CaseChange[PaymentIssue]


class ResolvedBody(BaseModel):
    """What the person decided, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    resolution: Resolution
    method: PayoutMethod = PayoutMethod.PROVIDER
    payment_id: str | None = None
    note: str = ""


def decide_resolution(
    issue: PaymentIssue,
    event: InboxEvent,
    *,
    funds: OrderFunds,
    policy: Policy,
    at: datetime,
) -> IssueChange:
    """The person's decision with the payouts that it leads to, or why it cannot be; nothing is paid in part."""
    progress = derive_progress(issue, policy)
    if not progress.open:
        detail = f"The payment issue {issue.ref.rma} is closed; the event is kept for a person to look at."
        return parked(issue, event, at=at, code="case_closed", detail=detail)
    if fault := find_resolver_fault(event.actor):
        return refused(issue, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    try:
        body = ResolvedBody.model_validate(event.payload)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(issue, event, at=at, code="unreadable_event", detail=detail)
    decision = IssueDecision(event_id=event.event_id, at=at, actor=event.actor, **body.model_dump())
    if issue.cause is PaymentIssueCause.OVERPAID and progress.waiting_for is WaitingFor.RESOLUTION:
        return _settle_overpaid(issue, event, decision)
    if body.resolution is Resolution.RECEIVED:
        detail = "The shop owes this money, nobody owes it to the shop: pay again or write off."
        return refused(issue, event, at=at, code="nothing_to_receive", detail=detail)
    if body.resolution is Resolution.WRITE_OFF:
        return _write_off(issue, event, decision, waiting_for=progress.waiting_for)
    if progress.waiting_for is not WaitingFor.RESOLUTION:
        detail = f"There is nothing to pay again now. Next: {progress.next_step}"
        return refused(issue, event, at=at, code="nothing_to_decide", detail=detail)
    return _pay_again(issue, event, decision, funds)


def take_payouts(issue: PaymentIssue, ledger: tuple[Payout, ...], *, at: datetime) -> IssueChange:
    """The payouts as the ledger knows them now; one that went wrong voids the decision, and a person decides anew.

    So does one that the provider knows with another amount: it is held, and whoever decides looks there first.
    """
    news = changed_payouts(issue.payouts, ledger)
    lines = tuple(tell_payout(payout, at) for payout in news)
    changed = issue.with_facts(payouts=ledger)
    if went_wrong := [payout for payout in news if find_trouble(payout)]:
        changed = changed.with_facts(
            decision=None,
            asked_at=at,
            why=_why(went_wrong[0]) or issue.why,
            escalated=tuple(waiting for waiting in issue.escalated if waiting is not WaitingFor.RESOLUTION),
        )
    return IssueChange(case=changed, entries=lines)


def take_arrival(issue: PaymentIssue, *, at: datetime) -> IssueChange:
    """The refund that had failed arrived after all: nothing is owed any more."""
    if issue.arrived_at is not None:
        return IssueChange(case=issue)
    line = entry(at, "refund.settled", "The refund that had failed arrived after all.")
    return IssueChange(case=issue.with_facts(arrived_at=at), entries=(line,))


def take_dispute(issue: PaymentIssue, dispute: Dispute, *, excess_minor: int, at: datetime) -> IssueChange:
    """What the bank says now; nothing when it is known."""
    if issue.dispute == dispute and issue.excess_minor == excess_minor:
        return IssueChange(case=issue)
    facts = {"dispute": dispute, "excess_minor": excess_minor, "amount_minor": dispute.amount_minor}
    changed = issue.with_facts(**facts, bank_decided_at=at if dispute.is_decided else None)
    amount = Money(minor=dispute.amount_minor, currency=dispute.currency)
    summary = f"{_BANK_SAYS[dispute.state]} ({amount})."
    line = entry(at, f"dispute.{dispute.state}", summary, dispute=dispute.dispute_id, excess_minor=excess_minor)
    return IssueChange(case=changed, entries=(line,))


def pass_deadline(issue: PaymentIssue, waiting_for: WaitingFor, *, policy: Policy, at: datetime) -> IssueChange | None:
    """The wait was escalated when its deadline passed; None when it has not, or when the issue moved on meanwhile."""
    progress = derive_progress(issue, policy)
    if progress.waiting_for is not waiting_for or progress.deadline is None or at < progress.deadline:
        return None
    summary = f"The wait for {waiting_for} passed its deadline and was escalated."
    changed = issue.with_facts(escalated=(*issue.escalated, waiting_for))
    return IssueChange(case=changed, entries=(entry(at, f"{waiting_for}.escalated", summary),))


def close_issue(issue: PaymentIssue, *, policy: Policy, at: datetime) -> IssueChange:
    """The issue is closed with the outcome that its facts lead to."""
    closed = issue.with_facts(closed_at=at)
    state = derive_progress(closed, policy).state
    line = entry(at, f"payment_issue.{state}", f"The payment issue ended as {state}.")
    return IssueChange(case=closed, entries=(line,))


_BANK_SAYS = {
    DisputeState.WARNING: "The bank asks about the payment",
    DisputeState.OPEN: "The bank has taken the money back for now",
    DisputeState.WON: "The dispute is over: the shop keeps the money",
    DisputeState.LOST: "The dispute is lost: the bank keeps the money",
}


def _settle_overpaid(issue: PaymentIssue, event: InboxEvent, decision: IssueDecision) -> IssueChange:
    if decision.resolution is Resolution.PAY_AGAIN:
        detail = "The customer owes this money to the shop: record that it was received, or write it off."
        return refused(issue, event, at=decision.at, code="nothing_to_pay", detail=detail)
    amount = Money(minor=issue.amount_minor, currency=issue.currency)
    what = "received" if decision.resolution is Resolution.RECEIVED else "writes off"
    summary = f"{decision.actor.name} {what} {amount}. {decision.note}".strip()
    return applied(issue.with_facts(decision=decision), event, at=decision.at, summary=summary)


def _write_off(
    issue: PaymentIssue, event: InboxEvent, decision: IssueDecision, *, waiting_for: WaitingFor
) -> IssueChange:
    if waiting_for not in (WaitingFor.RESOLUTION, WaitingFor.DISPUTE) or (issue.payouts and issue.decision):
        detail = "The money is on its way already, so nothing can be written off; wait for its outcome."
        return refused(issue, event, at=decision.at, code="nothing_to_decide", detail=detail)
    what = "accepts the loss" if issue.cause is PaymentIssueCause.DISPUTE else "writes the amount off"
    changed = issue.with_facts(decision=decision)
    return applied(changed, event, at=decision.at, summary=f"{decision.actor.name} {what}. {decision.note}".strip())


def _pay_again(issue: PaymentIssue, event: InboxEvent, decision: IssueDecision, funds: OrderFunds) -> IssueChange:
    given = issue
    if issue.mismatched_minor:
        # Whoever pays again has looked at the provider: what is mismatched failed, and its payment holds that again.
        funds = funds.with_back(payout for payout in issue.payouts if payout.state is PayoutState.MISMATCHED)
        given = issue.with_facts(payouts=given_up(issue.payouts, event.actor))
    owed, failed = given.owed_minor, frozenset({issue.payment_id, *_failed_payments(given)})
    if decision.payment_id is not None:
        funds, failed = funds.only(decision.payment_id), frozenset()
    payouts, basis = take_from(funds, issue, owed, at=decision.at, method=decision.method, last=failed)
    if missing := owed - sum(payout.amount_minor for payout in payouts):
        asked, left = Money(minor=owed, currency=issue.currency), Money(minor=owed - missing, currency=issue.currency)
        detail = f"Of the {asked} that is owed, only {left} can go back to {decision.payment_id or 'the payments'}."
        detail += " Name another payment, or pay outside and record it."
        return refused(issue, event, at=decision.at, code="not_enough_left", detail=detail)
    changed = given.with_payouts(payouts, basis).with_facts(decision=decision)
    summary = f"{decision.actor.name} pays {Money(minor=owed, currency=issue.currency)} again. {decision.note}".strip()
    return applied(changed, event, at=decision.at, summary=summary, payouts=list(basis.payouts))


def _why(payout: Payout) -> str:
    if payout.state is not PayoutState.MISMATCHED:
        return payout.failure
    found = find_trouble(payout)
    assert found is not None, "a mismatched payout is trouble"
    return found.detail


def _failed_payments(issue: PaymentIssue) -> set[str]:
    return {payout.payment_id for payout in issue.payouts if payout.is_owed_again}
