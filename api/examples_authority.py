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
