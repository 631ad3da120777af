"""What the warehouse tells of a parcel, told once or often, in any order."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.fulfilment_port import DeliveryReport
from domain.replacement_shipments.case import Delivery, DeliveryState, ReplacementShipment
from domain.replacement_shipments.counts import as_goods, count_goods, say_goods, unshipped_units

# How far a parcel has come. News in the wrong order is known by it: the furthest that was ever told counts. A lost
# parcel may be found, and one that was delivered may be sent back.
_HOW_FAR = {
    DeliveryState.SHIPPED: 0,
    DeliveryState.IN_TRANSIT: 1,
    DeliveryState.LOST: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.RETURNED: 4,
}
_WORDS = {
    DeliveryState.SHIPPED: "left the warehouse",
    DeliveryState.IN_TRANSIT: "is on its way",
    DeliveryState.DELIVERED: "arrived",
    DeliveryState.RETURNED: "came back to the sender",
    DeliveryState.LOST: "was lost by the carrier",
}


class Taken(BaseModel):
    """The shipment after a report; without a code it changed."""

    model_config = ConfigDict(frozen=True)

    shipment: ReplacementShipment
    detail: str
    code: str = ""


def take_report(shipment: ReplacementShipment, report: DeliveryReport, *, at: datetime) -> Taken:
    """The parcel as it is now known, or why the report changes nothing; units are never counted beyond the promised.

    A report without units is about all that had not left.
    """
    if shipment.handing_over_at is None and shipment.handed_over_at is None:
        detail = "The warehouse tells of a parcel, but was not told to ship."
        return Taken(shipment=shipment, code="not_shipping", detail=detail)
    known = next((each for each in shipment.deliveries if each.delivery_id == report.delivery_id), None)
    if known is None:
        return _take_new(shipment, report, at=at)
    if report.units and count_goods(report.units) != count_goods(known.units):
        detail = f"Parcel {known.delivery_id} was told with {say_goods(count_goods(known.units))} before."
        return Taken(shipment=shipment, code="other_units", detail=detail)
    if _HOW_FAR[report.state] <= _HOW_FAR[known.state]:
        detail = f"Parcel {known.delivery_id} is known to be {known.state}."
        return Taken(shipment=shipment, code="known_already", detail=detail)
    moved = known.model_copy(
        update={
            "state": report.state,
            "changed_at": at,
            "carrier": known.carrier or report.carrier,
            "tracking_number": known.tracking_number or report.tracking_number,
        }
    )
    deliveries = tuple(moved if each is known else each for each in shipment.deliveries)
    return Taken(shipment=shipment.with_facts(deliveries=deliveries), detail=_say(moved))


def _take_new(shipment: ReplacementShipment, report: DeliveryReport, *, at: datetime) -> Taken:
    left = unshipped_units(shipment)
    packed = count_goods(report.units) or left
    if not packed:
        return Taken(shipment=shipment, code="nothing_left", detail="Everything had left in other parcels.")
    if too_many := packed - left:
        detail = f"The shipment has no {say_goods(too_many)} left to ship."
        return Taken(shipment=shipment, code="more_than_promised", detail=detail)
    parcel = Delivery(
        delivery_id=report.delivery_id,
        units=as_goods(packed),
        state=report.state,
        carrier=report.carrier,
        tracking_number=report.tracking_number,
        shipped_at=at,
        changed_at=at,
    )
    # A parcel proves that the order to ship had arrived, also when its answer was lost.
    facts = {"deliveries": (*shipment.deliveries, parcel), "handed_over_at": shipment.handed_over_at or at}
    return Taken(shipment=shipment.with_facts(**facts), detail=_say(parcel))


def _say(parcel: Delivery) -> str:
    return f"A parcel with {say_goods(count_goods(parcel.units))} {_WORDS[parcel.state]}."
