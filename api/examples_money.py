"""Realistic bodies about money for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

ISSUE_VIEW: dict[str, Any] = {
    "number": "9WQ4-T6MX",
    "cause": "refund_failed",
    "order_id": "1042",
    "payment_id": "p1",
    "amount_minor": 1125,
    "owed_minor": 1125,
    "currency": "GBP",
    "why": "Payout 1 of 7K3F-Q9X4 over 11.25 GBP came back after it had settled: expired_or_canceled_card.",
    "state": "open",
    "waiting_for": "resolution",
    "since": "2026-11-20T09:00:00Z",
    "deadline": "2026-11-22T09:00:00Z",
    "next_step": "A person decides how the customer gets the 11.25 GBP: pay again, or write off.",
    "open": True,
    "continues": {"rma": "7K3F-Q9X4", "payout": 1},
    "dispute": None,
    "resolution": None,
    "payouts": [],
    "opened_at": "2026-11-20T09:00:00Z",
    "policy_version": 1,
    "closed_at": None,
}
ISSUE_LIST: dict[str, Any] = {"payment_issues": [ISSUE_VIEW], "next_cursor": None}
ISSUE_ANSWERED: dict[str, Any] = {
    "event_id": "evt_1f1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "applied",
    "code": "applied",
    "detail": "Fay pays 11.25 GBP again. The customer named another card.",
    "case": ISSUE_VIEW,
}
ISSUE_TIMELINE: dict[str, Any] = {
    "number": "9WQ4-T6MX",
    "entries": [
        {
            "at": "2026-11-20T09:00:00Z",
            "actor": {"name": "aftercart", "role": "system"},
            "event": "payment_issue.opened",
            "summary": "Payout 1 of 7K3F-Q9X4 over 11.25 GBP came back after it had settled.",
            "facts": {},
        }
    ],
}
ISSUE_LEDGER: dict[str, Any] = {
    "number": "9WQ4-T6MX",
    "entries": [
        {
            "entry_id": 40,
            "order_id": "1042",
            "payment_id": "p2",
            "rma": "9WQ4-T6MX",
            "payout": 1,
            "kind": "refund_intended",
            "amount_minor": 1125,
            "currency": "GBP",
            "provider_reference": "",
            "actor": {"name": "fay", "role": "finance"},
            "at": "2026-11-20T10:00:00Z",
            "facts": {},
        }
    ],
}
RESOLUTIONS: dict[str, Any] = {
    "another_payment": {
        "summary": "Pay again, to the other payment of the order",
        "value": {"resolution": "pay_again", "payment_id": "p2", "note": "The first card is closed."},
    },
    "write_off": {"summary": "Nothing more is paid", "value": {"resolution": "write_off", "note": "Paid in store."}},
}
EVENT_TAKEN: dict[str, Any] = {"event_id": "evt_1Q2w3E", "outcome": "kept"}
EVENT_RELEASED: dict[str, Any] = {"event_id": "evt_1Q2w3E"}
EVENT_LIST: dict[str, Any] = {
    "payment_events": [
        {
            "provider": "stripe",
            "event_id": "evt_1Q2w3E",
            "kind": "refund_settled",
            "name": "refund.created",
            "reference": "re_3Q9x",
            "payment_references": ["pi_3QxW2eLkdIwHu7ix"],
            "amount": {"minor": 500, "currency": "GBP"},
            "occurred_at": "2026-11-20T08:59:58Z",
            "received_at": "2026-11-20T09:00:00Z",
            "outcome": "parked",
            "code": "refund_not_ours",
            "detail": "Refund re_3Q9x of 5.00 GBP on payment p1 of order 1042 was not made by us.",
        }
    ]
}
COLLECTION_LIST: dict[str, Any] = {
    "collections": [
        {
            "rma": "7K3F-Q9X4",
            "number": 1,
            "kind": "charge",
            "state": "requested",
            "amount_minor": 1500,
            "currency": "GBP",
            "captured_minor": 0,
            "decided_minor": None,
            "confirm_by": "2026-10-18T10:00:00Z",
            "lapses_at": None,
            "payment_id": "7K3F-Q9X4.1",
            "provider_reference": "pi_3Q2w3E",
            "failure": "",
            "client_secret": "pi_3Q2w3E_secret_x1",
        }
    ],
}
