"""How goods may travel back, as a quote offers it: methods, warehouses, prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.money import Money
from domain.orders import Order
from domain.policies import LineTerms, Policy, ReturnMethod
from domain.reimbursements.goods import NOT_THE_CUSTOMER


class OfferedReturnMethod(BaseModel):
    """One way for goods to travel back: for which lines, to which warehouse, and what the customer pays for it."""

    model_config = ConfigDict(frozen=True)

    method: ReturnMethod
    line_ids: tuple[str, ...]
    warehouses: tuple[str, ...]
    price: Annotated[Money | None, Field(description="Once for the whole return; null: the shop pays.")]


def offer_ways_back(order: Order, terms: Mapping[str, LineTerms], *, policy: Policy) -> tuple[OfferedReturnMethod, ...]:
    """Each method with the lines that may travel so. The dearest of their prices counts, once, where a fee is kept at all."""
    ways: dict[ReturnMethod, list[tuple[str, LineTerms, Money | None]]] = {}
    free = any(granted.fault in NOT_THE_CUSTOMER for granted in terms.values())
    for line_id, granted in terms.items():
        for each in granted.return_methods:
            price = (each.price or granted.usual_shipping).within(order.currency)
            ways.setdefault(each.method, []).append((line_id, granted, None if free else price))
    return tuple(
        OfferedReturnMethod(
            method=method,
            line_ids=tuple(line_id for line_id, _, _ in able),
            warehouses=tuple(dict.fromkeys(granted.warehouse or policy.return_address for _, granted, _ in able)),
            price=max((price for _, _, price in able if price), default=None),
        )
        for method, able in ways.items()
    )
