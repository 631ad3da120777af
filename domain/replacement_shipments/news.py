"""What became of the shipments of a case since it last looked, in words for its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.replacement_shipments.counts import count_goods, say_goods
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport

NOTHING_NEW = "The shipments to the customer are as they were known."
_WORDS = {
    ReplacementShipmentState.PLANNED: "The warehouse is asked to put {goods} aside.",
    ReplacementShipmentState.RESERVED: "The warehouse put {goods} aside.",
    ReplacementShipmentState.SHIPPING: "The warehouse is told to ship {goods}.",
    ReplacementShipmentState.SHIPPED: "On its way to the customer: {shipped}.",
    ReplacementShipmentState.STOPPING: "The warehouse is asked to hold {left} back.",
    ReplacementShipmentState.RELEASING: "The warehouse is told to put {goods} back on the shelf.",
    ReplacementShipmentState.DELIVERED: "Arrived at the customer: {delivered}.",
    ReplacementShipmentState.LOST: "The carrier lost some of {shipped}.",
    ReplacementShipmentState.RETURNED: "Some of {shipped} came back to the sender.",
    ReplacementShipmentState.RELEASED: "Does not leave, and is free for others again: {goods}.",
    ReplacementShipmentState.LAPSED: "The time was over for which the warehouse put {goods} aside.",
    ReplacementShipmentState.OUT_OF_STOCK: "The warehouse does not have {goods}.",
}


def say_news(before: Sequence[ShipmentReport], after: Sequence[ShipmentReport]) -> str:
    """A sentence for each shipment that has moved on."""
    known = {each.number: each for each in before}
    return " ".join(words for each in after for words in _say(known.get(each.number), each)) or NOTHING_NEW


def _say(before: ShipmentReport | None, after: ShipmentReport) -> Iterator[str]:
    if before == after:
        return
    if after.stop_refused and not (before and before.stop_refused):
        yield f"The warehouse cannot hold back {say_goods(count_goods(after.unshipped))} any more."
        return
    parts = {
        "goods": say_goods(count_goods((*after.shipped, *after.unshipped))),
        "shipped": say_goods(count_goods(after.shipped)),
        "delivered": say_goods(count_goods(after.delivered)),
        "left": say_goods(count_goods(after.unshipped)),
    }
    if after.state is ReplacementShipmentState.PARTLY_SHIPPED:
        yield "Left the warehouse: {shipped}; still to come: {left}.".format(**parts)
    elif before is None or before.state is not after.state or before.shipped != after.shipped:
        yield _WORDS[after.state].format(**parts)
    elif not after.open and before.open:
        yield f"Nothing more is waited for of shipment {after.number}."
