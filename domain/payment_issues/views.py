"""The payment issue as everybody outside sees it."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import Progress, WaitingFor
from domain.disputes import DisputeState
from domain.payment_issues.case import PaymentIssue, PaymentIssueCause, Resolution
from domain.payment_issues.progress import PaymentIssueState
from domain.payouts import PayoutMethod, PayoutState


class IssueViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class ContinuedPayout(IssueViewPart):
    """The payout that went wrong, and the case that it belonged to."""

    rma: str
    payout: int


class DisputeView(IssueViewPart):
    """What the bank says. `excess_minor` is an alarm: what it claims beyond what the payment still held."""

    dispute_id: str
    state: DisputeState
    amount_minor: int
    reason: str
    respond_by: AwareDatetime | None
    excess_minor: int


class ResolutionView(IssueViewPart):
    """What a person decided."""

    resolution: Resolution
    method: PayoutMethod
    payment_id: str | None
    decided_by: str
    decided_at: AwareDatetime
    note: str


class IssuePayoutView(IssueViewPart):
    """One movement of money that the issue made."""

    number: int
    payment_id: str
    amount_minor: int
    currency: str
    state: PayoutState
    method: PayoutMethod
    provider_reference: str
    failure: str


class PaymentIssueView(IssueViewPart):
    """Where the issue stands, what happens next and by when, and everything known about it."""

    number: str = Field(description="The number of the case, written and read like an RMA number.")
    cause: PaymentIssueCause
    order_id: str
    payment_id: str
    amount_minor: int
    owed_minor: int = Field(description="What the customer is still owed of it.")
    currency: str
    why: str
    state: PaymentIssueState
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    continues: ContinuedPayout | None
    dispute: DisputeView | None
    resolution: ResolutionView | None
    payouts: tuple[IssuePayoutView, ...]
    opened_at: AwareDatetime
    policy_version: int
    closed_at: AwareDatetime | None


def view_issue(issue: PaymentIssue, progress: Progress) -> PaymentIssueView:
    """The view of a stored issue and its stored progress."""
    return PaymentIssueView(
        number=issue.ref.rma,
        cause=issue.cause,
        order_id=issue.order_id,
        payment_id=issue.payment_id,
        amount_minor=issue.amount_minor,
        owed_minor=max(0, issue.owed_minor),
        currency=issue.currency,
        why=issue.why,
        **progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        continues=_continued(issue),
        dispute=_dispute(issue),
        resolution=_resolution(issue),
        payouts=tuple(IssuePayoutView(**payout.model_dump(exclude={"key", "bonus_minor"})) for payout in issue.payouts),
        opened_at=issue.opened_at,
        policy_version=issue.policy_version,
        closed_at=issue.closed_at,
    )


def _continued(issue: PaymentIssue) -> ContinuedPayout | None:
    if issue.continues is None or issue.continues_payout is None:
        return None
    return ContinuedPayout(rma=issue.continues.rma, payout=issue.continues_payout)


def _dispute(issue: PaymentIssue) -> DisputeView | None:
    if issue.dispute is None:
        return None
    told = issue.dispute.model_dump(include={"dispute_id", "state", "amount_minor", "reason", "respond_by"})
    return DisputeView(**told, excess_minor=issue.excess_minor)


def _resolution(issue: PaymentIssue) -> ResolutionView | None:
    decision = issue.decision
    if decision is None:
        return None
    said = decision.model_dump(include={"resolution", "method", "payment_id", "note"})
    return ResolutionView(**said, decided_by=decision.actor.name, decided_at=decision.at)
