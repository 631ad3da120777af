"""Realistic bodies about credit at the shop for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

ACCOUNT: dict[str, Any] = {
    "kind": "store_credit",
    "reference": "c-204",
    "balances": [
        {
            "currency": "GBP",
            "available_minor": 1475,
            "issued_minor": 2475,
            "spent_minor": 1000,
            "expired_minor": 0,
            "lots": [{"left_minor": 1475, "expires_at": "2027-11-12T00:00:00Z"}],
        }
    ],
    "movements": [
        {
            "kind": "store_credit_spent",
            "amount_minor": 1000,
            "currency": "GBP",
            "at": "2026-11-14T17:30:00Z",
            "expires_at": None,
            "order_id": "1077",
            "rma": None,
            "payout": None,
            "reference": "checkout-1077",
            "note": "",
        },
        {
            "kind": "store_credit_bonus",
            "amount_minor": 225,
            "currency": "GBP",
            "at": "2026-11-12T10:00:00Z",
            "expires_at": "2027-11-12T00:00:00Z",
            "order_id": "1042",
            "rma": "7K3F-Q9X4",
            "payout": 1,
            "reference": "",
            "note": "",
        },
        {
            "kind": "store_credit_issued",
            "amount_minor": 2250,
            "currency": "GBP",
            "at": "2026-11-12T10:00:00Z",
            "expires_at": "2027-11-12T00:00:00Z",
            "order_id": "1042",
            "rma": "7K3F-Q9X4",
            "payout": 1,
            "reference": "",
            "note": "",
        },
    ],
}
SPENDS: dict[str, Any] = {
    "store credit": {
        "summary": "A customer pays a part of a new order with store credit",
        "value": {
            "kind": "store_credit",
            "reference": "c-204",
            "amount_minor": 1000,
            "currency": "GBP",
            "order_id": "1077",
        },
    },
    "gift card": {
        "summary": "A gift card that a refund went back to is used again",
        "value": {"kind": "gift_card", "reference": "GC-7719-0042", "amount_minor": 500, "currency": "GBP"},
    },
}
SPEND_DONE: dict[str, Any] = {
    "kind": "store_credit",
    "reference": "c-204",
    "amount_minor": 1000,
    "currency": "GBP",
    "outcome": "spent",
    "left_minor": 1475,
}
NOTE: dict[str, Any] = {
    "number": "CN-000042",
    "sequence": 42,
    "kind": "credit",
    "corrects": "",
    "issued_at": "2026-11-12T10:00:00Z",
    "merchant": "demo",
    "issuer": ["Demo Ltd", "1 Market Street, London", "VAT GB123456789"],
    "order_id": "1042",
    "order_version": 1,
    "rma": "7K3F-Q9X4",
    "currency": "GBP",
    "lines": [
        {
            "position": "line:1",
            "title": "Mug",
            "sku": "MUG-BLUE",
            "quantity": 1,
            "net_minor": 1875,
            "taxes": [{"rate": "0.20", "amount_minor": 375}],
            "gross_minor": 2250,
        }
    ],
    "taxes": [{"rates": ["0.20"], "net_minor": 1875, "taxes_minor": [375]}],
    "net_minor": 1875,
    "tax_minor": 375,
    "total_minor": 2250,
    "payouts": [
        {
            "key": "demo:7K3F-Q9X4:payout:1",
            "rma": "7K3F-Q9X4",
            "number": 1,
            "payment_id": "p1",
            "method": "provider",
            "amount_minor": 2250,
        }
    ],
}
NOTE_LIST: dict[str, Any] = {"credit_notes": [NOTE], "next_after": None}
