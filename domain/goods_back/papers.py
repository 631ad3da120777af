"""The paper that travels with goods on their way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.addresses import Address
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.facts import ReverseDelivery
from domain.goods_back.parts import GoodsPart
from domain.orders import Order


class SlipLine(GoodsPart):
    """Some units that lie in the parcel."""

    sku: str
    title: str
    quantity: int


class PackingSlip(GoodsPart):
    """What lies in one parcel, of which return, and where it goes. It names nobody but the warehouse."""

    rma: str
    order_id: str
    delivery: int
    deliveries: int
    lines: tuple[SlipLine, ...]
    return_to: tuple[str, ...]


class SlipPages(Protocol):
    """What puts slips and codes on paper."""

    def draw_slip(self, slip: PackingSlip) -> bytes:
        """The slip as PDF; the same bytes for the same slip."""
        ...

    def draw_code(self, text: str) -> bytes:
        """The text as a QR code in SVG; the same bytes for the same text."""
        ...


def make_packing_slip(
    case: CaseWithGoods, delivery: ReverseDelivery, order: Order, *, warehouse: Address | None
) -> PackingSlip:
    """The slip of that delivery; without a known address it says nothing of where it goes."""
    bought = {line.line_id: line for line in order.lines}
    lines = tuple(
        SlipLine(sku=bought[unit.line_id].sku, title=bought[unit.line_id].title, quantity=unit.quantity)
        for unit in delivery.units or case.expected
    )
    return PackingSlip(
        rma=case.ref.rma,
        order_id=case.order_id,
        delivery=delivery.number,
        deliveries=len(case.goods.deliveries),
        lines=lines,
        return_to=tuple(_lines_of(warehouse)) if warehouse else (),
    )


def _lines_of(address: Address) -> Sequence[str]:
    town = f"{address.postal_code} {address.city}".strip()
    texts = (address.name, address.street1, address.street2, town, address.region, address.country)
    return [text for text in texts if text]
