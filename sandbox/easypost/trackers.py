"""Trackers: what the carrier saw of a parcel, told to us by webhook at each change."""

from __future__ import annotations

from typing import Any

from sandbox import webhooks
from sandbox.easypost.errors import EasyPostRefusal, field_missing, not_found
from sandbox.easypost.objects import SHIPMENT, TRACKER, new_tracker, tracking_detail
from sandbox.ids import easypost_id, iso_time
from sandbox.store import Document, Transaction

EVENT = "easypost.event"
STATUSES = (
    *("unknown", "pre_transit", "in_transit", "out_for_delivery", "delivered", "available_for_pickup"),
    *("return_to_sender", "failure", "cancelled", "error"),
)


def create(tx: Transaction, body: dict[str, Any]) -> Document:
    """POST /v2/trackers: a second tracker of the same code is the first one."""
    asked = body.get("tracker") or {}
    code = asked.get("tracking_code")
    if not code:
        raise field_missing("tracker.tracking_code")
    if known := tx.newest(TRACKER, owner=code):
        return known[0]
    return start_tracking(
        tx, tracking_code=code, carrier=asked.get("carrier") or "USPS", shipment_id=None, is_return=False
    )


def retrieve(tx: Transaction, id: str) -> Document:
    """GET /v2/trackers/{id}"""
    tracker = tx.get(TRACKER, id)
    if tracker is None:
        raise not_found()
    return tracker


def list_all(tx: Transaction, query: dict[str, str]) -> Document:
    """GET /v2/trackers"""
    return {"trackers": tx.newest(TRACKER, owner=query.get("tracking_code")), "has_more": False}


def start_tracking(
    tx: Transaction, *, tracking_code: str, carrier: str, shipment_id: str | None, is_return: bool
) -> Document:
    """A new tracker watches that code."""
    tracker = new_tracker(tracking_code=tracking_code, carrier=carrier, shipment_id=shipment_id, is_return=is_return)
    tx.put(TRACKER, tracker, owner=tracking_code)
    emit(tx, "tracker.created", tracker, previous={})
    return tracker


def move(tx: Transaction, tracking_code: str, *, status: str, message: str) -> Document:
    """The carrier scanned the parcel: tracker and shipment show it, and a webhook tells us."""
    if status not in STATUSES:
        raise EasyPostRefusal("PARAMETER.INVALID", f"The status must be one of {', '.join(STATUSES)}.")
    known = tx.newest(TRACKER, owner=tracking_code)
    if not known:
        raise not_found()
    tracker, before = known[0], known[0]["status"]
    tracker["tracking_details"].append(tracking_detail(status, carrier=tracker["carrier"], message=message or status))
    tracker.update(status=status, updated_at=iso_time(), finalized=status in ("delivered", "cancelled"))
    tx.put(TRACKER, tracker)
    if tracker["shipment_id"]:
        shipment = tx.get(SHIPMENT, tracker["shipment_id"]) or {}
        tx.put(SHIPMENT, {**shipment, "tracker": tracker, "status": status})
    emit(tx, "tracker.updated", tracker, previous={"status": before})
    return tracker


def emit(tx: Transaction, description: str, result: Document, *, previous: Document) -> None:
    """A webhook tells what happened to `result`."""
    event = {
        "id": easypost_id("evt"),
        "object": "Event",
        "mode": "test",
        "description": description,
        "previous_attributes": previous,
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "status": "pending",
        "pending_urls": [],
        "completed_urls": [],
        "result": result,
    }
    tx.put(EVENT, event)
    webhooks.queue(tx, "easypost", event)
