"""The new goods that are given for units of a promised line, and what they cost: all of them, or those that left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.exchanges.facts import ExchangeFacts, ExchangePart, Swap, WantedOffer
from domain.money import share
from domain.replacement_shipments.counts import count_goods


class GivenGoods(ExchangePart):
    """Goods, for how many units of their line they stand, and what they cost with their taxes."""

    units: int
    goods: tuple[WantedOffer, ...]
    new_minor: int


NOTHING = GivenGoods(units=0, goods=(), new_minor=0)


def give_all(exchange: ExchangeFacts, accepted: Mapping[str, int]) -> list[tuple[Swap, GivenGoods]]:
    """What is given for so many accepted units of each line.

    Goods that leave in advance are given whole, whatever comes back. Else, where a line fails that was to pay for another
    one's dearer goods, the lines that are short of most are not exchanged, until what was promised to count pays for all
    that leaves. Of an exchange that was cut short, no more is given than what left.
    """
    in_advance = exchange.in_advance and exchange.let_go_at is not None
    given = [
        (swap, _give(swap, swap.quantity if in_advance else accepted.get(swap.line_id, 0))) for swap in exchange.swaps
    ]
    while not in_advance and _short_minor(exchange, given) > 0:
        dearest = max(range(len(given)), key=lambda each: _lack_minor(*given[each]))
        given[dearest] = (given[dearest][0], NOTHING)
    if exchange.cut is None:
        return given
    left = count_goods(exchange.cut.left)
    return [(swap, _part_that_left(each, swap, left)) for swap, each in given]


def _give(swap: Swap, accepted: int) -> GivenGoods:
    units, goods = swap.goods_for(accepted)
    return GivenGoods(units=units, goods=goods, new_minor=share(swap.new_minor, units, swap.quantity))


def _short_minor(exchange: ExchangeFacts, given: Sequence[tuple[Swap, GivenGoods]]) -> int:
    """What the goods cost above all that was promised to pay for them."""
    return sum(_lack_minor(swap, each) for swap, each in given) - exchange.customer_owes_minor


def _lack_minor(swap: Swap, given: GivenGoods) -> int:
    """What the goods of the line cost above what its units count for."""
    return given.new_minor - share(swap.value_minor, given.units, swap.quantity)


def _part_that_left(given: GivenGoods, swap: Swap, left: Counter[str]) -> GivenGoods:
    """The goods of it that left; a part that divides like the units stands for fewer of them, any other for all.

    So goods are paid for as they were promised where that can be told, and else at their own price.
    """
    gone = []
    for offer in given.goods:
        if count := min(offer.quantity, left[offer.sku]):
            left[offer.sku] -= count
            gone.append(offer.model_copy(update={"quantity": count}))
    if tuple(gone) == given.goods:
        return given
    if not gone:
        return NOTHING
    if len(given.goods) == 1 and not given.goods[0].quantity % given.units:
        units, rest = divmod(gone[0].quantity, given.goods[0].quantity // given.units)
        if not rest:
            return GivenGoods(units=units, goods=tuple(gone), new_minor=share(swap.new_minor, units, swap.quantity))
    return GivenGoods(units=given.units, goods=tuple(gone), new_minor=sum(_price(offer, swap) for offer in gone))


def _price(offer: WantedOffer, swap: Swap) -> int:
    """What so many of the promised goods cost; a replacement costs what was paid."""
    promised = next(each for each in swap.goods if each.sku == offer.sku)
    total = promised.price.total_minor if promised.price else swap.new_minor
    return share(total, offer.quantity, promised.quantity)
