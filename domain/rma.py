"""RMA numbers: short, readable aloud, and with a check character that catches a misread or swapped character."""

from __future__ import annotations

from collections.abc import Sequence

# No 0/O, 1/I/L. 31 is prime, so a weighted sum catches every single misreading and every swap of two characters.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BODY_LENGTH = 7
RMA_PATTERN = r"^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$"


class MalformedRma(ValueError):
    """The text is not an RMA number; the message says what is wrong with it."""


def make_rma(digits: Sequence[int]) -> str:
    """The RMA number, such as 7K3F-Q9X4, of seven numbers from 0 to 30 (drawn at random by the caller)."""
    body = "".join(ALPHABET[digit] for digit in digits)
    if len(body) != BODY_LENGTH:
        raise ValueError(f"an RMA number is made of {BODY_LENGTH} numbers")
    text = body + _check_character(body)
    return f"{text[:4]}-{text[4:]}"


def parse_rma(text: str) -> str:
    """The RMA number as we write it, from how a person typed it (lower case, spaces, no hyphen).

    Raises MalformedRma when the length, a character or the check character is wrong.
    """
    plain = "".join(text.split()).replace("-", "").upper()
    if len(plain) != BODY_LENGTH + 1:
        raise MalformedRma(f"an RMA number has {BODY_LENGTH + 1} characters, such as 7K3F-Q9X4; this has {len(plain)}")
    if strange := sorted({character for character in plain if character not in ALPHABET}):
        raise MalformedRma(f"an RMA number never contains {' '.join(strange)}; 0, 1, I, L and O are not used")
    if _check_character(plain[:-1]) != plain[-1]:
        raise MalformedRma("the check character does not fit: a character was misread or two were swapped")
    return f"{plain[:4]}-{plain[4:]}"


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]
