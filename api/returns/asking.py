"""What a request needs before it is judged: the goods that are wanted, and silence about orders to whoever got a gift."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.dependencies import Services
from api.keys import Caller
from domain.catalogue import CatalogueEntry
from domain.errors import UnknownGift, UnknownOrder, UnknownProduct
from domain.exchanges.facts import ExchangeAsk
from domain.exchanges.offers import see_offers
from domain.orders import Order
from domain.returns.case import ReturnRequest


@contextmanager
def neutrally(asked: ReturnRequest) -> Iterator[None]:
    """Whoever asks for a gift is not told whether it was the order that is unknown."""
    try:
        yield
    except UnknownOrder:
        if asked.gift is None:
            raise
        raise UnknownGift(asked.order_id) from None


def what_is_wanted(asked: ReturnRequest, caller: Caller, parts: Services, order: Order) -> ExchangeAsk:
    """What is wanted, as the catalogue has it."""

    def find(sku: str) -> CatalogueEntry | None:
        try:
            return parts.records.reads.catalogue.product_of_sku(caller.merchant, sku)
        except UnknownProduct:
            return None

    nowhere = asked.gift is not None and not (asked.gift.ship_to and asked.gift.ship_to.is_usable)
    offers = see_offers(order, asked.lines, find)
    return ExchangeAsk(offers=offers, in_advance=asked.in_advance, has_no_address=nowhere)
