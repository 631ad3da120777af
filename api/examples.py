"""Realistic bodies for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

ORDER: dict[str, Any] = {
    "order_id": "1042",
    "currency": "GBP",
    "placed_at": "2026-10-02T14:05:00+01:00",
    "tax_included": True,
    "lines": [
        {
            "line_id": "1",
            "sku": "MUG-BLUE",
            "title": "Blue stoneware mug",
            "category": "kitchen",
            "quantity": 2,
            "unit_price_minor": 1250,
            "discount_minor": 250,
            "taxes": [{"rate": "0.20", "amount_minor": 375}],
        },
        {
            "line_id": "2",
            "sku": "POSTER-A2",
            "title": "Printed to order",
            "category": "prints",
            "quantity": 1,
            "unit_price_minor": 1800,
            "taxes": [{"rate": "0.20", "amount_minor": 300}],
            "final_sale": True,
        },
    ],
    "shipping": [{"amount_minor": 395, "taxes": [{"rate": "0.20", "amount_minor": 66}]}],
    "payments": [{"payment_id": "p1", "method": "card", "reference": "pi_3QxW2eLkdIwHu7ix", "captured_minor": 4445}],
    "parcels": [
        {
            "parcel_id": "a",
            "carrier": "RoyalMail",
            "tracking_number": "QJ123456785GB",
            "shipped_at": "2026-10-03T09:00:00+01:00",
            "delivered_at": "2026-10-05T11:40:00+01:00",
        }
    ],
    "customer": {
        "customer_id": "c-77",
        "name": "Sam Example",
        "email": "sam@example.com",
        "address": {"street1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA", "country": "GB"},
    },
}
ORDERS: dict[str, Any] = {
    "paid_and_delivered": {"summary": "Two lines, paid by card and delivered", "value": ORDER},
}
ORDER_STORED: dict[str, Any] = {"order_id": "1042", "version": 1, "outcome": "created"}

RETURN_REQUEST: dict[str, Any] = {
    "order_id": "1042",
    "lines": [{"line_id": "1", "quantity": 1, "reason": "arrived_damaged", "comment": "The handle is cracked."}],
}
RETURN_REQUESTS: dict[str, Any] = {
    "one_damaged_unit": {"summary": "One of two mugs arrived damaged", "value": RETURN_REQUEST},
    "final_sale": {
        "summary": "Made to order, so it is refused with the reason why",
        "value": {"order_id": "1042", "lines": [{"line_id": "2", "quantity": 1, "reason": "changed_mind"}]},
    },
}
_REFUND: dict[str, Any] = {
    "currency": "GBP",
    "lines": [
        {
            "kind": "goods",
            "line_id": "1",
            "quantity": 1,
            "amount_minor": 1125,
            "explanation": "1 of 2 units of MUG-BLUE, after the discount",
        }
    ],
    "total_minor": 1125,
}
QUOTE: dict[str, Any] = {
    "verdict": "authorized",
    "lines": [
        {
            "line_id": "1",
            "quantity": 1,
            "eligible": True,
            "findings": [],
            "returnable_until": "2026-11-05T00:00:00Z",
        }
    ],
    "findings": [],
    "shipping_paid_by": "merchant",
    "refund": _REFUND,
    "needs_approval": False,
    "next_step": "Open the return; a label comes with it, and the refund follows the inspection.",
}
RETURN_VIEW: dict[str, Any] = {
    "rma": "7K3F-Q9X4",
    "order_id": "1042",
    "state": "authorized",
    "waiting_for": "parcel",
    "since": "2026-10-12T08:30:00Z",
    "deadline": "2026-11-02T08:30:00Z",
    "next_step": "The customer hands the parcel with the label to the carrier.",
    "open": True,
    "verdict": "authorized",
    "reasons": [],
    "lines": [
        {
            "line_id": "1",
            "quantity": 1,
            "reason": "arrived_damaged",
            "resolution": "original_payment",
            "received": 0,
            "inspected": 0,
            "reception": {"expected": 1},
        }
    ],
    "label": {
        "carrier": "RoyalMail",
        "service": "Tracked48Return",
        "tracking_number": "RT987654321GB",
        "url": "https://labels.example/rt987654321gb.pdf",
    },
    "label_follows": False,
    "receipts": [],
    "inspections": [],
    "refund": None,
    "approval": None,
    "payouts": [],
    "dispositions": [],
    "going_back": [],
    "opened_by": {"name": "webshop", "role": "storefront"},
    "requested_at": "2026-10-12T08:30:00Z",
    "policy_version": 1,
    "closed_at": None,
}
ORDER_VIEW: dict[str, Any] = {
    "order": ORDER,
    "version": 1,
    "updated_at": "2026-10-05T10:41:00Z",
    "units": [
        {"line_id": "1", "sold": 2, "in_cases": 1, "free": 1},
        {"line_id": "2", "sold": 1, "in_cases": 0, "free": 1},
    ],
    "payments": [
        {
            "payment_id": "p1",
            "captured_minor": 4445,
            "refunded_minor": 0,
            "pending_minor": 0,
            "disputed_minor": 0,
            "excess_minor": 0,
            "left_minor": 4445,
        }
    ],
    "cases": [
        {
            "rma": "7K3F-Q9X4",
            "kind": "return",
            "state": "authorized",
            "waiting_for": "parcel",
            "since": "2026-10-12T08:30:00Z",
            "deadline": "2026-11-02T08:30:00Z",
            "next_step": "The customer hands the parcel with the label to the carrier.",
            "open": True,
            "requested_at": "2026-10-12T08:30:00Z",
            "units": {"1": 1},
        }
    ],
}

CANCELLATIONS: dict[str, Any] = {"cancel": {"summary": "Cancel", "value": {"event_id": "shop-77-cancel"}}}
EVENT_RECEIPT: dict[str, Any] = {
    "event_id": "evt_2f1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "kept",
    "detail": "The event is kept for the return.",
}
EVENT_ANSWERED: dict[str, Any] = {
    "event_id": "evt_7b1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "applied",
    "code": "applied",
    "detail": "Jo approved the refund.",
    "case": RETURN_VIEW,
}
RETURN_LIST: dict[str, Any] = {
    "returns": [
        {
            "rma": "7K3F-Q9X4",
            "order_id": "1042",
            "state": "authorized",
            "waiting_for": "parcel",
            "since": "2026-10-12T08:30:00Z",
            "deadline": "2026-11-02T08:30:00Z",
            "next_step": "The customer hands the parcel with the label to the carrier.",
            "open": True,
            "units": 1,
            "requested_at": "2026-10-12T08:30:00Z",
            "updated_at": "2026-10-12T08:30:01Z",
            "version": 3,
        }
    ],
    "next_cursor": None,
}
TOTALS: dict[str, Any] = {
    "returns": 2,
    "open": 1,
    "totals": [
        {"state": "authorized", "waiting_for": "parcel", "returns": 1},
        {"state": "closed", "waiting_for": "nothing", "returns": 1},
    ],
}
TIMELINE: dict[str, Any] = {
    "rma": "7K3F-Q9X4",
    "entries": [
        {
            "at": "2026-10-12T08:30:00Z",
            "actor": {"name": "webshop", "role": "storefront"},
            "event": "return.requested",
            "summary": "The return was requested.",
            "facts": {"policy_version": 1},
        },
        {
            "at": "2026-10-12T08:30:00Z",
            "actor": {"name": "aftercart", "role": "system"},
            "event": "return.authorized",
            "summary": "The return is authorized.",
            "facts": {"policy_version": 1, "rules": []},
        },
    ],
}
LEDGER: dict[str, Any] = {
    "rma": "7K3F-Q9X4",
    "entries": [
        {
            "entry_id": 12,
            "order_id": "1042",
            "payment_id": "p1",
            "rma": "7K3F-Q9X4",
            "payout": 1,
            "kind": "refund_intended",
            "amount_minor": 1125,
            "currency": "GBP",
            "provider_reference": "",
            "actor": {"name": "jo", "role": "supervisor"},
            "at": "2026-10-16T10:02:00Z",
            "facts": {},
        }
    ],
}
