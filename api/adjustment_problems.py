"""Problems with amounts that people want paid beside a return."""

from __future__ import annotations

from api.problem_kinds import kind

ADJUSTMENT_NOT_FOUND = kind(
    "adjustment-not-found",
    404,
    "Unknown adjustment",
    meaning="Your shop has no adjustment of that number.",
    remedy="Look the number up with `GET /v1/adjustments`.",
    example="No adjustment 4TX7-M2QC is known.",
)
ADJUSTMENT_CLOSED = kind(
    "adjustment-closed",
    409,
    "The adjustment is closed",
    meaning="Nothing can be changed on a closed adjustment; what you sent is kept and shown to a person.",
    remedy="Read the adjustment, which says how it ended, and open another one if it was wrong.",
    example="The adjustment 4TX7-M2QC is closed; the event is kept and shown to a person.",
)
AMOUNT_REFUSED = kind(
    "amount-refused",
    422,
    "This amount cannot be paid",
    meaning="The amount, its currency, or what it is for does not fit what was paid on the order. Nothing was done.",
    remedy="Read `code` and `way_out`; `left_minor` is what can still be refunded, in minor units.",
    example="24.01 GBP is more than the 24.00 GBP that can still be refunded. Give an amount up to 24.00 GBP.",
)

KINDS = (ADJUSTMENT_NOT_FOUND, ADJUSTMENT_CLOSED, AMOUNT_REFUSED)
