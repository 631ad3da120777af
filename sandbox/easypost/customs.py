"""Customs information of shipments: checked when it is given, and needed where a border is crossed."""

from __future__ import annotations

from typing import Any

from sandbox.easypost.errors import EasyPostRefusal, field_missing
from sandbox.ids import easypost_id, iso_time
from sandbox.store import Document

CONTENTS = (
    "documents",
    "gift",
    "merchandise",
    "returned_goods",
    "sample",
    "dangerous_goods",
    "humanitarian_donation",
    "other",
)
RESTRICTIONS = ("none", "other", "quarantine", "sanitary_phytosanitary_inspection")
# Within these no carrier asks for customs information.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MC",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def needs_customs(sender: Document, receiver: Document) -> bool:
    """Whether a carrier would want to know what is in the parcel."""
    countries = {sender["country"], receiver["country"]}
    return len(countries) > 1 and None not in countries and not countries <= EU


def read_customs(asked: dict[str, Any]) -> Document | None:
    """The customs information of a new shipment as EasyPost keeps it; refused where it is wrong in itself."""
    given = asked.get("customs_info")
    if not given:
        return None
    items = given.get("customs_items")
    if not items:
        raise field_missing("customs_info.customs_items")
    _one_of(given, "contents_type", CONTENTS)
    _one_of(given, "restriction_type", RESTRICTIONS, default="none")
    _one_of(given, "non_delivery_option", ("return", "abandon"), default="return")
    if given.get("contents_type") == "other" and not given.get("contents_explanation"):
        raise field_missing("customs_info.contents_explanation")
    if given.get("customs_certify") and not given.get("customs_signer"):
        raise field_missing("customs_info.customs_signer")
    names = ("contents_type", "contents_explanation", "customs_signer", "eel_pfc", "restriction_comments")
    return {
        **_new("CustomsInfo", "cstinfo"),
        **{name: given.get(name) for name in names},
        "customs_certify": bool(given.get("customs_certify")),
        "restriction_type": given.get("restriction_type", "none"),
        "non_delivery_option": given.get("non_delivery_option", "return"),
        "declaration": None,
        "customs_items": [_read_item(item) for item in items],
    }


def _read_item(given: dict[str, Any]) -> Document:
    if not given.get("description"):
        raise field_missing("customs_item.description")
    for name in ("quantity", "value", "weight"):
        if given.get(name) is None:
            raise field_missing(f"customs_item.{name}")
        if not float(given[name]) > 0:
            raise EasyPostRefusal("PARAMETER.INVALID", f"The {name} of a customs item must be more than 0.")
    return {
        **_new("CustomsItem", "cstitem"),
        **{name: given.get(name) for name in ("description", "hs_tariff_number", "origin_country", "code")},
        "quantity": float(given["quantity"]),
        "value": f"{float(given['value'])}",
        "weight": float(given["weight"]),
        "currency": given.get("currency") or "USD",
        "manufacturer": None,
        "eccn": None,
        "printed_commodity_identifier": None,
    }


def _one_of(given: dict[str, Any], name: str, known: tuple[str, ...], *, default: str | None = None) -> None:
    value = given.get(name) or default
    if value is None:
        raise field_missing(f"customs_info.{name}")
    if value not in known:
        raise EasyPostRefusal("PARAMETER.INVALID", f"The {name} {value!r} is none of {', '.join(known)}.")


def _new(kind: str, prefix: str) -> Document:
    now = iso_time()
    return {"id": easypost_id(prefix), "object": kind, "mode": "test", "created_at": now, "updated_at": now}
