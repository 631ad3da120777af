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

GOODS_NOT_ASKED_FOR = kind(
    "goods-not-asked-for",
    409,
    "The claim asks for no goods",
    meaning="A claim is decided on evidence, and this one did not ask for its goods. The receipt waits on.",
    remedy="Have the claim decided with `goods_back`, or open a return for the goods and assign the receipt to that.",
    example="The claim 6HN2-P8DW asks for no goods; decide on it with `goods_back`, or open a return for them.",
)

KINDS = (RECEIPT_NOT_WAITING, GOODS_NOT_ASKED_FOR)
