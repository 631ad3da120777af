"""Where a payment issue stands, derived from its facts and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.confirmations import await_confirmation
from domain.disputes import DisputeState
from domain.money import Money
from domain.payment_issues.case import PaymentIssue, PaymentIssueCause, Resolution
from domain.payouts import DUE, PayoutState
from domain.policies import Policy


class PaymentIssueState(StrEnum):
    """The states of a payment issue; the last seven are final."""

    OPEN = "open"
    DISPUTED = "disputed"
    PAYING = "paying"
    PAID_AGAIN = "paid_again"
    PAID_OTHERWISE = "paid_otherwise"
    ARRIVED = "arrived"
    WRITTEN_OFF = "written_off"
    RECEIVED = "received"
    WON = "won"
    LOST = "lost"


_FINAL_WORDS = {
    PaymentIssueState.PAID_AGAIN: "Nothing: the money went out again.",
    PaymentIssueState.PAID_OTHERWISE: "Nothing: the money was paid outside, and two people vouch for it.",
    PaymentIssueState.ARRIVED: "Nothing: the refund arrived after all.",
    PaymentIssueState.WRITTEN_OFF: "Nothing: a person decided that nothing more is paid.",
    PaymentIssueState.RECEIVED: "Nothing: the customer paid it back to the shop.",
    PaymentIssueState.WON: "Nothing: the bank gave the money back, or took none.",
    PaymentIssueState.LOST: "Nothing: the bank keeps the money; it counts as disputed for ever.",
}


def derive_progress(issue: PaymentIssue, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    return next((found for stage in _STAGES if (found := stage(issue, policy))), None) or _ready_to_close(issue)


def _final(issue: PaymentIssue, policy: Policy) -> Progress | None:
    if issue.closed_at is None:
        return None
    state = _outcome(issue)
    words = _FINAL_WORDS[state]
    return Progress(state=state, waiting_for=WaitingFor.NOTHING, since=issue.closed_at, next_step=words, open=False)


def _paying(issue: PaymentIssue, policy: Policy) -> Progress | None:
    due = tuple(payout.number for payout in issue.payouts if payout.state in DUE)
    if not due or issue.decision is None:
        return None
    return Progress(
        state=PaymentIssueState.PAYING,
        waiting_for=WaitingFor.REFUND,
        since=issue.decision.at,
        next_step="The new payout is on its way to the payment provider.",
        payouts=due,
    )


def _confirming(issue: PaymentIssue, policy: Policy) -> Progress | None:
    return await_confirmation(issue, PaymentIssueState.PAYING, deadlines=policy.deadlines, policy=policy)


def _held_by_dispute(issue: PaymentIssue, policy: Policy) -> Progress | None:
    frozen = any(payout.state is PayoutState.FROZEN for payout in issue.payouts)
    if not frozen or issue.decision is None:
        return None
    return Progress(
        state=PaymentIssueState.PAYING,
        waiting_for=WaitingFor.DISPUTE,
        since=issue.decision.at,
        next_step="The payment is under dispute: the payout waits until the bank has decided.",
    )


def _with_the_bank(issue: PaymentIssue, policy: Policy) -> Progress | None:
    dispute = issue.dispute
    if issue.cause is not PaymentIssueCause.DISPUTE or dispute is None:
        return None
    if dispute.is_decided or issue.decision is not None:
        return None
    return _until(
        issue,
        PaymentIssueState.DISPUTED,
        WaitingFor.DISPUTE,
        since=dispute.opened_at,
        deadline=dispute.respond_by,
        next_step=_bank_words(issue),
    )


def _unresolved(issue: PaymentIssue, policy: Policy) -> Progress | None:
    if issue.decision is not None:
        return None
    since = issue.asked_at or issue.opened_at
    if issue.cause is PaymentIssueCause.OVERPAID:
        return _until(
            issue,
            PaymentIssueState.OPEN,
            WaitingFor.RESOLUTION,
            since=since,
            deadline=policy.due(since, policy.deadlines.approval),
            next_step=f"{issue.why} A person records that the customer paid it back, or writes it off.",
        )
    if issue.cause is PaymentIssueCause.DISPUTE or issue.owed_minor + issue.mismatched_minor <= 0:
        return None
    owed = Money(minor=issue.owed_minor, currency=issue.currency)
    what_to_do = (
        f"A person decides how the customer gets the {owed}: pay again, record what was paid outside, or write off."
    )
    if issue.mismatched_minor:
        what_to_do = "Look at the provider first: pay again only if the customer got nothing, else write off."
    return _until(
        issue,
        PaymentIssueState.OPEN,
        WaitingFor.RESOLUTION,
        since=since,
        deadline=policy.due(since, policy.deadlines.approval),
        next_step=f"{issue.why} {what_to_do}",
    )


_STAGES: tuple[Callable[[PaymentIssue, Policy], Progress | None], ...] = (
    _final,
    _confirming,
    _paying,
    _held_by_dispute,
    _with_the_bank,
    _unresolved,
)


def _bank_words(issue: PaymentIssue) -> str:
    assert issue.dispute is not None
    amount = Money(minor=issue.dispute.amount_minor, currency=issue.currency)
    asks = issue.dispute.state is DisputeState.WARNING
    words = f"The customer's bank {'asks about' if asks else 'has taken back'} {amount} ({issue.dispute.reason or 'no reason given'})."
    if issue.excess_minor:
        excess = Money(minor=issue.excess_minor, currency=issue.currency)
        words += f" ALARM: {excess} of it had been paid back already; send the bank proof of that refund."
    return f"{words} Answer the bank with evidence, or accept the loss."


def _outcome(issue: PaymentIssue) -> PaymentIssueState:
    """The final state that the facts lead to."""
    if issue.dispute is not None and issue.dispute.is_decided:
        return PaymentIssueState.WON if issue.dispute.state is DisputeState.WON else PaymentIssueState.LOST
    if issue.arrived_at is not None:
        return PaymentIssueState.ARRIVED
    if issue.decision is not None and issue.decision.resolution is Resolution.RECEIVED:
        return PaymentIssueState.RECEIVED
    if issue.decision is not None and issue.decision.resolution is Resolution.WRITE_OFF:
        return PaymentIssueState.WRITTEN_OFF
    if issue.decision is None and any(manual.confirmed for manual in issue.manual_refunds):
        return PaymentIssueState.PAID_OTHERWISE
    return PaymentIssueState.PAID_AGAIN


def _ready_to_close(issue: PaymentIssue) -> Progress:
    state = _outcome(issue)
    decided = issue.decision.at if issue.decision else None
    manual = max((each.decided_at for each in issue.manual_refunds if each.decided_at is not None), default=None)
    facts = (issue.bank_decided_at, issue.arrived_at, decided, manual, issue.opened_at)
    since = max(at for at in facts if at is not None)
    return Progress(state=state, waiting_for=WaitingFor.CLOSING, since=since, next_step=_FINAL_WORDS[state])


def _until(
    issue: PaymentIssue,
    state: PaymentIssueState,
    waiting_for: WaitingFor,
    *,
    since: datetime,
    deadline: datetime | None,
    next_step: str,
) -> Progress:
    """A wait: past its deadline it was escalated, and goes on without one."""
    if waiting_for in issue.escalated:
        deadline, next_step = None, f"Overdue and escalated. {next_step}"
    return Progress(state=state, waiting_for=waiting_for, since=since, deadline=deadline, next_step=next_step)
