"""What goods that come back count for in an exchange, and who then owes whom."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.money import share
from domain.orders import Order
from domain.policies import ExchangeValue, Policy
from domain.reimbursements.amounts import PaidBefore, ReimbursedUnits, ReimbursementPart
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.standing import stand


class ExchangeWorth(ReimbursementPart):
    """What goods that come back count for against others, and what was paid for them."""

    currency: str
    value_minor: int
    paid_minor: int


def value_exchange(
    order: Order, units: Sequence[ReimbursedUnits], *, before: PaidBefore, policy: Policy
) -> ExchangeWorth:
    """The units' worth by the policy field exchange_value: what was paid, or the price before any discount.

    Goods and their taxes alone: neither shipping nor fees. The price before discounts never counts for less than what
    was paid.
    """
    standings = stand(order, before, policy.rounding)
    paid = saved = 0
    for unit in units:
        key = position_key(PositionKind.LINE, unit.line_id)
        standing, position = standings[key], standings[key].position
        cuts = sum(cut.amount_minor for cut in position.cuts)
        start, end = standing.taken, standing.taken + unit.quantity
        saved += position.with_tax(share(cuts, end, position.quantity) - share(cuts, start, position.quantity))
        worth = standing.units_worth(unit.quantity, policy.rounding)
        paid += worth
        standings[key] = standing.after_units(unit.quantity, worth)
    extra = max(0, saved) if policy.exchange_value is ExchangeValue.BEFORE_DISCOUNTS else 0
    return ExchangeWorth(currency=order.currency, value_minor=paid + extra, paid_minor=paid)


class DifferenceKind(StrEnum):
    """Who owes whom after an exchange."""

    EVEN = "even"
    CUSTOMER_OWES = "customer_owes"
    SHOP_OWES = "shop_owes"


class ExchangeDifference(ReimbursementPart):
    """What must be paid to make an exchange even; value above what was paid is lost, never paid out."""

    kind: DifferenceKind
    amount_minor: int
    lost_minor: int = 0


def plan_difference(worth: ExchangeWorth, *, new_goods_minor: int) -> ExchangeDifference:
    """The customer pays what new goods cost above the value; the shop pays what they cost below the paid price."""
    if new_goods_minor > worth.value_minor:
        return ExchangeDifference(kind=DifferenceKind.CUSTOMER_OWES, amount_minor=new_goods_minor - worth.value_minor)
    if new_goods_minor < worth.paid_minor:
        lost = worth.value_minor - worth.paid_minor
        return ExchangeDifference(
            kind=DifferenceKind.SHOP_OWES, amount_minor=worth.paid_minor - new_goods_minor, lost_minor=lost
        )
    return ExchangeDifference(kind=DifferenceKind.EVEN, amount_minor=0, lost_minor=worth.value_minor - new_goods_minor)
