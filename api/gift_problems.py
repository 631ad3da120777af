"""Problems with gifts."""

from __future__ import annotations

from api.problem_kinds import kind

GIFT_NOT_FOUND = kind(
    "gift-not-found",
    404,
    "No such gift",
    meaning="No gift fits what was told. It is not said whether the order, the code, the e-mail address, the postal code "
    "or a line was wrong, so that nobody can guess them one by one.",
    remedy="Compare the order number, the code and the lines with the gift receipt, or ask the shop.",
    example="No gift fits what was told; compare the order number, the code and the lines with the gift receipt.",
)

KINDS = (GIFT_NOT_FOUND,)
