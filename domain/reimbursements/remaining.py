"""What can still be paid back on an order, position by position."""

from __future__ import annotations

from enum import StrEnum

from domain.money import Rounding
from domain.orders import Order
from domain.reimbursements.amounts import PaidBefore, ReimbursementPart
from domain.reimbursements.standing import stand


class RemainingAmount(ReimbursementPart):
    """What the shop still has of one position: for units that are out, and fees kept on those that came back."""

    position: str
    units: int
    left_minor: int
    kept_minor: int


def list_remaining(
    order: Order, *, before: PaidBefore, rounding: Rounding = Rounding.LARGEST_REMAINDER
) -> tuple[RemainingAmount, ...]:
    """Every position; left and kept of all together are what the order cost less what was paid back on it."""
    return tuple(
        RemainingAmount(
            position=key,
            units=standing.position.quantity - standing.taken,
            left_minor=standing.left_minor,
            kept_minor=standing.paid.kept_minor,
        )
        for key, standing in stand(order, before, rounding).items()
    )


class RefundState(StrEnum):
    """How much of an order's money went back."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"


def derive_refund_state(order: Order, *, before: PaidBefore) -> RefundState:
    """Refunded means that the payments of the order hold nothing more."""
    captured = sum(payment.captured_minor for payment in order.payments)
    if not captured:
        return RefundState.UNPAID
    if before.total_minor <= 0:
        return RefundState.PAID
    return RefundState.REFUNDED if before.total_minor >= captured else RefundState.PARTLY_REFUNDED
