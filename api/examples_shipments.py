"""Realistic bodies about replacement shipments for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

SHIPMENT_VIEW: dict[str, Any] = {
    "number": "9WQ4-T6MX",
    "for_case": {"kind": "return", "rma": "7K3F-Q9X4"},
    "order_id": "1042",
    "goods": [{"sku": "MUG-BLUE", "quantity": 10, "shipped": 2, "delivered": 2, "remaining": 8}],
    "warehouse": "main",
    "state": "partly_shipped",
    "waiting_for": "dispatch",
    "since": "2026-10-14T09:00:00Z",
    "deadline": "2026-10-16T09:00:00Z",
    "next_step": "The warehouse still has to ship 8 of MUG-BLUE.",
    "open": True,
    "may_be_cancelled": False,
    "reserve_until": "2026-10-28T08:30:00Z",
    "reserved_at": "2026-10-14T08:30:01Z",
    "shortage": "",
    "warehouse_problem": "",
    "deliveries": [
        {
            "delivery_id": "dlv_1",
            "state": "delivered",
            "units": [{"sku": "MUG-BLUE", "quantity": 2}],
            "carrier": "Post",
            "tracking_number": "SB001",
            "shipped_at": "2026-10-14T15:00:00Z",
            "changed_at": "2026-10-15T10:00:00Z",
        }
    ],
    "opened_at": "2026-10-14T08:30:00Z",
    "policy_version": 1,
    "closed_at": None,
}
SHIPMENT_LIST: dict[str, Any] = {"replacement_shipments": [SHIPMENT_VIEW], "next_cursor": None}
RELEASING: dict[str, Any] = {
    **SHIPMENT_VIEW,
    "goods": [{"sku": "MUG-BLUE", "quantity": 10, "shipped": 0, "delivered": 0, "remaining": 10}],
    "state": "releasing",
    "waiting_for": "release",
    "since": "2026-10-14T09:00:00Z",
    "deadline": None,
    "next_step": "The warehouse is told to put the goods back on the shelf.",
    "deliveries": [],
}
SHIPMENT_ANSWERED: dict[str, Any] = {
    "event_id": "evt_1f1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "applied",
    "code": "applied",
    "detail": "sue cancelled the shipment. The customer prefers her money.",
    "case": RELEASING,
}
SHIPMENT_TIMELINE: dict[str, Any] = {
    "number": "9WQ4-T6MX",
    "entries": [
        {
            "at": "2026-10-14T08:30:01Z",
            "actor": {"name": "aftercart", "role": "system"},
            "event": "goods.reserved",
            "summary": "The warehouse put aside 10 of MUG-BLUE.",
            "facts": {},
        }
    ],
}
CHANGES: dict[str, Any] = {
    "shipped": {
        "summary": "A parcel left",
        "value": {
            "event_id": "news-17",
            "delivery_id": "dlv_1",
            "state": "shipped",
            "units": [{"sku": "MUG-BLUE", "quantity": 2}],
            "carrier": "Post",
            "tracking_number": "SB001",
        },
    },
    "delivered": {
        "summary": "It arrived",
        "value": {"event_id": "news-18", "delivery_id": "dlv_1", "state": "delivered"},
    },
}
SHORTAGES: dict[str, Any] = {
    "broken": {
        "summary": "Broken on the shelf",
        "value": {"event_id": "news-19", "note": "The last eight are broken."},
    },
}
CANCELLATIONS: dict[str, Any] = {
    "with_reason": {"summary": "With a reason", "value": {"note": "The customer prefers her money."}},
}
