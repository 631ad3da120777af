"""Orders, policies and wishes of exchanges as tests need them."""

from __future__ import annotations

from typing import Any

from domain.exchanges.facts import WantedGoods
from domain.orders import Order
from domain.policies import Exchange, ExchangeFor, Method, Methods, Policy, always
from domain.returns.case import ReturnLine
from tests.builders import a_policy, an_order, an_order_line


def an_exchange_policy(
    *, product: ExchangeFor = ExchangeFor.SAME_PRODUCT, in_advance: bool = True, **changes: Any
) -> Policy:
    """A shop that exchanges, replaces, and gives store credit."""
    every = (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT, Method.EXCHANGE, Method.REPLACEMENT)
    tables = {
        "methods": always(Methods(offer=every)),
        "exchanges": always(Exchange(exchange_for=product, in_advance=in_advance)),
    }
    return a_policy(**(tables | changes))


def a_mug_order(**changes: Any) -> Order:
    """Two small blue mugs at 12.00, as the catalogue of `tests.goods` has them."""
    return an_order(lines=(an_order_line(sku="MUG-S-BLUE"),), **changes)


def swapped(
    sku: str = "MUG-L-BLUE", quantity: int = 1, *, units: int = 1, line_id: str = "1", **more: Any
) -> ReturnLine:
    """A line whose units are to be exchanged for those goods."""
    values: dict[str, Any] = {"reason": "too_small", "resolution": Method.EXCHANGE}
    return ReturnLine(
        line_id=line_id, quantity=units, wanted=(WantedGoods(sku=sku, quantity=quantity),), **(values | more)
    )


def replaced(units: int = 1, *, line_id: str = "1", reason: str = "defective") -> ReturnLine:
    """A line whose units are to be replaced by the same goods."""
    return ReturnLine(line_id=line_id, quantity=units, reason=reason, resolution=Method.REPLACEMENT)
