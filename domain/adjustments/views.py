"""The adjustment as everybody outside sees it, and its quote."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.adjustments.authority import deed_of_asked
from domain.adjustments.case import Adjustment, Asked, Goodwill, Settlement
from domain.adjustments.progress import AdjustmentState
from domain.authority import decide_authority
from domain.cases import Actor, Progress, WaitingFor
from domain.manual_refunds import ManualRefund
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import Policy
from domain.reimbursements import AmountLine, AmountRefused, ReimbursementPlan
from domain.returns.case import Finding
from domain.returns.views import ApprovalView


class AdjustmentViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class AdjustmentPayoutView(AdjustmentViewPart):
    """One movement of money."""

    number: int
    payment_id: str
    amount_minor: int
    currency: str
    state: PayoutState
    method: PayoutMethod
    provider_reference: str
    failure: str


class AdjustmentQuote(AdjustmentViewPart):
    """What it would come to, by the functions that later pay it. Nothing is kept."""

    order_id: str
    currency: str
    total_minor: int = Field(description="Below zero: what was paid too much, which becomes a receivable.")
    amounts: tuple[AmountLine, ...]
    approval: tuple[Finding, ...] = Field(description="Why a person would have to decide; none when the rules may.")


class AdjustmentView(AdjustmentViewPart):
    """Where the adjustment stands, what happens next and by when, and everything known about it."""

    number: str = Field(description="The number of the case, written and read like an RMA number.")
    order_id: str
    currency: str
    asked: Asked
    total_minor: int | None = Field(description="Null until it is worked out; below zero: a receivable.")
    amounts: tuple[AmountLine, ...]
    owed_minor: int = Field(description="What the customer is still owed beyond the payouts.")
    receivable_minor: int = Field(description="What the customer owes to the shop.")
    state: AdjustmentState
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    refusal: AmountRefused | None
    approval: ApprovalView | None
    manual_refunds: tuple[ManualRefund, ...]
    settlement: Settlement | None
    payouts: tuple[AdjustmentPayoutView, ...]
    opened_by: Actor
    requested_at: AwareDatetime
    policy_version: int
    closed_at: AwareDatetime | None


def view_adjustment(case: Adjustment, progress: Progress) -> AdjustmentView:
    """The view of a stored adjustment and its stored progress."""
    return AdjustmentView(
        number=case.ref.rma,
        order_id=case.order_id,
        currency=case.currency,
        asked=case.asked,
        total_minor=case.plan.total_minor if case.plan else None,
        amounts=case.plan.lines if case.plan else (),
        owed_minor=case.owed_minor,
        receivable_minor=case.receivable_minor,
        **progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        refusal=case.refusal,
        approval=_approval(case),
        manual_refunds=case.manual_refunds,
        settlement=case.settlement,
        payouts=tuple(
            AdjustmentPayoutView(**payout.model_dump(exclude={"key", "bonus_minor"})) for payout in case.payouts
        ),
        opened_by=case.opened_by,
        requested_at=case.requested_at,
        policy_version=case.policy_version,
        closed_at=case.closed_at,
    )


def quote_adjustment(
    order_id: str, asked: Asked, plan: ReimbursementPlan, policy: Policy, *, requester: Actor
) -> AdjustmentQuote:
    """What the plan would come to, and whether a person would have to decide."""
    outside = isinstance(asked, Goodwill) and asked.paid_outside is not None
    deed = deed_of_asked(asked, plan, requester=requester)
    return AdjustmentQuote(
        order_id=order_id,
        currency=plan.currency,
        total_minor=plan.total_minor,
        amounts=plan.lines,
        approval=() if outside else decide_authority(deed, policy=policy).reasons,
    )


def _approval(case: Adjustment) -> ApprovalView | None:
    given = case.approval
    if not case.approval_reasons and given is None:
        return None
    is_open = bool(case.approval_reasons) and given is None
    return ApprovalView.of(
        case.approval_reasons, given, need=case.approval_need, first=case.first_approval, is_open=is_open
    )
