"""Where an adjustment stands, derived from its facts and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from domain.adjustments.case import Adjustment
from domain.cases import Progress, WaitingFor
from domain.confirmations import await_confirmation
from domain.money import Money
from domain.payment_issues.case import Resolution
from domain.payouts import DUE, PayoutState
from domain.policies import Policy


class AdjustmentState(StrEnum):
    """The states of an adjustment; the last five are final."""

    REQUESTED = "requested"
    AWAITING_APPROVAL = "awaiting_approval"
    PAYING = "paying"
    RECEIVABLE = "receivable"
    SETTLED = "settled"
    RECEIVED = "received"
    WRITTEN_OFF = "written_off"
    REFUSED = "refused"
    REJECTED = "rejected"


_FINAL_WORDS = {
    AdjustmentState.SETTLED: "Nothing: what was owed has left.",
    AdjustmentState.RECEIVED: "Nothing: the customer paid back what was too much.",
    AdjustmentState.WRITTEN_OFF: "Nothing: the shop does not ask for what was paid too much.",
    AdjustmentState.REFUSED: "Nothing: it cannot be paid, for the reason given.",
    AdjustmentState.REJECTED: "Nothing: a person decided that nothing is paid.",
}


def derive_progress(case: Adjustment, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    return next((found for stage in _STAGES if (found := stage(case, policy))), None) or _ready_to_close(case)


def _final(case: Adjustment, policy: Policy) -> Progress | None:
    if case.closed_at is None:
        return None
    state = _outcome(case)
    words = _FINAL_WORDS[state]
    return Progress(state=state, waiting_for=WaitingFor.NOTHING, since=case.closed_at, next_step=words, open=False)


def _undecided(case: Adjustment, policy: Policy) -> Progress | None:
    if case.plan is not None or case.refusal is not None:
        return None
    words = "What it comes to is being worked out."
    return Progress(
        state=AdjustmentState.REQUESTED,
        waiting_for=WaitingFor.DECISION,
        since=case.requested_at,
        next_step=words,
    )


def _confirming(case: Adjustment, policy: Policy) -> Progress | None:
    return await_confirmation(case, AdjustmentState.PAYING, deadlines=policy.deadlines, policy=policy)


def _paying(case: Adjustment, policy: Policy) -> Progress | None:
    due = tuple(payout.number for payout in case.payouts if payout.state in DUE)
    if not due:
        return None
    return Progress(
        state=AdjustmentState.PAYING,
        waiting_for=WaitingFor.REFUND,
        since=case.last_decided_at,
        next_step="The payout is on its way to the payment provider.",
        payouts=due,
    )


def _awaiting_approval(case: Adjustment, policy: Policy) -> Progress | None:
    if not case.needs_approval:
        return None
    words = "A supervisor other than the requester approves or refuses it."
    since = case.approval_asked_at or case.requested_at
    return _until(case, policy, AdjustmentState.AWAITING_APPROVAL, WaitingFor.APPROVAL, since=since, next_step=words)


def _held_by_dispute(case: Adjustment, policy: Policy) -> Progress | None:
    if not any(payout.state is PayoutState.FROZEN for payout in case.payouts):
        return None
    return Progress(
        state=AdjustmentState.PAYING,
        waiting_for=WaitingFor.DISPUTE,
        since=case.last_decided_at,
        next_step="The payment is under dispute: the payout waits until the bank has decided.",
    )


def _receivable(case: Adjustment, policy: Policy) -> Progress | None:
    if not case.receivable_minor:
        return None
    owed = Money(minor=case.receivable_minor, currency=case.currency)
    words = f"The customer was paid {owed} too much: record that it was paid back, or write it off."
    since = case.last_decided_at
    return _until(case, policy, AdjustmentState.RECEIVABLE, WaitingFor.RESOLUTION, since=since, next_step=words)


_STAGES: tuple[Callable[[Adjustment, Policy], Progress | None], ...] = (
    _final,
    _undecided,
    _confirming,
    _paying,
    _awaiting_approval,
    _held_by_dispute,
    _receivable,
)


def _outcome(case: Adjustment) -> AdjustmentState:
    """The final state that the facts lead to."""
    if case.refusal is not None:
        return AdjustmentState.REFUSED
    if case.is_rejected:
        return AdjustmentState.REJECTED
    if case.settlement is None:
        return AdjustmentState.SETTLED
    received = case.settlement.resolution is Resolution.RECEIVED
    return AdjustmentState.RECEIVED if received else AdjustmentState.WRITTEN_OFF


def _ready_to_close(case: Adjustment) -> Progress:
    state = _outcome(case)
    words = _FINAL_WORDS[state]
    return Progress(state=state, waiting_for=WaitingFor.CLOSING, since=case.last_decided_at, next_step=words)


def _until(
    case: Adjustment,
    policy: Policy,
    state: AdjustmentState,
    waiting_for: WaitingFor,
    *,
    since: datetime,
    next_step: str,
) -> Progress:
    """A wait for a person: past its deadline it was escalated, and goes on without one."""
    deadline: datetime | None = policy.due(since, policy.deadlines.approval)
    if waiting_for in case.escalated:
        deadline, next_step = None, f"Overdue and escalated. {next_step}"
    return Progress(state=state, waiting_for=waiting_for, since=since, deadline=deadline, next_step=next_step)
