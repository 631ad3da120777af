"""Realistic bodies about policies for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any

DOCUMENT = """\
name: acme
reasons:
  - {code: changed_mind, title: I changed my mind, fault: customer}
windows:
  - {rule: standard, title: Everything, then: {days: 30}}
acceptance:
  - {rule: standard, title: Everything, then: {answer: accept}}
"""

_VERSION: dict[str, Any] = {
    "version": 3,
    "name": "acme",
    "state": "staged",
    "effective_from": "2026-12-01T00:00:00Z",
    "staged_at": "2026-11-20T09:12:00Z",
    "staged_by": "sue",
    "activated_at": None,
    "activated_by": "",
    "note": "Longer windows for the season.",
}
_DIFFERENCE = {
    "place": "windows.standard",
    "kind": "changed",
    "before": "rule: standard, title: Everything, then: {days: 30}",
    "after": "rule: standard, title: Everything, then: {days: 60}",
}

VERSIONS: dict[str, Any] = {"versions": [_VERSION]}
ACTIVATED: dict[str, Any] = _VERSION | {
    "state": "scheduled",
    "activated_at": "2026-11-21T10:00:00Z",
    "activated_by": "otto",
}
STAGED: dict[str, Any] = {"version": _VERSION, "findings": [], "differences": [_DIFFERENCE]}
DIFFERENCES: dict[str, Any] = {"before": 2, "after": 3, "differences": [_DIFFERENCE]}
VERSION: dict[str, Any] = _VERSION | {
    "document": {
        "name": "acme",
        "reasons": [{"code": "changed_mind", "title": "I changed my mind", "fault": "customer"}],
        "windows": [{"rule": "standard", "title": "Everything", "then": {"days": 30}}],
        "acceptance": [{"rule": "standard", "title": "Everything", "then": {"answer": "accept"}}],
    }
}
WORDS: dict[str, Any] = {
    "version": 3,
    "name": "acme",
    "sections": [
        {
            "title": "Until when you may return",
            "sentences": [
                {
                    "rule": "windows.standard",
                    "text": "Everything: within 30 days of delivery; the last day counts.",
                }
            ],
        }
    ],
}

SENT: dict[str, Any] = {
    "staged": {
        "summary": "A policy for December",
        "value": {"document": DOCUMENT, "effective_from": "2026-12-01T00:00:00Z", "note": "For the season."},
    }
}
ACTIVATIONS: dict[str, Any] = {
    "as_staged": {"summary": "As it was staged", "value": {}},
    "later": {"summary": "From a moment on", "value": {"effective_from": "2026-12-01T00:00:00Z"}},
}
