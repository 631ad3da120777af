"""Examples of the dock for the API reference."""

from __future__ import annotations

from typing import Any

PARCELS: dict[str, Any] = {
    "two_papers": {
        "summary": "Two returns in one parcel",
        "value": {
            "event_id": "dock-3:000451",
            "scanner": "zebra-2",
            "weight_grams": 1850,
            "scans": ["7K3F-Q9X4", "RMA 2222-2222", "(01)09506000134352(21)SN-1", "MUG-BLUE"],
        },
    },
    "without_paper": {
        "summary": "No paper: the carrier's number tells",
        "value": {"tracking_number": "RT987654321GB", "units": [{"sku": "MUG-BLUE", "quantity": 2, "damaged": True}]},
    },
    "empty": {"summary": "An empty parcel", "value": {"scans": ["7K3F-Q9X4"], "empty": True, "weight_grams": 180}},
}
RECEIPT_TAKEN: dict[str, Any] = {
    "receipt_id": "evt_01J9",
    "parts": [
        {
            "rma": "7K3F-Q9X4",
            "event_id": "evt_01J9",
            "outcome": "kept",
            "detail": "The event is kept for the return.",
        }
    ],
}
WAITING: dict[str, Any] = {
    "receipts": [
        {
            "event_id": "evt_01J9",
            "rma": None,
            "code": "unidentified_parcel",
            "detail": "No open return, exchange or claim is known by the paper in the parcel, its number or its order.",
            "dock": {"name": "dock-3", "role": "warehouse"},
            "received_at": "2026-10-12T08:30:00Z",
            "session": {"weight_grams": 420, "note": "a red scarf"},
        }
    ]
}
ASSIGNMENTS: dict[str, Any] = {"found": {"summary": "It belongs to this return", "value": {"rma": "7K3F-Q9X4"}}}
ASSIGNED: dict[str, Any] = {
    "event_id": "evt_01J9@7K3F-Q9X4",
    "outcome": "kept",
    "detail": "The event is kept for the return.",
}
DISMISSALS: dict[str, Any] = {"sent_on": {"summary": "Not ours", "value": {"note": "Handed to the shop next door."}}}
DISMISSED: dict[str, Any] = {"event_id": "evt_01J9"}
DISPOSITION_TOTALS: dict[str, Any] = {
    "totals": [
        {"disposition": "liquidate", "currency": "GBP", "units": 3, "recovered_minor": 1080, "cost_minor": 150},
        {"disposition": "restock", "currency": "GBP", "units": 41, "recovered_minor": 51250, "cost_minor": 0},
    ]
}

SCANS: dict[str, Any] = {
    "empty": {"summary": "Nothing but the address", "value": {}},
    "with_id": {
        "summary": "With the scanner's own id and time",
        "value": {"event_id": "carrier-881", "occurred_at": "2026-10-14T16:20:00+01:00", "delivery": 1},
    },
}
RECEIPTS: dict[str, Any] = {
    "everything": {"summary": "Everything that was expected", "value": {"event_id": "dock-3:000451"}},
    "counted": {
        "summary": "Counted units",
        "value": {"event_id": "dock-3:000452", "units": [{"line_id": "1", "quantity": 1}]},
    },
}
INSPECTIONS: dict[str, Any] = {
    "accepted": {
        "summary": "One unit, damaged as the customer said",
        "value": {
            "event_id": "bench-1:000091",
            "units": [
                {
                    "line_id": "1",
                    "quantity": 1,
                    "condition": "damaged",
                    "grade": "D",
                    "accepted": True,
                    "note": "Handle cracked in transit",
                }
            ],
        },
    },
    "checklist": {
        "summary": "Another phone than the one sold, by checklist and serial number",
        "value": {
            "event_id": "bench-1:000092",
            "units": [
                {
                    "line_id": "1",
                    "quantity": 1,
                    "condition": "wrong_item",
                    "grade": "D",
                    "accepted": False,
                    "checks": [{"check": "The serial number is ours", "passed": False}],
                    "found": {"serial_number": "SN-9"},
                    "evidence": [{"reference": "s3://bench/92.jpg", "media_type": "image/jpeg", "size_bytes": 840000}],
                }
            ],
        },
    },
}

SPLITS: dict[str, Any] = {
    "rest": {"summary": "All that is not inspected", "value": {"event_id": "split-1", "note": "The rest takes long."}},
    "some": {"summary": "Some units", "value": {"event_id": "split-2", "lines": [{"line_id": "1", "quantity": 6}]}},
}
