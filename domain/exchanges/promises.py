"""What is promised for the lines of an exchange: their value, the new goods with their price, and who owes whom."""

from __future__ import annotations

from collections.abc import Sequence

from domain.exchanges.facts import ExchangeAsk, ExchangePart, Swap, WantedOffer
from domain.exchanges.offers import SWAPPING
from domain.orders import Order, OrderLine
from domain.policies import ExchangeValue, Method, Policy
from domain.reimbursements import (
    ExchangeDifference,
    ExchangeWorth,
    PaidBefore,
    ReimbursedUnits,
    plan_difference,
    value_exchange,
)
from domain.returns.case import ReturnLine


class Promise(ExchangePart):
    """The swaps of an exchange and the difference over all of them; `hold_minor` is what stays with the customer meanwhile."""

    swaps: tuple[Swap, ...]
    difference: ExchangeDifference
    hold_minor: int = 0


def plan_promise(
    order: Order, lines: Sequence[ReturnLine], ask: ExchangeAsk, *, before: PaidBefore, policy: Policy
) -> Promise:
    """The promise for lines without errors, each on top of the one before.

    Source: policy field exchange_value. Without prices (goods that left the catalogue) there is no promise to make: the
    caller looked at the offers.
    """
    swaps = []
    for line in lines:
        if line.resolution in SWAPPING:
            swaps.append(_swap(order, line, ask, before=before, policy=policy))
    value, paid = sum(swap.value_minor for swap in swaps), sum(swap.paid_minor for swap in swaps)
    worth = ExchangeWorth(currency=order.currency, value_minor=value, paid_minor=paid)
    difference = plan_difference(worth, new_goods_minor=sum(swap.new_minor for swap in swaps))
    return Promise(swaps=tuple(swaps), difference=difference, hold_minor=value if ask.in_advance else 0)


def find_unavailable(ask: ExchangeAsk) -> WantedOffer | None:
    """The first of the goods that cannot be promised any more."""
    return next((offer for offer in ask.offers if offer.price is None or offer.withdrawn), None)


def _swap(order: Order, line: ReturnLine, ask: ExchangeAsk, *, before: PaidBefore, policy: Policy) -> Swap:
    units = [ReimbursedUnits(line_id=line.line_id, quantity=line.quantity)]
    replaces = line.resolution is Method.REPLACEMENT
    valued_by = policy.model_copy(update={"exchange_value": ExchangeValue.PAID}) if replaces else policy
    worth = value_exchange(order, units, before=before, policy=valued_by)
    offers = ask.offers_for(line.line_id)
    cost = sum(offer.price.total_minor for offer in offers if offer.price is not None)
    bought = order.line(line.line_id)
    assert bought is not None, "request errors are found first"
    return Swap(
        line_id=line.line_id,
        quantity=line.quantity,
        goods=(_same_again(bought, line),) if replaces else offers,
        value_minor=worth.value_minor,
        paid_minor=worth.paid_minor,
        new_minor=worth.paid_minor if replaces else cost,
        replaces=replaces,
    )


def _same_again(bought: OrderLine, line: ReturnLine) -> WantedOffer:
    return WantedOffer(
        line_id=line.line_id,
        sku=bought.sku,
        quantity=line.quantity,
        title=bought.title,
        category=bought.category,
        gtin=bought.gtin,
        weight_grams=bought.weight_grams,
        final_sale=bought.final_sale,
        same_product=True,
    )


def say_goods_of(swaps: Sequence[Swap]) -> str:
    """The new goods in words."""
    return ", ".join(f"{goods.quantity} of {goods.sku}" for swap in swaps for goods in swap.goods)
