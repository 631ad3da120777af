"""Examples of exchanges for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

from api.examples import RETURN_VIEW

EXCHANGE_REQUEST: dict[str, Any] = {
    "order_id": "1042",
    "lines": [
        {
            "line_id": "1",
            "quantity": 1,
            "reason": "too_small",
            "resolution": "exchange",
            "wanted": [{"sku": "MUG-L-BLUE", "quantity": 1}],
        }
    ],
}
EXCHANGE_REQUESTS: dict[str, Any] = {
    "larger": {"summary": "The larger mug instead; the customer pays the difference", "value": EXCHANGE_REQUEST},
    "same_again": {
        "summary": "The same mug again, sent before the broken one is back",
        "value": {
            "order_id": "1042",
            "in_advance": True,
            "pay_with": "card-1",
            "lines": [{"line_id": "1", "quantity": 1, "reason": "arrived_damaged", "resolution": "replacement"}],
        },
    },
    "mixed": {
        "summary": "One line is exchanged for something cheaper, one refunded",
        "value": {
            "order_id": "1042",
            "lines": [
                EXCHANGE_REQUEST["lines"][0] | {"difference_as": "store_credit"},
                {"line_id": "2", "quantity": 1, "reason": "changed_mind"},
            ],
        },
    },
}
_EXCHANGE: dict[str, Any] = {
    "in_advance": False,
    "difference": "customer_owes",
    "customer_pays_minor": 375,
    "shop_pays_minor": 0,
    "hold_minor": 0,
    "lines": [
        {
            "line_id": "1",
            "quantity": 1,
            "value_minor": 1125,
            "new_minor": 1500,
            "new_goods": [{"sku": "MUG-L-BLUE", "title": "Large mug", "quantity": 1, "price_minor": 1500}],
        }
    ],
    "promised_at": "2026-10-12T08:30:00Z",
    "agreed_at": None,
    "back_by": None,
    "charged_at": None,
    "shipped_at": None,
    "collections": [
        {
            "number": 1,
            "kind": "charge",
            "state": "requested",
            "amount_minor": 375,
            "captured_minor": 0,
            "confirm_by": "2026-10-14T08:30:00Z",
        }
    ],
    "shipments": [
        {
            "number": "9WXH-2M4T",
            "state": "reserved",
            "shipped": [],
            "delivered": [],
            "unshipped": [{"sku": "MUG-L-BLUE", "quantity": 1}],
        }
    ],
    "fallback": None,
}
EXCHANGE_VIEW: dict[str, Any] = RETURN_VIEW | {
    "kind": "exchange",
    "state": "awaiting_payment",
    "waiting_for": "payment",
    "deadline": None,
    "next_step": "The customer pays what the new goods cost more by 2026-10-14 08:30 UTC; without that it becomes a plain return.",
    "lines": [RETURN_VIEW["lines"][0] | {"reason": "too_small", "resolution": "exchange"}],
    "label": None,
    "exchange": _EXCHANGE,
}
EXCHANGE_LIST: dict[str, Any] = {
    "returns": [
        {
            "rma": "7K3F-Q9X4",
            "kind": "exchange",
            "order_id": "1042",
            "state": "awaiting_payment",
            "waiting_for": "payment",
            "since": "2026-10-12T08:30:00Z",
            "deadline": None,
            "next_step": EXCHANGE_VIEW["next_step"],
            "open": True,
            "units": 1,
            "requested_at": "2026-10-12T08:30:00Z",
            "updated_at": "2026-10-12T08:30:00Z",
            "version": 3,
        }
    ],
    "next_cursor": None,
}
LATE_CANCELLATIONS: dict[str, Any] = {
    "moved": {"summary": "The customer has moved", "value": {"note": "She has moved and wants her money instead."}},
}
CHOICES: dict[str, Any] = {
    "other": {
        "summary": "Another colour",
        "value": {
            "choice": "other_goods",
            "lines": [{"line_id": "1", "wanted": [{"sku": "MUG-L-RED", "quantity": 1}]}],
        },
    },
    "wait": {"summary": "To wait for them", "value": {"choice": "wait"}},
    "refund": {"summary": "The money", "value": {"choice": "refund"}},
}
