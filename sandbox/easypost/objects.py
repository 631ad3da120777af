"""The shapes of EasyPost's objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.easypost.customs import needs_customs
from sandbox.ids import easypost_id, iso_time
from sandbox.store import Document

SHIPMENT = "easypost.shipment"
TRACKER = "easypost.tracker"
LABEL = "easypost.label"
FORM = "easypost.form"

# Carrier, currency and, per service: name, base price, price per ounce, days. Other countries get the last.
TARIFFS: dict[str, tuple[str, str, tuple[tuple[str, str, str, int], ...]]] = {
    "US": (
        "USPS",
        "USD",
        (("Express", "31.40", "0.18", 1), ("Priority", "7.10", "0.09", 2), ("GroundAdvantage", "4.85", "0.08", 4)),
    ),
    "GB": (
        "RoyalMail",
        "GBP",
        (
            ("Tracked24", "4.95", "0.06", 1),
            ("TrackedReturns48", "3.35", "0.04", 2),
            ("SpecialDelivery", "8.40", "0.10", 1),
        ),
    ),
    "": ("DHLParcel", "EUR", (("Express", "18.90", "0.21", 2), ("ReturnConnect", "9.20", "0.12", 5))),
}
ACCOUNT = "ca_5a4db0c4e6ab4b0f8d3c1f2e7a9b6c5d"


def new_address(given: dict[str, Any]) -> Document:
    """An address as EasyPost keeps it; absent parts are null."""
    parts = ("name", "company", "street1", "street2", "city", "state", "zip", "country", "phone", "email")
    return {
        "id": given.get("id") or easypost_id("adr"),
        "object": "Address",
        "created_at": iso_time(),
        "updated_at": iso_time(),
        **{part: given.get(part) or None for part in parts},
        "mode": "test",
        "residential": None,
        "verifications": {},
    }


def is_deliverable(address: Document) -> bool:
    """Whether a carrier could find it."""
    return all(address[part] for part in ("street1", "city", "zip", "country")) and address["street1"] != "invalid"


def new_rates(shipment_id: str, *, country: str, ounces: Decimal) -> list[Document]:
    """What each service of the carrier of that country would cost."""
    carrier, currency, services = TARIFFS.get(country, TARIFFS[""])
    return [
        {
            "id": easypost_id("rate"),
            "object": "Rate",
            "created_at": iso_time(),
            "updated_at": iso_time(),
            "mode": "test",
            "service": service,
            "carrier": carrier,
            "rate": f"{Decimal(base) + Decimal(per_ounce) * ounces:.2f}",
            "currency": currency,
            "retail_rate": None,
            "retail_currency": None,
            "list_rate": None,
            "list_currency": None,
            "billing_type": "easypost",
            "delivery_days": days,
            "delivery_date": None,
            "delivery_date_guaranteed": False,
            "est_delivery_days": days,
            "shipment_id": shipment_id,
            "carrier_account_id": ACCOUNT,
        }
        for service, base, per_ounce, days in services
    ]


def new_shipment(
    *,
    sender: Document,
    receiver: Document,
    parcel: dict[str, Any],
    is_return: bool,
    reference: str | None,
    customs_info: Document | None = None,
) -> Document:
    """A shipment that was not bought yet."""
    id = easypost_id("shp")
    problem = _find_rate_problem(sender, receiver, customs_info)
    ounces = Decimal(str(parcel["weight"]))
    messages = [
        {
            "carrier": TARIFFS.get(sender["country"] or "", TARIFFS[""])[0],
            "carrier_account_id": ACCOUNT,
            "type": "rate_error",
            "message": problem,
        }
    ]
    return {
        "id": id,
        "object": "Shipment",
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "mode": "test",
        "is_return": is_return,
        "reference": reference,
        "status": "unknown",
        "tracking_code": None,
        "messages": messages if problem else [],
        "options": {"currency": "USD", "payment": {"type": "SENDER"}, "label_format": "PDF", "date_advance": 0},
        "from_address": sender,
        "to_address": receiver,
        "return_address": sender,
        "buyer_address": receiver,
        "parcel": {"id": easypost_id("prcl"), "object": "Parcel", "mode": "test", **parcel},
        "rates": [] if problem else new_rates(id, country=sender["country"], ounces=ounces),
        "selected_rate": None,
        "postage_label": None,
        "tracker": None,
        "refund_status": None,
        "insurance": None,
        "customs_info": customs_info,
        "scan_form": None,
        "order_id": None,
        "batch_id": None,
        "forms": [],
        "fees": [],
    }


def new_refund(shipment: Document) -> Document:
    """What an event tells of the refund of a label."""
    return {
        "id": easypost_id("rfnd"),
        "object": "Refund",
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "tracking_code": shipment["tracking_code"],
        "confirmation_number": None,
        "status": shipment["refund_status"],
        "carrier": shipment["selected_rate"]["carrier"],
        "shipment_id": shipment["id"],
    }


def _find_rate_problem(sender: Document, receiver: Document, customs_info: Document | None) -> str:
    """Why no carrier offers a rate, in words; nothing when they do."""
    if not (is_deliverable(sender) and is_deliverable(receiver)):
        return "The address cannot be served."
    if customs_info is None and needs_customs(sender, receiver):
        return "Customs info is required for international shipments."
    return ""


def new_tracker(*, tracking_code: str, carrier: str, shipment_id: str | None, is_return: bool) -> Document:
    """A tracker that has seen nothing but the label."""
    id = easypost_id("trk")
    return {
        "id": id,
        "object": "Tracker",
        "mode": "test",
        "tracking_code": tracking_code,
        "status": "pre_transit",
        "status_detail": "status_update",
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "signed_by": None,
        "weight": None,
        "est_delivery_date": None,
        "shipment_id": shipment_id,
        "carrier": carrier,
        "tracking_details": [tracking_detail("pre_transit", carrier=carrier, message="Label created")],
        "fees": [],
        "carrier_detail": None,
        "finalized": False,
        "is_return": is_return,
        "public_url": f"https://track.invalid/{id}",
    }


def tracking_detail(status: str, *, carrier: str, message: str) -> Document:
    """One scan of a parcel."""
    location = {"object": "TrackingLocation", "city": None, "state": None, "country": None, "zip": None}
    return {
        "object": "TrackingDetail",
        "message": message,
        "description": "",
        "status": status,
        "status_detail": "status_update",
        "datetime": iso_time(),
        "source": carrier,
        "carrier_code": "",
        "tracking_location": location,
    }
