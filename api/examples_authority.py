"""Examples of the reference that are about authority and approvals."""

from __future__ import annotations

from typing import Any

DECISIONS: dict[str, Any] = {
    "approve": {"summary": "Approve", "value": {"decision": "approve", "note": "Photos match."}},
    "refuse": {"summary": "Refuse", "value": {"decision": "refuse", "note": "Worn for a season."}},
    "reduce": {
        "summary": "Approve a lower amount",
        "value": {"decision": "reduce", "amount_minor": 6000, "expected_minor": 9000, "note": "One handle is missing."},
    },
    "ask_evidence": {
        "summary": "Ask the customer first",
        "value": {"decision": "ask_evidence", "note": "Please send a photo of the serial number."},
    },
    "exception": {
        "summary": "Approve other fees",
        "value": {"decision": "approve", "exception": 1, "note": "Her third parcel that went astray."},
    },
}
EVIDENCE: dict[str, Any] = {
    "photo": {
        "summary": "A photo and a word",
        "value": {"evidence": ["upload-4711.jpg"], "note": "The number is on the back."},
    }
}
FEES: dict[str, Any] = {
    "waive": {"summary": "No fees at all", "value": {"fees": {}, "note": "The first parcel went astray."}},
    "set": {
        "summary": "Another fee for the parcel back",
        "value": {"fees": {"return_shipping": {"minor": {"GBP": 1002}}}, "note": "Two parcels came instead of one."},
    },
}
APPROVAL: dict[str, Any] = {
    "approval": "7K3F-Q9X4.refund",
    "rma": "7K3F-Q9X4",
    "order_id": "1042",
    "action": "refund",
    "state": "open",
    "amount_minor": 9000,
    "currency": "GBP",
    "asked_by": {"name": "webshop", "role": "storefront"},
    "asked_at": "2026-10-16T09:30:00Z",
    "role": "supervisor",
    "roles": ["supervisor", "admin"],
    "still_needed": 1,
    "priority": "normal",
    "deadline": "2026-10-18T09:30:00Z",
    "owner": "",
    "claimed_at": None,
    "reasons": [
        {
            "rule": "refund_above_limit",
            "policy_rule": "",
            "line_id": None,
            "detail": "The refund of 90.00 GBP is above the limit of 50.00 GBP.",
            "way_out": "A supervisor decides.",
        }
    ],
    "note": "",
    "rules": [],
    "row": "",
    "decided_by": None,
    "decided_at": None,
    "stands_in_for": "",
    "decide_at": "/v1/returns/7K3F-Q9X4/approval_decided",
}
APPROVAL_LIST: dict[str, Any] = {"approvals": [APPROVAL], "next_cursor": None}
EXCEPTIONS: dict[str, Any] = {
    "since": "2026-09-16T00:00:00Z",
    "until": "2026-10-16T00:00:00Z",
    "requests": 400,
    "asked": 6,
    "granted": 5,
    "rate_percent": 1.25,
    "counts": [{"action": "policy_exception", "state": "alone", "asked_by": "ann", "exceptions": 5}],
}
BULK_DECISIONS: dict[str, Any] = {
    "equal": {
        "summary": "Approve two refunds of at most 60.00",
        "value": {
            "approvals": ["7K3F-Q9X4.refund", "9WQ4-T6MX.refund"],
            "decision": "approve",
            "action": "refund",
            "at_most_minor": 6000,
            "note": "The batch of cracked mugs.",
        },
    }
}
BULK_ANSWER: dict[str, Any] = {
    "applied": 1,
    "outcomes": [
        {"approval": "7K3F-Q9X4.refund", "outcome": "applied", "code": "applied", "detail": "Jo approved the refund."},
        {
            "approval": "9WQ4-T6MX.refund",
            "outcome": "refused",
            "code": "requester_cannot_approve",
            "detail": "Jo asked for this return and may not approve it. Another supervisor decides.",
        },
    ],
}
DELEGATIONS: dict[str, Any] = {
    "holiday": {
        "summary": "For two weeks",
        "value": {"delegate": "ann", "ends_at": "2026-08-14T18:00:00+01:00", "reason": "On holiday."},
    }
}
DELEGATION: dict[str, Any] = {
    "delegation_id": "del_01J9",
    "delegator": {"name": "sue", "role": "supervisor"},
    "delegate": "ann",
    "starts_at": "2026-07-31T08:00:00Z",
    "ends_at": "2026-08-14T17:00:00Z",
    "reason": "On holiday.",
    "made_at": "2026-07-30T16:00:00Z",
    "ended_at": None,
}
EXCEPTIONS_ASKED: dict[str, Any] = {
    "late": {"summary": "After the window", "value": {"note": "She was in hospital when the window ended."}}
}
