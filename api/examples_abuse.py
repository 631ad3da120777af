"""Examples of the reference that are about abuse signals, lists and appeals."""

from __future__ import annotations

from typing import Any

LISTINGS: dict[str, Any] = {
    "clear": {
        "summary": "A signal that has a good reason",
        "value": {
            "kind": "clear",
            "signal": "shared_address",
            "reason": "A hall of residence; they sent their contract.",
            "until": "2027-06-30T00:00:00Z",
        },
    },
    "block": {
        "summary": "Refuse what the law does not grant",
        "value": {"kind": "block", "reason": "Sent stones, twice."},
    },
    "allow": {"summary": "Whatever is noticed, let them pass", "value": {"kind": "allow", "reason": "Our stylist."}},
}
LISTING: dict[str, Any] = {
    "listing_id": "lst_01JB2Z6T8N",
    "account": "c-77",
    "kind": "clear",
    "signal": "shared_address",
    "reason": "A hall of residence; they sent their contract.",
    "made_by": {"name": "sue", "role": "supervisor"},
    "made_at": "2026-10-16T10:02:00Z",
    "until": "2027-06-30T00:00:00Z",
    "ended_at": None,
    "ended_by": None,
}
READING: dict[str, Any] = {
    "signal": "return_rate",
    "fired": False,
    "outcome": "allow",
    "detail": "4 % of the value and 3 % of the units bought in 365 days come back "
    "(120.00 GBP of 3000.00 GBP, 12 orders); noticed from 50 % and 50 %.",
    "figures": {
        "value_percent": 4,
        "units_percent": 3,
        "bought_minor": 300000,
        "returned_minor": 12000,
        "bought_units": 100,
        "returned_units": 3,
        "orders": 12,
    },
    "cleared_by": "",
}
CUSTOMER: dict[str, Any] = {
    "customer_id": "c-77",
    "currencies": [
        {
            "currency": "GBP",
            "orders": 12,
            "bought_minor": 300000,
            "bought_units": 100,
            "returned_minor": 12000,
            "returned_units": 3,
            "returns": 1,
            "no_receipt_claims": 0,
            "kept_minor": 0,
            "worn_units": 0,
            "readings": [READING],
        }
    ],
    "returns": [
        {
            "rma": "7K3F-Q9X4",
            "requested_at": "2026-10-16T09:00:00Z",
            "currency": "GBP",
            "value_minor": 12000,
            "units": 3,
            "counted": True,
            "outcome": "allow",
        }
    ],
    "listings": [LISTING],
}
RETURN: dict[str, Any] = {
    "rma": "7K3F-Q9X4",
    "request": {
        "at": "2026-10-16T09:00:00Z",
        "account": "c-77",
        "outcome": "allow",
        "decided_by": "",
        "readings": [READING],
        "rules": [],
        "listing": None,
    },
    "goods": None,
}
APPEALS: dict[str, Any] = {
    "reason": {
        "summary": "Say why, with evidence",
        "value": {"note": "Four of us live at this address.", "evidence": ["upload-4711.jpg"]},
    }
}
