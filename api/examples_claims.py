"""Realistic bodies about claims and registered goods for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

_PHOTO = {"reference": "photos/1042-mug.jpg", "media_type": "image/jpeg", "size_bytes": 482113}
_SHOP = {"name": "shop-front", "role": "storefront"}
REQUESTS: dict[str, Any] = {
    "damaged": {
        "summary": "A mug came broken",
        "value": {
            "order_id": "1042",
            "problem": "damaged",
            "lines": [{"line_id": "1", "quantity": 1}],
            "wish": "replace",
            "evidence": [_PHOTO],
            "note": "The handle is off.",
        },
    },
    "defective": {
        "summary": "A radio stopped working, within its warranty",
        "value": {
            "order_id": "1042",
            "problem": "defective",
            "lines": [{"line_id": "2", "quantity": 1, "serial_number": "SN-0451"}],
        },
    },
}
VIEW: dict[str, Any] = {
    "number": "6HN2-P8DW",
    "order_id": "1042",
    "currency": "GBP",
    "problem": "damaged",
    "wish": "replace",
    "refund_as": None,
    "note": "The handle is off.",
    "follows": None,
    "lines": [
        {"line_id": "1", "quantity": 1, "serial_number": "", "in_warranty": False, "reception": {}, "checklist": []}
    ],
    "evidence": [_PHOTO],
    "state": "in_review",
    "waiting_for": "review",
    "since": "2026-11-20T09:00:00Z",
    "deadline": "2026-11-22T09:00:00Z",
    "next_step": "A supervisor decides on the claim, or asks the customer first.",
    "open": True,
    "verdict": "in_review",
    "reasons": [
        {
            "rule": "no_rule_fits",
            "policy_rule": "claims",
            "line_id": "1",
            "detail": "Line 1: no rule of the policy's claims fits; a person decides.",
            "way_out": "Wait for the decision.",
        }
    ],
    "judgements": [
        {
            "line_id": "1",
            "tables": [
                {"table": "claims", "rule": None, "then": {}, "when": "", "passed_over": [], "problem": ""},
            ],
            "fees": {"restocking_percent": 0, "restocking_flat": {"minor": {}}, "return_shipping": {"minor": {}}},
            "in_warranty": False,
        }
    ],
    "fault": "carrier",
    "charged_to": "carrier",
    "resolution": None,
    "approval": None,
    "denials": [],
    "may_be_appealed": False,
    "evidence_requests": [],
    "total_minor": None,
    "amounts": [],
    "owed_minor": 0,
    "paid_as": [],
    "payouts": [],
    "replacement_shipments": [],
    "label": None,
    "label_follows": False,
    "deliveries": [],
    "receipts": [],
    "inspections": [],
    "dispositions": [],
    "going_back": [],
    "opened_by": _SHOP,
    "requested_at": "2026-11-20T09:00:00Z",
    "policy_version": 1,
    "closed_at": None,
}
SIGNALS: dict[str, Any] = {
    "number": "6HN2-P8DW",
    "request": {
        "at": "2026-11-20T09:00:00Z",
        "account": "c-77",
        "outcome": "review",
        "decided_by": "no_receipt_claims",
        "readings": [
            {
                "signal": "no_receipt_claims",
                "fired": True,
                "outcome": "review",
                "detail": "3 claims of parcels that never came, or came back empty, in 365 days; noticed from 3.",
                "figures": {"claims": 3},
                "cleared_by": "",
            }
        ],
        "rules": [],
        "listing": None,
    },
}
LIST: dict[str, Any] = {"claims": [VIEW], "next_cursor": None}
ANSWERED: dict[str, Any] = {
    "event_id": "evt_1f1c0a9be0d14c5c8a57c1d2e3f405162738495a",
    "outcome": "applied",
    "code": "applied",
    "detail": "sue asked the customer for evidence.",
    "case": VIEW,
}
TIMELINE: dict[str, Any] = {
    "number": "6HN2-P8DW",
    "entries": [
        {
            "at": "2026-11-20T09:00:00Z",
            "actor": _SHOP,
            "event": "claim.filed",
            "summary": "Claimed: damaged, with 1 piece of evidence.",
            "facts": {"policy_version": 1, "wish": "replace"},
        }
    ],
}
DECISIONS: dict[str, Any] = {
    "replace": {"summary": "Send it again", "value": {"decision": "approve", "remedy": "replace"}},
    "goods_back": {
        "summary": "Pay it back once the goods are here",
        "value": {"decision": "approve", "remedy": "refund", "goods_back": True, "note": "Please send it to us."},
    },
    "part": {
        "summary": "A part, and the customer keeps it",
        "value": {"decision": "reduce", "amount_minor": 400, "note": "For the scratch."},
    },
    "deny": {
        "summary": "Nothing, for this reason",
        "value": {"decision": "refuse", "note": "The photo shows another mug than the one that was sold."},
    },
    "ask": {"summary": "Ask first", "value": {"decision": "ask_evidence", "note": "Please send a photo of the box."}},
}
EVIDENCE: dict[str, Any] = {
    "photo": {"summary": "A photo of the box", "value": {"evidence": [_PHOTO], "note": "Here it is."}}
}
APPEALS: dict[str, Any] = {
    "appeal": {
        "summary": "It is the right mug",
        "value": {"note": "The print is on the other side.", "evidence": [_PHOTO]},
    }
}
WITHDRAWALS: dict[str, Any] = {"withdraw": {"summary": "Never mind", "value": {}}}
REGISTRATIONS: dict[str, Any] = {
    "serial": {
        "summary": "One unit by its serial number",
        "value": {"order_id": "1042", "line_id": "2", "registered_by": "c-77"},
    }
}
WARRANTY: dict[str, Any] = {
    "key": "SN-0451",
    "order_id": "1042",
    "line_id": "2",
    "serial_number": "SN-0451",
    "registered_by": "c-77",
    "registered_at": "2026-11-20T09:00:00Z",
    "until": "2028-11-17T00:00:00Z",
    "policy_version": 1,
    "rule": "electronics",
}
