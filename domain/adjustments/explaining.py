"""Why an adjustment came to what it did: worked out from what is stored, and computed again."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from domain.adjustments.case import Adjustment, Asked, Goodwill
from domain.adjustments.planning import Planned, plan_correction, plan_goodwill
from domain.orders import Order
from domain.policies import PolicyVersion
from domain.reimbursements import AmountLine, Credit, PaidBefore
from domain.returns.case import Finding, ReturnCase


class ExplainedPart(BaseModel):
    """Parts of an explanation are values."""

    model_config = ConfigDict(frozen=True)


class PaymentHolds(ExplainedPart):
    """What a payment held when it was planned, and what it holds now."""

    payment_id: str
    then_minor: int
    now_minor: int


class AdjustmentExplanation(ExplainedPart):
    """Each amount with its reason, what it was computed from, and whether it comes out the same again."""

    number: str
    order_id: str
    asked: Asked
    policy_version: int
    order_version: int | None = Field(description="The version of the order that it was computed from.")
    rounding: str = Field(description="The policy field `rounding`: where an odd minor unit goes.")
    total_minor: int | None
    amounts: tuple[AmountLine, ...]
    credits: tuple[Credit, ...] = Field(description="By position of the order, with net and taxes.")
    units: dict[str, int] = Field(description="Of a correction: the units by line that count now.")
    paid_before: PaidBefore | None = Field(description="What other cases of the order had paid or promised.")
    earlier_minor: int = Field(description="Of a correction: what had been planned for the return before.")
    payments: tuple[PaymentHolds, ...]
    left_minor: int = Field(description="What the order's payments hold now, in minor units.")
    approval: tuple[Finding, ...] = Field(description="Why a person had to decide; none when the rules might.")
    recomputed: bool | None = Field(description="Whether it comes out the same again; null when it was refused.")


def explain_adjustment(
    case: Adjustment,
    *,
    order: Order | None,
    policy: PolicyVersion,
    original: ReturnCase | None,
    refundable_minor: dict[str, int],
) -> AdjustmentExplanation:
    """The explanation from what is stored; `order` in the version of the basis, `original` of a correction."""
    basis, plan = case.plan_basis, case.plan
    then = basis.refundable_minor if basis else {}
    return AdjustmentExplanation(
        number=case.ref.rma,
        order_id=case.order_id,
        asked=case.asked,
        policy_version=case.policy_version,
        order_version=basis.order_version if basis else None,
        rounding=policy.policy.rounding,
        total_minor=plan.total_minor if plan else None,
        amounts=plan.lines if plan else (),
        credits=plan.credits if plan else (),
        units=basis.accepted if basis else {},
        paid_before=basis.before if basis else None,
        earlier_minor=sum(earlier.total_minor for earlier in basis.earlier) if basis else 0,
        payments=_holds(then, refundable_minor),
        left_minor=sum(refundable_minor.values()),
        approval=case.approval_reasons,
        recomputed=_is_the_same(case, recompute(case, order=order, policy=policy, original=original)),
    )


def recompute(
    case: Adjustment, *, order: Order | None, policy: PolicyVersion, original: ReturnCase | None
) -> Planned | None:
    """The plan computed again from its basis; None when there is none to compute."""
    if case.plan_basis is None or order is None:
        return None
    if isinstance(case.asked, Goodwill):
        return plan_goodwill(case.asked, order, case.plan_basis, policy=policy.policy, at=case.requested_at)
    if original is None:
        return None
    return plan_correction(case.asked, original, order, case.plan_basis, policy=policy.policy)


def _is_the_same(case: Adjustment, again: Planned | None) -> bool | None:
    return None if case.plan is None else case.plan == again


def _holds(then: dict[str, int], now: dict[str, int]) -> tuple[PaymentHolds, ...]:
    names: Sequence[str] = sorted({*then, *now})
    return tuple(
        PaymentHolds(payment_id=name, then_minor=then.get(name, 0), now_minor=now.get(name, 0)) for name in names
    )
