"""What goods of the catalogue cost within an order: in its currency, with tax included or on top as the order has it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from domain.catalogue.products import CataloguePart, Price, Variant
from domain.money import allocate, round_half_up
from domain.orders import Order, OrderLine, TaxLine

# Weights of a split are whole numbers; no tax rate has more decimals.
RATE_DECIMALS = 9


class PricedGoods(CataloguePart):
    """Units of a variant as a line of the order would have them; `total_minor` is what the customer pays for all."""

    sku: str
    quantity: int
    currency: str
    unit_price_minor: int
    taxes: tuple[TaxLine, ...]
    total_minor: int


def price_goods(
    variant: Variant, order: Order, *, quantity: int, stands_for: OrderLine | None = None
) -> PricedGoods | None:
    """What that many units cost on top of the order, or None where the shop told no price in its currency.

    A price told with tax stays what the customer pays, to the minor unit, however the order writes it. A price without
    told rates has those of the line that the goods stand in for. An order whose taxes are on top and that has none is
    exempt: its goods cost the net price.
    """
    price = variant.price_in(order.currency)
    if price is None:
        return None
    rates = _rates(price, order, stands_for)
    whole = 1 + sum((Fraction(rate) for rate in rates), Fraction(0))
    if order.tax_included:
        unit = price.amount_minor if price.tax_included else round_half_up(price.amount_minor * whole)
        total = unit * quantity
        tax = total - round_half_up(total / whole)
    else:
        own = _told_rates(price, stands_for)
        contained = 1 + sum((Fraction(rate) for rate in own), Fraction(0))
        unit = round_half_up(price.amount_minor / contained) if price.tax_included else price.amount_minor
        tax = _tax_on_top(price, unit=unit, quantity=quantity, rates=rates)
        total = unit * quantity + tax
    return PricedGoods(
        sku=variant.sku,
        quantity=quantity,
        currency=order.currency,
        unit_price_minor=unit,
        taxes=_split(tax, rates),
        total_minor=total,
    )


def is_exempt(order: Order) -> bool:
    """Whether the order's taxes would be on top, and there are none."""
    taxes = [tax for line in order.lines for tax in line.taxes]
    taxes += [tax for charge in order.shipping for tax in charge.taxes]
    taxes += [tax for bundle in order.bundles for tax in bundle.taxes]
    return not order.tax_included and not taxes


def _rates(price: Price, order: Order, stands_for: OrderLine | None) -> tuple[Decimal, ...]:
    return () if is_exempt(order) else _told_rates(price, stands_for)


def _told_rates(price: Price, stands_for: OrderLine | None) -> tuple[Decimal, ...]:
    if price.tax_rates is not None:
        return price.tax_rates
    return tuple(tax.rate for tax in stands_for.taxes) if stands_for else ()


def _tax_on_top(price: Price, *, unit: int, quantity: int, rates: Sequence[Decimal]) -> int:
    if not rates:
        return 0
    if price.tax_included:
        return (price.amount_minor - unit) * quantity
    return sum(round_half_up(unit * quantity * Fraction(rate)) for rate in rates)


def _split(tax: int, rates: Sequence[Decimal]) -> tuple[TaxLine, ...]:
    if not rates:
        return ()
    weights = [int(rate.scaleb(RATE_DECIMALS)) for rate in rates]
    shares = allocate(tax, weights) if any(weights) else [0] * len(rates)
    return tuple(TaxLine(rate=rate, amount_minor=part) for rate, part in zip(rates, shares, strict=True))
