"""The last guard of the logs: what looks personal is masked. The first guard is not to log it."""

from __future__ import annotations

import re
from typing import Any

from structlog.typing import EventDict, WrappedLogger

MASK = "[redacted]"
E_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# 13 to 19 digits, in groups or not, is how a card number is written; an article or parcel number too, mostly without
# the check digit of a card.
CARD_LIKE = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?!\w|[.-]\d)")
PERSONAL_KEYS = frozenset(
    {
        "address",
        "authorization",
        "card",
        "city",
        "customer",
        "customer_name",
        "email",
        "full_name",
        "line1",
        "line2",
        "phone",
        "postal_code",
        "postcode",
        "recipient",
        "sender",
        "street",
        "street1",
        "street2",
        "zip",
    }
)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every personal key and everything that looks like an e-mail address or a card number is masked, at any depth."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL_KEYS:
        return MASK
    match value:
        case str():
            return CARD_LIKE.sub(_mask_card, E_MAIL.sub(MASK, value))
        case dict():
            return {name: _clean(str(name), inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean("", inner) for inner in value]
        case BaseException():
            return _clean("", repr(value))
        case _:
            return value


def _mask_card(match: re.Match[str]) -> str:
    digits = [int(character) for character in match[0] if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return MASK if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else match[0]
