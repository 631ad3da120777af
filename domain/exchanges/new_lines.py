"""The new goods as lines of the order, worth what was really paid for them, so that they can be returned in their turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from domain.catalogue.prices import is_exempt
from domain.exchanges.facts import ExchangeFacts, WantedOffer
from domain.exchanges.settling import divide
from domain.exchanges.trades import TradedUnits
from domain.goods_back.counts import accepted_units
from domain.money import allocate, round_half_up
from domain.orders import Order, OrderLine, TaxLine
from domain.reimbursements import AmountKind, ReimbursedUnits
from domain.returns.case import ReturnCase


def make_lines(case: ReturnCase, order: Order, *, at: datetime) -> tuple[OrderLine, ...]:
    """A line for all goods of one kind that were given for one line of the exchange, numbered within the case.

    Together they are worth what the old units brought and the customer paid; a value above the paid price is the shop's gift.
    """
    exchange = case.exchange or ExchangeFacts()
    units = {
        line_id: ReimbursedUnits(line_id=line_id, quantity=count)
        for line_id, count in accepted_units(case.goods).items()
    }
    _, traded = divide(exchange, units)
    gifts = allocate(_gift(case, traded), [each.new_minor for each in traded]) if traded else []
    made: list[OrderLine] = []
    for each, gift in zip(traded, gifts, strict=True):
        prices = [offer.price.total_minor if offer.price else each.new_minor for offer in each.goods]
        worths = allocate(each.new_minor - gift, prices if any(prices) else [1] * len(prices))
        for offer, worth in zip(each.goods, worths, strict=True):
            line_id = f"{case.ref.rma}-{len(made) + 1}"
            made.append(_line(line_id, order, offer, worth, case=case, at=at))
    return tuple(made)


def with_lines(order: Order, lines: Sequence[OrderLine]) -> Order:
    """The order with those lines of ours, and none else of ours; its discounts go on applying to the shop's own lines alone."""
    own = [line for line in order.lines if not line.added_by]
    if not lines:
        return order if len(own) == len(order.lines) else order.model_copy(update={"lines": tuple(own)})
    names = tuple(line.line_id for line in own)
    discounts = tuple(
        discount if discount.line_ids else discount.model_copy(update={"line_ids": names})
        for discount in order.discounts
    )
    return order.model_copy(update={"lines": (*own, *lines), "discounts": discounts})


def _gift(case: ReturnCase, traded: Sequence[TradedUnits]) -> int:
    """What the goods counted for above what was paid, as far as the new ones cost so much: as it was settled, if it was."""
    if case.plan is not None:
        return sum(line.amount_minor for line in case.plan.lines if line.kind is AmountKind.EXCHANGE_VALUE)
    above = sum(each.value_minor - each.paid_minor for each in traded)
    new, paid = sum(each.new_minor for each in traded), sum(each.paid_minor for each in traded)
    return min(max(0, new - paid), max(0, above))


def _line(
    line_id: str, order: Order, offer: WantedOffer, worth_minor: int, *, case: ReturnCase, at: datetime
) -> OrderLine:
    price = offer.price
    if price is not None and price.total_minor == worth_minor:
        unit, taxes, price_minor = price.unit_price_minor, price.taxes, price.unit_price_minor * offer.quantity
    else:
        taxes, price_minor = _tax(order, offer, worth_minor)
        least = -(-price_minor // offer.quantity)
        unit = max(price.unit_price_minor if price else 0, least)
    return OrderLine(
        line_id=line_id,
        sku=offer.sku,
        title=offer.title,
        category=offer.category,
        quantity=offer.quantity,
        unit_price_minor=unit,
        discount_minor=unit * offer.quantity - price_minor,
        taxes=taxes,
        final_sale=offer.final_sale,
        weight_grams=offer.weight_grams,
        gtin=offer.gtin,
        added_by=case.ref.rma,
        sold_at=at,
    )


def _tax(order: Order, offer: WantedOffer, worth_minor: int) -> tuple[tuple[TaxLine, ...], int]:
    """The taxes in a worth that contains them, and the price as the order writes it: with them, or without."""
    sold = order.line(offer.line_id)
    told = offer.price.taxes if offer.price else sold.taxes if sold else ()
    rates: list[Decimal] = [] if is_exempt(order) else [tax.rate for tax in told]
    if not rates:
        return (), worth_minor
    net = round_half_up(worth_minor / (1 + sum((Fraction(rate) for rate in rates), Fraction(0))))
    weights = [int(rate.scaleb(9)) for rate in rates]
    parts = allocate(worth_minor - net, weights) if any(weights) else [0] * len(rates)
    taxes = tuple(TaxLine(rate=rate, amount_minor=part) for rate, part in zip(rates, parts, strict=True))
    return taxes, worth_minor if order.tax_included else net
