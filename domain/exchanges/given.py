"""The new goods that are given for units of a promised line, and what they cost: all of them, or those that left."""

from __future__ import annotations

from collections import Counter

from domain.exchanges.facts import ExchangeFacts, ExchangePart, Swap, WantedOffer
from domain.money import share
from domain.replacement_shipments.counts import count_goods


class GivenGoods(ExchangePart):
    """Goods, for how many units of their line they stand, and what they cost with their taxes."""

    units: int
    goods: tuple[WantedOffer, ...]
    new_minor: int


NOTHING = GivenGoods(units=0, goods=(), new_minor=0)


class Giving:
    """Gives goods line by line; of an exchange that was cut short no more than what left."""

    def __init__(self, exchange: ExchangeFacts) -> None:
        self._exchange = exchange
        self._left: Counter[str] | None = count_goods(exchange.cut.left) if exchange.cut else None

    def give(self, swap: Swap, accepted: int) -> GivenGoods:
        """What is given for so many accepted units; goods that leave in advance are given whole, whatever comes back."""
        in_advance = self._exchange.in_advance and self._exchange.let_go_at is not None
        units, goods = (swap.quantity, swap.goods) if in_advance else swap.goods_for(accepted)
        given = GivenGoods(units=units, goods=goods, new_minor=share(swap.new_minor, units, swap.quantity))
        return given if self._left is None else _part_that_left(given, swap, self._left)


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
