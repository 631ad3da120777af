"""What units that come back are worth: price, discounts, taxes, and what was refunded on them before."""

from __future__ import annotations

from domain.money import Rounding, share
from domain.orders import Order, OrderLine
from domain.policies import DutyRefund, Fault, Policy
from domain.reimbursements.amounts import AmountKind, AmountLine, ReimbursedUnits
from domain.reimbursements.entries import Entry
from domain.reimbursements.standing import Standing
from domain.reimbursements.wording import say, say_rate, say_units

NOT_THE_CUSTOMER = (Fault.MERCHANT, Fault.CARRIER)


def pay_units(standing: Standing, units: ReimbursedUnits, *, order: Order, rounding: Rounding) -> list[Entry]:
    """The entries of some units of one line; together they are what `Standing.units_worth` says."""
    line = order.line(units.line_id)
    assert line is not None, "a standing comes from a line"
    plain = standing.plain_worth(units.quantity, rounding)
    worth = standing.units_worth(units.quantity, rounding)
    taxes = [] if order.tax_included else _taxes(standing, units, line, rounding=rounding, currency=order.currency)
    price = line.unit_price_minor * units.quantity
    less = plain - price - sum(tax.amount_minor for tax in taxes)
    lines = [_goods(standing, units, line, order.currency)]
    lines += [_discount(standing, units, line, less, order.currency)] if less else []
    lines += taxes
    lines += [_earlier(standing, units, plain, worth, order.currency)] if worth != plain else []
    return _book(lines, standing.position.key, units)


def _book(lines: list[AmountLine], key: str, units: ReimbursedUnits) -> list[Entry]:
    excused = {key: units.quantity} if units.fault in NOT_THE_CUSTOMER else {}
    first = Entry(line=lines[0], worth={key: lines[0].amount_minor}, units={key: units.quantity}, excused=excused)
    return [first, *(Entry(line=line, worth={key: line.amount_minor}) for line in lines[1:])]


def _goods(standing: Standing, units: ReimbursedUnits, line: OrderLine, currency: str) -> AmountLine:
    which = say_units(units.quantity, line.quantity, taken=standing.taken)
    return AmountLine(
        kind=AmountKind.GOODS,
        line_id=line.line_id,
        quantity=units.quantity,
        amount_minor=line.unit_price_minor * units.quantity,
        explanation=f"Line {line.line_id}: {which} at {say(line.unit_price_minor, currency)} each.",
    )


def _discount(
    standing: Standing, units: ReimbursedUnits, line: OrderLine, amount_minor: int, currency: str
) -> AmountLine:
    named = [f"{say(cut.amount_minor, currency)} {cut.title}" for cut in standing.position.cuts if cut.amount_minor]
    which = say_units(units.quantity, line.quantity, taken=standing.taken)
    if named:
        kind = AmountKind.DISCOUNT
        words = f"Line {line.line_id}: {which} carry {say(-amount_minor, currency)} of {' and '.join(named)}."
    else:
        kind = AmountKind.ROUNDING
        words = f"Line {line.line_id}: rounding of {which}, as the line does not divide evenly."
    return AmountLine(kind=kind, line_id=line.line_id, amount_minor=amount_minor, explanation=words)


def _taxes(
    standing: Standing, units: ReimbursedUnits, line: OrderLine, *, rounding: Rounding, currency: str
) -> list[AmountLine]:
    """The taxes charged on top for these units, as if nothing but units was ever paid for."""
    position = standing.position
    start = share(position.gross_minor, standing.taken, position.quantity, rounding)
    _, amounts = position.split_between(start, start + standing.plain_worth(units.quantity, rounding))
    which = say_units(units.quantity, line.quantity, taken=standing.taken)
    return [
        AmountLine(
            kind=AmountKind.TAX,
            line_id=line.line_id,
            amount_minor=amount,
            explanation=f"Line {line.line_id}: tax of {say_rate(tax.rate)} on {which}, "
            f"of {say(tax.amount_minor, currency)} on the line.",
        )
        for tax, amount in zip(position.taxes, amounts, strict=True)
        if amount
    ]


def _earlier(standing: Standing, units: ReimbursedUnits, plain: int, worth: int, currency: str) -> AmountLine:
    line_id, out = units.line_id, standing.position.quantity - standing.taken
    words = (
        f"Line {line_id}: after what was refunded or deducted before, {say(standing.left_minor, currency)} is left for the {out} units "
        f"that are out, so {units.quantity} of them bring {say(worth, currency)} instead of {say(plain, currency)}."
    )
    return AmountLine(kind=AmountKind.EARLIER_REFUND, line_id=line_id, amount_minor=worth - plain, explanation=words)


def pay_duties(standing: Standing, units: ReimbursedUnits, *, policy: Policy, currency: str) -> list[Entry]:
    """The import duties of some units; where the policy does not pay them back, a line of zero says so."""
    worth = standing.units_worth(units.quantity, policy.rounding)
    which = say_units(units.quantity, standing.position.quantity, taken=standing.taken)
    excused = units.fault in NOT_THE_CUSTOMER
    paid = policy.duties is DutyRefund.WITH_GOODS or (policy.duties is DutyRefund.NOT_CUSTOMERS_FAULT and excused)
    verdict = "are paid back" if paid else f"stay with the customer (policy: {policy.duties})"
    line = AmountLine(
        kind=AmountKind.DUTIES,
        line_id=units.line_id,
        amount_minor=worth if paid else 0,
        explanation=f"Line {units.line_id}: import duties of {say(worth, currency)} on {which} {verdict}.",
        rule="duties",
    )
    key = standing.position.key
    kept = {} if paid else {key: worth}
    return [Entry(line=line, worth={key: worth}, kept=kept, units={key: units.quantity})]
