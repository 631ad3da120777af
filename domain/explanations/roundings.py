"""Which roundings an amount went through, and which unit, line or tax got the odd minor unit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from domain.explanations.models import AppliedRounding
from domain.money import Rounding
from domain.orders import Order, OrderDiscount
from domain.reimbursements import CreditedTax
from domain.reimbursements.pricing import order_of_sharing, price_lines
from domain.reimbursements.standing import Pool
from domain.reimbursements.wording import say, say_rate

RUNNING_TOTAL = "running_total"
HALF_UP = "half_up"
# Naming more units or lines tells nobody more, and looking at more units takes time on a line of a million.
NAMED, UNITS_LOOKED_AT = 10, 1000


def round_units(pool: Pool, quantity: int, *, rounding: Rounding, currency: str) -> AppliedRounding | None:
    """How the worth of the next units was rounded; None where it divides evenly. Source: policy field rounding."""
    exact = Fraction(pool.minor * quantity, pool.units)
    each, rest = divmod(pool.minor, pool.units)
    if not rest:
        return None
    worth = pool.worth(quantity, rounding)
    extra = worth - each * quantity
    words = f"Each unit brings {say(each, currency)}"
    if extra:
        words += f", and {_odd_units(pool, quantity, extra, rounding)} {say(1, currency)} more"
    return AppliedRounding(
        of=f"{quantity} of {pool.units} units that share {say(pool.minor, currency)}",
        method=rounding,
        exact_minor=str(exact),
        rounded_minor=worth,
        remainder=f"{words}; units are counted in the order in which they come back.",
    )


def _odd_units(pool: Pool, quantity: int, extra: int, rounding: Rounding) -> str:
    each = pool.minor // pool.units
    odd = []
    for number in range(min(quantity, UNITS_LOOKED_AT)):
        at = Pool(minor=pool.minor, units=pool.units, since=pool.since + number)
        if at.worth(1, rounding) > each:
            odd.append(at.since + 1)
        if len(odd) == min(extra, NAMED):
            break
    named = ", ".join(str(number) for number in odd)
    more = f" and {extra - len(odd)} more" if extra > len(odd) else ""
    return f"{'unit' if extra == 1 else 'units'} {named}{more} of {pool.units}"


def round_tax(
    tax: CreditedTax, credited_minor: int, *, charged_minor: int, gross_minor: int, currency: str
) -> AppliedRounding | None:
    """How the tax inside a credit was rounded: so that over all refunds it sums to the tax that was charged."""
    if not gross_minor:
        return None
    exact = Fraction(charged_minor * credited_minor, gross_minor)
    if exact == tax.amount_minor:
        return None
    return AppliedRounding(
        of=f"tax of {say_rate(tax.rate)} in {say(credited_minor, currency)} of {say(gross_minor, currency)}",
        method=RUNNING_TOTAL,
        exact_minor=str(exact),
        rounded_minor=tax.amount_minor,
        remainder="The tax of all that was credited so far is rounded once, and this is what it grew by; "
        f"over all refunds it sums to the {say(charged_minor, currency)} charged.",
    )


def round_percent(worth_minor: int, percent: int, *, currency: str) -> AppliedRounding | None:
    """How a fee in percent was rounded; None where it comes out even."""
    exact = Fraction(worth_minor * percent, 100)
    if exact.denominator == 1:
        return None
    return AppliedRounding(
        of=f"{percent}% of {say(worth_minor, currency)}",
        method=HALF_UP,
        exact_minor=str(exact),
        rounded_minor=int(exact + Fraction(1, 2)),
        remainder="To the nearest minor unit, a half upwards.",
    )


def round_discounts(order: Order) -> dict[str, tuple[AppliedRounding, ...]]:
    """By line id, how its shares of the order's discounts were rounded, and which lines got the odd minor units."""
    prices = price_lines(order)
    left = {line_id: price.before_discounts_minor for line_id, price in prices.items()}
    found: dict[str, list[AppliedRounding]] = {line_id: [] for line_id in left}
    for discount in order_of_sharing(order.discounts, lines=len(left)):
        shares = {
            line_id: sum(cut.amount_minor for cut in price.cuts if cut.discount_id == discount.discount_id)
            for line_id, price in prices.items()
        }
        for line_id, rounding in _round_shares(discount, left, shares, order.currency):
            found[line_id].append(rounding)
        left = {line_id: weight - shares[line_id] for line_id, weight in left.items()}
    return {line_id: tuple(roundings) for line_id, roundings in found.items()}


def _round_shares(
    discount: OrderDiscount, left: dict[str, int], shares: dict[str, int], currency: str
) -> Iterator[tuple[str, AppliedRounding]]:
    """The lines that carry the discount in proportion to what they had left, where that does not come out even."""
    named = set(discount.line_ids or left)
    weights = {line_id: weight for line_id, weight in left.items() if line_id in named and weight}
    whole = sum(weights.values())
    if not whole or discount.amount_minor > whole:
        return
    exact = {line_id: Fraction(discount.amount_minor * weight, whole) for line_id, weight in weights.items()}
    odd = [line_id for line_id in exact if shares[line_id] > exact[line_id]]
    more = f" and {len(odd) - NAMED} more" if len(odd) > NAMED else ""
    for line_id, value in exact.items():
        if value.denominator > 1:
            yield (
                line_id,
                AppliedRounding(
                    of=f"share of {say(discount.amount_minor, currency)} {discount.title or discount.discount_id}",
                    method=Rounding.LARGEST_REMAINDER,
                    exact_minor=str(value),
                    rounded_minor=shares[line_id],
                    remainder="Shared over the lines in proportion to their prices; rounded up on line "
                    f"{', '.join(odd[:NAMED])}{more}, down on the others.",
                ),
            )
