"""What is owed for units of an order: one function for the quote, the approval screen and the payout.

An order is worth what was paid for it. Each line's worth is split over its units so that the first k units together
are worth `k / n` of the line, rounded once; any sequence of returns of a line therefore sums to the line exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.orders import Order
from domain.policies import Fault, Policy


class AmountKind(StrEnum):
    """What one line of a reimbursement is for."""

    GOODS = "goods"
    DISCOUNT = "discount"
    TAX = "tax"
    SHIPPING = "shipping"
    SHIPPING_TAX = "shipping_tax"
    RESTOCKING_FEE = "restocking_fee"
    RETURN_SHIPPING_FEE = "return_shipping_fee"
    CAP = "cap"


class ReimbursementPart(BaseModel):
    """Parts of a plan are values."""

    model_config = ConfigDict(frozen=True)


class ReimbursedUnits(ReimbursementPart):
    """Units to pay for, and whose fault their return is."""

    line_id: str
    quantity: int
    fault: Fault = Fault.NONE


class AmountLine(ReimbursementPart):
    """One amount of a plan (negative when kept back) with the reason in words."""

    kind: AmountKind
    line_id: str | None = None
    quantity: int = 0
    amount_minor: int
    explanation: str


class ReimbursementPlan(ReimbursementPart):
    """Everything owed for some units, line by line; the lines sum to the total."""

    currency: str
    lines: tuple[AmountLine, ...]
    total_minor: int


class PaidBefore(ReimbursementPart):
    """What earlier cases of the same order already paid for: units by line id, shipping, and money in all."""

    units: dict[str, int] = {}
    shipping_minor: int = 0
    total_minor: int = 0


class PlannedPayout(ReimbursementPart):
    """The part of a plan that goes to one payment."""

    payment_id: str
    amount_minor: int


def plan_reimbursement(
    order: Order, units: Sequence[ReimbursedUnits], *, before: PaidBefore, policy: Policy
) -> ReimbursementPlan:
    """The amounts owed for `units`, never more than the order's payments still hold."""
    raise AssertionError("written by its owner")


def plan_payouts(
    order: Order, total_minor: int, *, refundable_minor: dict[str, int]
) -> tuple[PlannedPayout, ...]:
    """`total_minor` over the order's payments, newest first, none above what is still refundable on it."""
    raise AssertionError("written by its owner")
