"""Realistic bodies about adjustments and money paid outside for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

_PAID = {"method": "bank_transfer", "proof": "FT-2026-11-0043", "paid_on": "2026-11-20"}
_GOODWILL: dict[str, Any] = {
    "kind": "goodwill",
    "order_id": "1042",
    "amount": "5.00",
    "currency": "GBP",
    "line_id": None,
    "shipping_id": None,
    "payment_id": None,
    "paid_outside": None,
    "why": "The parcel was a week late.",
}
_AMOUNT: dict[str, Any] = {
    "kind": "goodwill",
    "line_id": None,
    "quantity": 0,
    "amount_minor": 500,
    "explanation": "5.00 GBP on what is left of the order, of 28.75 GBP that the shop still had of it: "
    "The parcel was a week late.",
    "rule": "",
}
REQUESTS: dict[str, Any] = {
    "goodwill": {
        "summary": "Goodwill on the whole order",
        "value": {
            "kind": "goodwill",
            "order_id": "1042",
            "amount": "5.00",
            "currency": "GBP",
            "why": "The parcel was a week late.",
        },
    },
    "paid_outside": {
        "summary": "A refund on a line that was paid by bank transfer",
        "value": {
            "kind": "goodwill",
            "order_id": "1042",
            "amount": "5.00",
            "currency": "GBP",
            "line_id": "1",
            "paid_outside": _PAID,
            "why": "The card is closed.",
        },
    },
    "correction": {
        "summary": "Two units were good, not one",
        "value": {
            "kind": "correction",
            "rma": "7K3F-Q9X4",
            "units": [{"line_id": "1", "accepted": 2}],
            "why": "The second one was found behind the shelf.",
        },
    },
}
QUOTE: dict[str, Any] = {
    "order_id": "1042",
    "currency": "GBP",
    "total_minor": 500,
    "amounts": [_AMOUNT],
    "approval": [],
}
VIEW: dict[str, Any] = {
    "number": "4TX7-M2QC",
    "order_id": "1042",
    "currency": "GBP",
    "asked": _GOODWILL,
    "total_minor": 500,
    "amounts": [_AMOUNT],
    "owed_minor": 0,
    "receivable_minor": 0,
    "state": "paying",
    "waiting_for": "refund",
    "since": "2026-11-20T09:00:00Z",
    "deadline": None,
    "next_step": "The payout is on its way to the payment provider.",
    "open": True,
    "refusal": None,
    "approval": None,
    "manual_refunds": [],
    "settlement": None,
    "payouts": [
        {
            "number": 1,
            "payment_id": "p1",
            "amount_minor": 500,
            "currency": "GBP",
            "state": "planned",
            "method": "provider",
            "provider_reference": "",
            "failure": "",
        }
    ],
    "opened_by": {"name": "ann", "role": "agent"},
    "requested_at": "2026-11-20T09:00:00Z",
    "policy_version": 1,
    "closed_at": None,
}
LIST: dict[str, Any] = {"adjustments": [VIEW], "next_cursor": None}
ANSWERED: dict[str, Any] = {
    "event_id": "evt_1f1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "applied",
    "code": "applied",
    "detail": "sue approved it.",
    "case": VIEW,
}
TIMELINE: dict[str, Any] = {
    "number": "4TX7-M2QC",
    "entries": [
        {
            "at": "2026-11-20T09:00:00Z",
            "actor": {"name": "ann", "role": "agent"},
            "event": "adjustment.requested",
            "summary": "Asked for (goodwill): The parcel was a week late.",
            "facts": {"policy_version": 1},
        }
    ],
}
LEDGER: dict[str, Any] = {
    "number": "4TX7-M2QC",
    "entries": [
        {
            "entry_id": 41,
            "order_id": "1042",
            "payment_id": "p1",
            "rma": "4TX7-M2QC",
            "payout": 1,
            "kind": "manual_refund",
            "amount_minor": 500,
            "currency": "GBP",
            "provider_reference": "FT-2026-11-0043",
            "actor": {"name": "fay", "role": "finance"},
            "at": "2026-11-21T10:00:00Z",
            "facts": {"method": "bank_transfer", "paid_on": "2026-11-20", "recorded_by": "ann"},
        }
    ],
}
EXPLANATION: dict[str, Any] = {
    "kind": "adjustment",
    "rma": "4TX7-M2QC",
    "order_id": "1042",
    "currency": "GBP",
    "state": "paying",
    "decisions": [
        {
            "decision": "authority",
            "line_id": None,
            "outcome": "the_rules_decide",
            "decided_at": "2026-11-20T09:00:00Z",
            "decided_by": {"name": "aftercart", "role": "system"},
            "policy_version": 1,
            "inputs": {"action": "partial_refund", "amount_minor": 500, "currency": "GBP", "requested_by": "ann"},
            "matched": [],
            "not_matched": [
                {
                    "rule": "partial_refund_above_limit",
                    "line_id": None,
                    "policy": [],
                    "matched": False,
                    "detail": "The row small_gestures of the matrix lets ann do it alone.",
                    "unmet": [],
                    "margin": None,
                }
            ],
            "nearest_miss": None,
            "would_change_it": ["Another row of the matrix (approval.matrix) changes who may decide it."],
            "overruled": [],
        }
    ],
    "payouts": [
        {
            "at": "2026-11-20T09:00:00Z",
            "order_version": 1,
            "owed_minor": 500,
            "rules": [],
            "payments": [
                {
                    "payment_id": "p1",
                    "method": "card",
                    "held_minor": 2875,
                    "paid_minor": 500,
                    "left_minor": 2375,
                    "payout": 1,
                    "state": "planned",
                    "explanation": "5.00 GBP to card payment p1: of 28.75 GBP that it still holds.",
                    "way": "provider",
                    "bonus_minor": 0,
                }
            ],
            "unplaced_minor": 0,
        }
    ],
    "payments": [
        {
            "payment_id": "p1",
            "captured_minor": 2875,
            "refunded_minor": 0,
            "pending_minor": 500,
            "disputed_minor": 0,
            "left_minor": 2375,
        }
    ],
    "recomputation": {
        "equal": True,
        "computed": ["adjustment", "payouts 1"],
        "differences": [],
        "without_basis": [],
    },
    "asked": _GOODWILL,
    "policy_version": 1,
    "order_version": 1,
    "rounding": "largest_remainder",
    "total_minor": 500,
    "amounts": [_AMOUNT],
    "credits": [
        {
            "position": "line:1",
            "quantity": 0,
            "excused": 0,
            "worth_minor": 500,
            "kept_minor": 0,
            "by_amount": True,
            "net_minor": 417,
            "taxes": [{"rate": "0.20", "amount_minor": 83}],
        }
    ],
    "units": {},
    "paid_before": {
        "units": {},
        "shipping_minor": 0,
        "total_minor": 0,
        "positions": {},
        "withdrawn": [],
        "frozen_minor": 0,
    },
    "earlier_minor": 0,
    "held_minor": {"p1": 2875},
    "left_minor": 2375,
    "refusal": None,
}
APPROVALS: dict[str, Any] = {
    "reduce": {"summary": "Pay less", "value": {"decision": "reduce", "amount_minor": 300, "note": "A day late only."}},
    "approve": {"summary": "Pay it", "value": {"decision": "approve", "note": "Long wait."}},
    "refuse": {"summary": "Pay nothing", "value": {"decision": "refuse", "note": "The parcel was on time."}},
}
MANUAL_REFUNDS: dict[str, Any] = {
    "transfer": {
        "summary": "Paid by bank transfer, since the card is closed",
        "value": {"amount": "5.00", "currency": "GBP", "paid": _PAID, "note": "The customer sent their account."},
    }
}
CONFIRMATIONS: dict[str, Any] = {
    "confirm": {"summary": "It was paid", "value": {"decision": "approve", "note": "On the statement of 20 November."}},
    "refuse": {"summary": "It was not", "value": {"decision": "refuse", "note": "Not on the statement."}},
}
SETTLEMENTS: dict[str, Any] = {
    "received": {"summary": "The customer paid it back", "value": {"resolution": "received", "proof": "FT-77"}},
    "write_off": {
        "summary": "Nobody asks for it",
        "value": {"resolution": "write_off", "note": "Too little to ask for."},
    },
}
