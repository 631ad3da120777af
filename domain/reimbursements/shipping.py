"""When the original shipping charges are paid back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.orders import Order, ShippingCharge
from domain.policies import Policy, ShippingRefund
from domain.reimbursements.amounts import AmountKind, AmountLine, ReimbursedUnits
from domain.reimbursements.entries import Entry
from domain.reimbursements.goods import NOT_THE_CUSTOMER
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.standing import Standing
from domain.reimbursements.wording import say, say_rate


def pay_shipping(
    order: Order, units: Sequence[ReimbursedUnits], *, standings: Mapping[str, Standing], policy: Policy
) -> list[Entry]:
    """What is left of each shipping charge that the policy pays back for these units."""
    entries: list[Entry] = []
    for charge in order.shipping:
        standing = standings[position_key(PositionKind.SHIPPING, charge.shipping_id)]
        why = _why_paid_back(order, charge, units, standings=standings, rule=policy.original_shipping)
        amount = _payable(standing, policy=policy, currency=order.currency)
        if why and amount > 0:
            entries += _pay(standing, charge, why, order, amount_minor=amount)
    return entries


def _payable(standing: Standing, *, policy: Policy, currency: str) -> int:
    """What is left of the charge, or of what the standard delivery costs where the rule goes no further."""
    standard = policy.standard_shipping.within(currency)
    if policy.original_shipping is not ShippingRefund.STANDARD_FOR_WHOLE_ORDER or standard is None:
        return standing.left_minor
    return min(standing.left_minor, standard.minor - standing.paid.worth_minor)


def _why_paid_back(
    order: Order,
    charge: ShippingCharge,
    units: Sequence[ReimbursedUnits],
    *,
    standings: Mapping[str, Standing],
    rule: ShippingRefund,
) -> str:
    """The reason in words, or nothing when the charge stays with the shop."""
    delivered = set(_lines_of(charge, order))
    carried = [unit for unit in units if unit.quantity and unit.line_id in delivered]
    if rule is ShippingRefund.NEVER or not carried:
        return ""
    if rule is ShippingRefund.ALWAYS:
        return "the policy always pays it back"
    excused = any(unit.fault in NOT_THE_CUSTOMER for unit in carried)
    if excused and rule is ShippingRefund.WHOLE_ORDER_OR_MERCHANT_FAULT:
        return "the goods come back through the fault of the shop or the carrier"
    if _is_all_back(order, charge, units, standings=standings):
        return "everything that it delivered has come back"
    return ""


def _is_all_back(
    order: Order, charge: ShippingCharge, units: Sequence[ReimbursedUnits], *, standings: Mapping[str, Standing]
) -> bool:
    """Whether no unit that cost something is still out, counting earlier returns; free gifts may be kept."""
    coming = Counter[str]()
    for unit in units:
        coming[unit.line_id] += unit.quantity
    delivered = [standings[position_key(PositionKind.LINE, line_id)] for line_id in _lines_of(charge, order)]
    return all(
        standing.taken + coming[standing.position.name] >= standing.position.quantity
        for standing in delivered
        if standing.position.gross_minor
    )


def _lines_of(charge: ShippingCharge, order: Order) -> tuple[str, ...]:
    return charge.line_ids or tuple(line.line_id for line in order.lines)


def _pay(standing: Standing, charge: ShippingCharge, why: str, order: Order, *, amount_minor: int) -> list[Entry]:
    position, start = standing.position, standing.paid.worth_minor
    _, amounts = position.split_between(start, start + amount_minor)
    taxes = [] if order.tax_included else list(zip(position.taxes, amounts, strict=True))
    net = amount_minor - sum(amount for _, amount in taxes)
    name = f"Shipping {charge.shipping_id}" if len(order.shipping) > 1 else "Shipping"
    part = amount_minor != position.gross_minor
    rest = f", of {say(position.gross_minor, order.currency)} charged" if part else ""
    discount = f", after {say(charge.discount_minor, order.currency)} discount" if charge.discount_minor else ""
    words = f"{name}: {say(amount_minor, order.currency)} is paid back{rest}{discount}, since {why}."
    lines = [AmountLine(kind=AmountKind.SHIPPING, amount_minor=net, explanation=words, rule="original_shipping")]
    lines += [
        AmountLine(
            kind=AmountKind.SHIPPING_TAX,
            amount_minor=amount,
            explanation=f"{name}: its tax of {say_rate(tax.rate)}.",
            rule="original_shipping",
        )
        for tax, amount in taxes
        if amount
    ]
    return [Entry(line=line, worth={position.key: line.amount_minor}) for line in lines]
