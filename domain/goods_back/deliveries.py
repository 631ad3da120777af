"""Which goods travel in which parcel: planned when the return is granted, found again by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from domain.goods_back.counts import Counted
from domain.goods_back.dock import Receipt
from domain.goods_back.facts import DisposedUnits, GoodsBack, ReverseDelivery
from domain.goods_back.parts import UnitCount
from domain.policies import Disposition, LabelFormat, LineTerms, ReturnMethod


class ReverseDeliveryState(StrEnum):
    """Where a reverse delivery stands: before it moves, on its way, at the warehouse, or given up."""

    LABEL_FOLLOWS = "label_follows"
    NO_LABEL = "no_label"
    READY = "ready"
    MOVING = "moving"
    ARRIVED = "arrived"
    LABEL_VOIDED = "label_voided"


def derive_delivery_state(goods: GoodsBack, delivery: ReverseDelivery) -> ReverseDeliveryState:
    """Derived from the facts, the furthest first. `no_label`: the carrier refused one; `ready`: the customer's turn."""
    if receipts_of(goods, delivery):
        return ReverseDeliveryState.ARRIVED
    if delivery.scanned_at is not None:
        return ReverseDeliveryState.MOVING
    if delivery.label_voided_at is not None or delivery.label_expired_at is not None:
        return ReverseDeliveryState.LABEL_VOIDED
    if not delivery.method.needs_label or delivery.label is not None:
        return ReverseDeliveryState.READY
    return ReverseDeliveryState.NO_LABEL if delivery.label_problem else ReverseDeliveryState.LABEL_FOLLOWS


def plan_deliveries(expected: Iterable[Counted], terms: Mapping[str, LineTerms]) -> tuple[ReverseDelivery, ...]:
    """One reverse delivery for each warehouse and way of travelling, in the order of the lines; always at least one.

    A single one holds whatever the case expects and names no units. Source: policy tables warehouses, return_methods.
    """
    groups: dict[tuple[str, ReturnMethod, LabelFormat], list[UnitCount]] = {}
    for unit in expected:
        granted = terms.get(unit.line_id, LineTerms())
        way = granted.return_method
        together = groups.setdefault((granted.warehouse, way.method, way.label_format), [])
        together.append(UnitCount(line_id=unit.line_id, quantity=unit.quantity))
    planned = tuple(
        ReverseDelivery(
            number=number,
            warehouse=warehouse,
            method=method,
            label_format=label_format,
            units=tuple(units) if len(groups) > 1 else (),
        )
        for number, ((warehouse, method, label_format), units) in enumerate(groups.items(), start=1)
    )
    return planned or (ReverseDelivery(),)


def find_delivery(goods: GoodsBack, *, number: int = 0, tracking_number: str = "") -> ReverseDelivery | None:
    """The reverse delivery of that number, else the one whose parcel has that number of a carrier; None when neither is known."""
    if number:
        return next((one for one in goods.deliveries if one.number == number), None)
    if not tracking_number:
        return None
    return next((one for one in goods.deliveries if one.parcel_number == tracking_number), None)


def receipts_of(goods: GoodsBack, delivery: ReverseDelivery) -> tuple[Receipt, ...]:
    """The sessions at the dock that were about this parcel; one that does not say which is about those whose goods it found."""
    lines = {unit.line_id for unit in delivery.units}

    def is_about(receipt: Receipt) -> bool:
        if receipt.delivery:
            return receipt.delivery == delivery.number
        return not lines or any(unit.line_id in lines for unit in (*receipt.units, *receipt.missing))

    return tuple(receipt for receipt in goods.arrivals if is_about(receipt))


def units_within(open_units: Counter[str], delivery: ReverseDelivery | None) -> Counter[str]:
    """Of the units those that travel in that delivery; all of them when it is not known or holds everything."""
    if delivery is None or not delivery.units:
        return +open_units
    return open_units & Counter({unit.line_id: unit.quantity for unit in delivery.units})


def dispositions_by_warehouse(goods: GoodsBack, *, usual: str) -> dict[str, tuple[DisposedUnits, ...]]:
    """By warehouse, what it must do with the goods of the parcels that went to it; `usual` takes what names none.

    A line travels to one warehouse; goods that stay with the customer are nobody's.
    """
    place = {unit.line_id: one.warehouse for one in goods.deliveries for unit in one.units}
    everything = next((one.warehouse for one in goods.deliveries if not one.units), "")
    found: dict[str, list[DisposedUnits]] = {}
    for unit in goods.dispositions:
        if unit.disposition is not Disposition.KEEP:
            found.setdefault(place.get(unit.line_id, everything) or usual, []).append(unit)
    return {warehouse: tuple(units) for warehouse, units in found.items()}
