"""Problems with what the dock took in."""

from __future__ import annotations

from api.problem_kinds import kind

RECEIPT_NOT_WAITING = kind(
    "receipt-not-waiting",
    404,
    "No such waiting receipt",
    meaning="Your shop has no receipt under that id that waits for a person: it is unknown, or somebody resolved it.",
    remedy="Look it up with `GET /v1/receipts/waiting`.",
    example="No receipt evt_01J9 waits for a person.",
)

KINDS = (RECEIPT_NOT_WAITING,)
