"""Goods that lay in a parcel beside what its case expects: a session of their own, that waits for a person."""

from __future__ import annotations

from domain.cases import InboxEvent
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.counts import say_units
from domain.goods_back.dock import DockUnits, Receipt
from domain.orders import Order

UNEXPECTED = "unexpected_units"


def set_aside(receipt: Receipt, event: InboxEvent, order: Order) -> InboxEvent | None:
    """The unexpected goods of the session as a session about them alone, so that it can be assigned; None without any.

    They are told by what is printed on them: the line of this order means nothing to the case that gets them.
    """
    if not receipt.unexpected:
        return None
    units = [_as_printed(unit, order).model_dump(mode="json", exclude_defaults=True) for unit in receipt.unexpected]
    told = {name: event.payload[name] for name in ("session_id", "scanner", "photos") if event.payload.get(name)}
    return event.model_copy(
        update={"event_id": f"{event.event_id}+", "awaits_answer": False, "payload": {**told, "units": units}}
    )


def say_what_to_do(receipt: Receipt, case: CaseWithGoods) -> str:
    """Why they wait, and the ways out."""
    count = say_units(sum(unit.quantity for unit in receipt.unexpected))
    return (
        f"{count} lay in the parcel that {case.ref.kind} {case.ref.rma} does not expect. Assign the receipt to the case "
        "that the goods belong to, opening one where there is none, or dismiss it and say what became of them."
    )


def _as_printed(unit: DockUnits, order: Order) -> DockUnits:
    line = order.line(unit.line_id) if unit.line_id is not None else None
    if line is None:
        return unit
    sku = unit.sku or ("" if unit.gtin or unit.serial_number else line.sku)
    return unit.model_copy(update={"line_id": None, "sku": sku})
