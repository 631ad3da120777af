"""Examples of promises for the reference; a test holds them against the models."""

from __future__ import annotations

from typing import Any

_PROMISE: dict[str, Any] = {
    "rma": "7K3F-Q9X4",
    "case_kind": "return",
    "order_id": "1042",
    "number": 2,
    "kind": "refund_by",
    "due_at": "2026-10-26T08:30:00Z",
    "told_at": "2026-10-12T08:30:00Z",
    "told_by": {"name": "dock-3", "role": "warehouse"},
    "policy_version": 3,
    "law": "uk_withdrawal",
    "state": "at_risk",
    "warn_at": "2026-10-25T08:30:00Z",
    "warned_at": "2026-10-25T08:30:01Z",
    "broken_at": None,
    "kept_at": None,
    "ended_at": None,
    "replaced_by": None,
}
LIST: dict[str, Any] = {"promises": [_PROMISE], "next_cursor": None}
OF_CASE: dict[str, Any] = {"rma": "7K3F-Q9X4", "promises": [_PROMISE]}
TOTALS: dict[str, Any] = {
    "totals": [
        {"kind": "decision_by", "kept": 210, "broken": 4, "open": 6, "at_risk": 1, "replaced": 3, "withdrawn": 9},
        {"kind": "refund_by", "kept": 1804, "broken": 2, "open": 91, "at_risk": 3, "replaced": 0, "withdrawn": 41},
    ]
}
