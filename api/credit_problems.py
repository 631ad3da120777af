"""Problems with credit at the shop."""

from __future__ import annotations

from api.problem_kinds import kind

CREDIT_TOO_LOW = kind(
    "credit-too-low",
    409,
    "The account holds less",
    meaning="The store credit or gift card holds less than was asked for. Nothing was taken.",
    remedy="Take at most `left_minor`, and the rest another way.",
    example="The account holds 4.75 GBP, which is less than 10.00 GBP. Take 4.75 GBP or less, and the rest another way.",
)

CREDIT_NOTE_NOT_FOUND = kind(
    "credit-note-not-found",
    404,
    "Unknown credit note",
    meaning="Your shop has no credit note of that number.",
    remedy="Look the number up with `GET /v1/credit_notes?order_id=...`.",
    example="No credit note CN-000042 is known.",
)

KINDS = (CREDIT_TOO_LOW, CREDIT_NOTE_NOT_FOUND)
