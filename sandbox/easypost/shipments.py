"""Shipments: rated when created, bought at most once, refunded while nobody has scanned them."""

from __future__ import annotations

from typing import Any

from sandbox.easypost.customs import read_customs
from sandbox.easypost.errors import EasyPostRefusal, field_missing, not_found
from sandbox.easypost.objects import (
    FORM,
    LABEL,
    SHIPMENT,
    is_deliverable,
    new_address,
    new_refund,
    new_shipment,
)
from sandbox.easypost.trackers import emit, start_tracking
from sandbox.ids import easypost_id, iso_time
from sandbox.store import Document, Transaction

MAX_PAGE = 100
DEFAULT_PAGE = 20
QR_CODE = "label_qr_code"
LABEL_FILES = {"PDF": "application/pdf", "ZPL": "application/zpl"}
CARRIERS_WITH_CODES = ("USPS", "RoyalMail")


def create(tx: Transaction, body: dict[str, Any]) -> Document:
    """POST /v2/shipments"""
    asked = body.get("shipment") or {}
    if not asked:
        raise field_missing("shipment")
    to_address, from_address = (_read_address(asked, name) for name in ("to_address", "from_address"))
    parcel = _read_parcel(asked.get("parcel") or {})
    is_return = asked.get("is_return") is True
    # For a return the caller names the addresses of the outward journey, and EasyPost turns them round.
    sender, receiver = (to_address, from_address) if is_return else (from_address, to_address)
    reference = str(asked.get("reference") or "") or None
    label_format = (asked.get("options") or {}).get("label_format") or "PDF"
    if label_format not in LABEL_FILES:
        raise EasyPostRefusal("PARAMETER.INVALID", f"The label format must be one of {', '.join(LABEL_FILES)}.")
    shipment = new_shipment(
        sender=sender,
        receiver=receiver,
        parcel=parcel,
        is_return=is_return,
        reference=reference,
        customs_info=read_customs(asked),
    )
    shipment["options"]["label_format"] = label_format
    return tx.put(SHIPMENT, shipment, owner=reference or "")


def find(tx: Transaction, id: str) -> Document:
    """GET /v2/shipments/{id}: a reference may stand for the id; of several with the same the newest is meant."""
    shipment = tx.get(SHIPMENT, id)
    if shipment is None:
        with_reference = tx.newest(SHIPMENT, owner=id)
        if not with_reference:
            raise not_found()
        shipment = with_reference[0]
    return shipment


def list_all(tx: Transaction, query: dict[str, str]) -> Document:
    """GET /v2/shipments"""
    size = min(int(query.get("page_size", DEFAULT_PAGE)), MAX_PAGE)
    shipments = tx.newest(SHIPMENT)
    if query.get("purchased", "true").lower() == "true":
        shipments = [shipment for shipment in shipments if shipment["postage_label"]]
    ids = [shipment["id"] for shipment in shipments]
    if (before := query.get("before_id")) in ids:
        shipments = shipments[ids.index(before) + 1 :]
    return {"shipments": shipments[:size], "has_more": len(shipments) > size}


def buy(tx: Transaction, id: str, body: dict[str, Any], *, label_base: str) -> Document:
    """POST /v2/shipments/{id}/buy"""
    shipment = find(tx, id)
    if shipment["postage_label"]:
        raise EasyPostRefusal("SHIPMENT.POSTAGE.EXISTS", "This shipment already has postage.")
    rate_id = (body.get("rate") or {}).get("id")
    if not rate_id:
        raise field_missing("rate")
    rate = next((rate for rate in shipment["rates"] if rate["id"] == rate_id), None)
    if rate is None:
        raise EasyPostRefusal("PARAMETER.INVALID", "That rate is not one of this shipment's.")
    tracking_code = f"EZ{tx.count(LABEL) + 1:010d}"
    label = _new_label(label_base, label_format=shipment["options"]["label_format"])
    tx.put(LABEL, {"id": label["id"], "shipment_id": shipment["id"]})
    tracker = start_tracking(
        tx,
        tracking_code=tracking_code,
        carrier=rate["carrier"],
        shipment_id=shipment["id"],
        is_return=shipment["is_return"],
    )
    fee = {"object": "Fee", "type": "PostageFee", "amount": f"{rate['rate']}000", "charged": True, "refunded": False}
    shipment.update(
        selected_rate=rate,
        postage_label=label,
        tracking_code=tracking_code,
        tracker=tracker,
        fees=[fee],
        updated_at=iso_time(),
    )
    return tx.put(SHIPMENT, shipment)


def refund(tx: Transaction, id: str) -> Document:
    """POST /v2/shipments/{id}/refund: the label is void, and its price comes back in some weeks."""
    shipment = find(tx, id)
    if not shipment["postage_label"]:
        raise EasyPostRefusal("SHIPMENT.REFUND.UNAVAILABLE", "This shipment has no postage.")
    if shipment["refund_status"] in ("submitted", "refunded"):
        raise EasyPostRefusal("SHIPMENT.REFUND.UNAVAILABLE", "This shipment's refund was already asked for.")
    if shipment["tracker"]["status"] not in ("unknown", "pre_transit"):
        raise EasyPostRefusal("SHIPMENT.REFUND.UNAVAILABLE", "This label was already used.")
    shipment.update(refund_status="submitted", updated_at=iso_time())
    return tx.put(SHIPMENT, shipment)


def settle_refund(tx: Transaction, tracking_code: str, *, status: str) -> Document:
    """The carrier paid the price of a label back, which a webhook tells, or would not, which none does."""
    shipment = next((each for each in tx.newest(SHIPMENT) if each["tracking_code"] == tracking_code), None)
    if shipment is None or shipment["refund_status"] is None:
        raise not_found()
    shipment.update(refund_status=status, updated_at=iso_time())
    if status == "refunded":
        emit(tx, "refund.successful", new_refund(shipment), previous={"status": "submitted"})
    return tx.put(SHIPMENT, shipment)


def generate_form(tx: Transaction, id: str, body: dict[str, Any], *, form_base: str) -> Document:
    """POST /v2/shipments/{id}/forms: of EasyPost's forms the code that is shown where the label is printed."""
    shipment = find(tx, id)
    if (kind := (body.get("form") or {}).get("type")) != QR_CODE:
        raise EasyPostRefusal("PARAMETER.INVALID", f"The sandbox draws {QR_CODE}, not {kind}.")
    if not shipment["postage_label"]:
        raise EasyPostRefusal("SHIPMENT.FORM.UNAVAILABLE", "This shipment has no postage.")
    if shipment["selected_rate"]["carrier"] not in CARRIERS_WITH_CODES:
        raise EasyPostRefusal("SHIPMENT.FORM.UNAVAILABLE", "This carrier prints no labels at its counters.")
    shipment["forms"].append(_new_form(tx, shipment, form_base))
    return tx.put(SHIPMENT, shipment)


def _new_form(tx: Transaction, shipment: Document, form_base: str) -> Document:
    id = easypost_id("form")
    tx.put(FORM, {"id": id, "shipment_id": shipment["id"]})
    return {
        "object": "Form",
        "id": id,
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "mode": "test",
        "form_type": QR_CODE,
        "form_url": f"{form_base}/{id}.png",
        "submitted_electronically": None,
    }


def _read_address(asked: dict[str, Any], name: str) -> Document:
    given = asked.get(name)
    if not given:
        raise field_missing(name)
    address = new_address(given)
    if given.get("verify_strict") and not is_deliverable(address):
        errors = [
            {"code": "E.ADDRESS.NOT_FOUND", "field": "address", "message": "Address not found", "suggestion": None}
        ]
        raise EasyPostRefusal("ADDRESS.VERIFY.FAILURE", "Unable to verify address.", errors=errors)
    return address


def _read_parcel(parcel: dict[str, Any]) -> dict[str, Any]:
    try:
        weight = float(parcel["weight"])
    except (KeyError, TypeError, ValueError):
        raise field_missing("parcel.weight") from None
    if weight <= 0:
        raise EasyPostRefusal("PARAMETER.INVALID", "The weight must be more than 0 ounces.")
    return {
        **{side: parcel.get(side) for side in ("length", "width", "height", "predefined_package")},
        "weight": weight,
    }


def _new_label(label_base: str, *, label_format: str) -> Document:
    id = easypost_id("pl")
    url = f"{label_base}/{id}.{label_format.lower()}"
    return {
        "object": "PostageLabel",
        "id": id,
        "created_at": iso_time(),
        "updated_at": iso_time(),
        "date_advance": 0,
        "integrated_form": "none",
        "label_date": iso_time(),
        "label_resolution": 300,
        "label_size": "4x6",
        "label_type": "default",
        "label_file_type": LABEL_FILES[label_format],
        "label_url": url,
        "label_pdf_url": url if label_format == "PDF" else None,
        "label_zpl_url": url if label_format == "ZPL" else None,
        "label_epl2_url": None,
        "label_file": None,
    }
