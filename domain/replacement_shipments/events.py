"""What each kind of news does to a replacement shipment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.cases import EventKind, InboxEvent
from domain.changes import applied, declined, kept, parked
from domain.fulfilment_port import DeliveryReport
from domain.policies import Policy
from domain.replacement_shipments.case import DeliveryId, DeliveryState, Goods, ReplacementShipment, Word
from domain.replacement_shipments.counts import say_goods, unshipped_units
from domain.replacement_shipments.deliveries import take_report
from domain.replacement_shipments.opening import ShipmentChange
from domain.replacement_shipments.progress import derive_progress
from domain.replacement_shipments.reports import may_be_cancelled, may_be_stopped


class ShipmentChangedBody(BaseModel):
    """What the warehouse tells of one parcel, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    delivery_id: DeliveryId
    state: DeliveryState
    units: tuple[Goods, ...] = ()
    carrier: str = ""
    tracking_number: str = ""


class WordBody(BaseModel):
    """What somebody says about the whole shipment."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    note: str = ""


def apply_event(shipment: ReplacementShipment, event: InboxEvent, *, policy: Policy, at: datetime) -> ShipmentChange:
    """The shipment after the event; the answer says applied, kept, refused or parked, and why."""
    if not derive_progress(shipment, policy).open:
        detail = f"The replacement shipment {shipment.ref.rma} is closed; the event is kept for a person to look at."
        return parked(shipment, event, at=at, code="case_closed", detail=detail)
    apply = _APPLY.get(event.kind)
    if apply is None:
        detail = f"A replacement shipment takes no {event.kind}; a person finds the case that it is about."
        return parked(shipment, event, at=at, code="not_for_replacement_shipments", detail=detail)
    try:
        return apply(shipment, event, at)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(shipment, event, at=at, code="unreadable_event", detail=detail)


def _change(shipment: ReplacementShipment, event: InboxEvent, at: datetime) -> ShipmentChange:
    body = ShipmentChangedBody.model_validate(event.payload)
    taken = take_report(shipment, DeliveryReport(**body.model_dump(), at=event.occurred_at), at=at)
    facts = {"delivery": body.delivery_id, "state": str(body.state), "tracking_number": body.tracking_number}
    if taken.code:
        return kept(shipment, event, at=at, code=taken.code, detail=taken.detail, **facts)
    return applied(taken.shipment, event, at=at, summary=taken.detail, **facts)


def _let_go(shipment: ReplacementShipment, event: InboxEvent, at: datetime) -> ShipmentChange:
    if shipment.go_ahead is not None:
        return kept(shipment, event, at=at, code="already_said", detail="That the goods may ship is known.")
    if not may_be_cancelled(shipment):
        detail = "The goods are not put aside any more, so they cannot ship; ask for another shipment on the case."
        return declined(shipment, event, at=at, code="already_released", detail=detail)
    return applied(shipment.with_facts(go_ahead=_word(event, at)), event, at=at, summary="The goods may ship.")


def _cancel(shipment: ReplacementShipment, event: InboxEvent, at: datetime) -> ShipmentChange:
    if shipment.handing_over_at is not None or shipment.handed_over_at is not None:
        detail = "The warehouse was told to ship, so the shipment can no longer be cancelled; let it come back instead."
        return declined(shipment, event, at=at, code="already_shipping", detail=detail)
    if not may_be_cancelled(shipment):
        detail = "Nothing is put aside any more; there is nothing to cancel."
        return declined(shipment, event, at=at, code="already_released", detail=detail)
    word = _word(event, at)
    summary = f"{event.actor.name} cancelled the shipment. {word.note}".strip()
    return applied(shipment.with_facts(cancelled=word), event, at=at, summary=summary)


def _stop(shipment: ReplacementShipment, event: InboxEvent, at: datetime) -> ShipmentChange:
    if may_be_cancelled(shipment):
        return _cancel(shipment, event, at)
    if not may_be_stopped(shipment):
        detail = "Nothing is left at the warehouse that could be held back, or it was asked to before."
        return declined(shipment, event, at=at, code="nothing_to_stop", detail=detail)
    word = _word(event, at)
    summary = f"{event.actor.name} wants held back what has not left. {word.note}".strip()
    return applied(shipment.with_facts(stop_asked=word), event, at=at, summary=summary)


def _report_shortage(shipment: ReplacementShipment, event: InboxEvent, at: datetime) -> ShipmentChange:
    left = unshipped_units(shipment)
    if shipment.cancelled or shipment.lapsed_at or shipment.short_at or shipment.stopped_at or not left:
        detail = "Nothing is waited for that the warehouse could be short of."
        return kept(shipment, event, at=at, code="nothing_left", detail=detail)
    note = WordBody.model_validate(event.payload).note
    told = shipment.handing_over_at is not None or shipment.handed_over_at is not None
    facts = {"short_at": at, "shortage": note or f"{say_goods(left)} cannot be supplied"}
    summary = f"The warehouse cannot supply {say_goods(left)}. {note}".strip()
    stopped = {"stopped_at": at} if told else {}
    return applied(shipment.with_facts(**facts, **stopped), event, at=at, summary=summary)


def _word(event: InboxEvent, at: datetime) -> Word:
    return Word(event_id=event.event_id, at=at, actor=event.actor, note=WordBody.model_validate(event.payload).note)


_APPLY: dict[EventKind, Callable[[ReplacementShipment, InboxEvent, datetime], ShipmentChange]] = {
    EventKind.SHIPMENT_CHANGED: _change,
    EventKind.SHIP_REQUESTED: _let_go,
    EventKind.CANCEL_REQUESTED: _cancel,
    EventKind.STOP_REQUESTED: _stop,
    EventKind.SHORTAGE_REPORTED: _report_shortage,
}
