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

KINDS = (CREDIT_TOO_LOW,)
