"""Problems with appeals and with the lists of a shop."""

from __future__ import annotations

from api.problem_kinds import kind

APPEAL_NOT_POSSIBLE = kind(
    "appeal-not-possible",
    409,
    "This cannot be appealed",
    meaning="The return was not refused by a person or a further check, was appealed before, or it is too late.",
    remedy="`detail` says which it is and what can be done instead.",
    example="Return 7K3F-Q9X4 was appealed before: 9WQ4-T6MX.",
)
LISTING_NOT_FOUND = kind(
    "listing-not-found",
    404,
    "Unknown entry",
    meaning="Your shop's lists have no entry of that id.",
    remedy="Take the id from `GET /v1/listings`.",
    example="No entry lst_01J9 is known.",
)
KINDS = (APPEAL_NOT_POSSIBLE, LISTING_NOT_FOUND)
