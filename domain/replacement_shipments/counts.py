"""Units of a replacement shipment, counted from its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domain.replacement_shipments.case import DeliveryState, Goods, ReplacementShipment

ARRIVED = (DeliveryState.DELIVERED,)
ENDED = (DeliveryState.DELIVERED, DeliveryState.RETURNED, DeliveryState.LOST)


def count_goods(goods: Iterable[Goods]) -> Counter[str]:
    """Quantities by SKU."""
    counts: Counter[str] = Counter()
    for units in goods:
        counts[units.sku] += units.quantity
    return counts


def as_goods(counts: Counter[str]) -> tuple[Goods, ...]:
    """The same as goods, by SKU; nothing of which there is nothing."""
    return tuple(Goods(sku=sku, quantity=units) for sku, units in sorted(counts.items()) if units > 0)


def shipped_units(shipment: ReplacementShipment) -> Counter[str]:
    """What has left the warehouse, by SKU, whatever became of it."""
    return count_goods(units for delivery in shipment.deliveries for units in delivery.units)


def units_in(shipment: ReplacementShipment, *states: DeliveryState) -> Counter[str]:
    """What is in parcels of these states, by SKU."""
    return count_goods(
        units for delivery in shipment.deliveries if delivery.state in states for units in delivery.units
    )


def unshipped_units(shipment: ReplacementShipment) -> Counter[str]:
    """What was promised and has not left, by SKU; nothing of which all has left."""
    return count_goods(shipment.goods) - shipped_units(shipment)


def say_goods(counts: Counter[str]) -> str:
    """Units in words: "2 of MUG-BLUE, 1 of MUG-RED"."""
    return ", ".join(f"{units} of {sku}" for sku, units in sorted(counts.items()) if units > 0) or "nothing"
