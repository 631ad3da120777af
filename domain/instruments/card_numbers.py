"""Noticing card numbers, so that none is ever taken in: this program works with references of payment providers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Groups of digits as people write them; what follows a number, such as its expiry, is a group of its own.
GROUPS = re.compile(r"\d+(?:[ .\-/]\d+)*")
SHORTEST, LONGEST = 13, 19
# How numbers of the schemes begin, and how long they are (ISO/IEC 7812 and the schemes' own pages).
SCHEMES = (
    (re.compile(r"4"), {13, 16, 18, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"30[0-5]|3095|36|3[89]"), {14, 15, 16, 17, 18, 19}),
    (re.compile(r"6011|64[4-9]|65"), {16, 17, 18, 19}),
    (re.compile(r"35(2[89]|[3-8])"), {16, 17, 18, 19}),
    (re.compile(r"62|81"), {16, 17, 18, 19}),
    (re.compile(r"50|5[6-9]|6[0-9]"), {16, 18, 19}),
    (re.compile(r"220[0-4]"), {16, 17, 18, 19}),
)


class CardNumberFound(ValueError):
    """Something looks like a card number. The message names the place and never the number."""


def refuse_card_numbers(told: Any, *, place: str = "") -> None:
    """Nothing, when no text, number or name of a field in what was told looks like a card number.

    Raises CardNumberFound with the place of the first.
    """
    match told:
        case Mapping():
            for name, value in told.items():
                if is_card_number(str(name)):
                    raise CardNumberFound(f"{place or 'the body'}: the name of a field looks like a card number")
                refuse_card_numbers(value, place=f"{place}.{name}" if place else str(name))
        case str() | int() | float():
            if is_card_number(str(told)):
                raise CardNumberFound(f"{place or 'the body'} looks like a card number")
        case Sequence():
            for index, value in enumerate(told):
                refuse_card_numbers(value, place=f"{place}.{index}" if place else str(index))


def is_card_number(text: str) -> bool:
    """Whether the text holds a number of a known card scheme whose check digit (Luhn) is right."""
    return any(
        _is_of_a_scheme(digits) and _luhn(digits) for found in GROUPS.finditer(text) for digits in _numbers(found[0])
    )


def _numbers(written: str) -> Iterator[str]:
    """Every number of a card's length that neighbouring groups make."""
    groups = ["".join(str(int(sign)) for sign in group) for group in re.split(r"\D", written)]
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST:
                yield digits


def _is_of_a_scheme(digits: str) -> bool:
    return any(start.match(digits) and len(digits) in lengths for start, lengths in SCHEMES)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
