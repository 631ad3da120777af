"""Money as integer minor units of one currency: the only place that rounds, splits and prorates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cache, total_ordering
from typing import Self

from iso4217 import Currency
from pydantic import BaseModel, ConfigDict, field_validator

# ASCII digits only: Decimal() would also take "1e3", "1_000", "NaN" and the digits of other scripts.
_WRITTEN = re.compile(r"(?P<sign>-?)(?P<major>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined; convert neither, fix the caller."""


class Rounding(StrEnum):
    """Where the odd minor unit of an uneven split goes."""

    LARGEST_REMAINDER = "largest_remainder"
    DOWN = "down"
    UP = "up"


@cache
def currency_exponent(code: str) -> int:
    """The number of decimals of an ISO 4217 currency (JPY 0, GBP 2, KWD 3).

    Raises ValueError for a code that ISO 4217 does not list or that has no minor unit (gold, test codes).
    """
    try:
        exponent = Currency(code).exponent
    except ValueError:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code such as GBP, JPY or KWD") from None
    if exponent is None:
        raise ValueError(f"{code!r} has no minor unit, so nothing can be paid in it")
    return int(exponent)


@total_ordering
class Money(BaseModel):
    """An exact amount: `minor` units (pence, yen, fils) of `currency` (ISO 4217)."""

    model_config = ConfigDict(frozen=True, strict=True)

    minor: int
    currency: str

    @field_validator("currency")
    @classmethod
    def _is_known(cls, code: str) -> str:
        currency_exponent(code)
        return code

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in `currency`."""
        return cls(minor=0, currency=currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """The amount that a person wrote in major units ("12.30"); zeros beyond the currency's decimals are allowed.

        Raises ValueError when it is no plain decimal number or too precise: an amount is never rounded on the way in.
        """
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise ValueError(f"{text!r} is not an amount such as 12.30")
        exponent = currency_exponent(currency)
        decimals = (written["decimals"] or "").ljust(exponent, "0")
        if decimals[exponent:].strip("0"):
            raise ValueError(f"{text} has more decimals than {currency} has ({exponent})")
        return cls(minor=int(written["sign"] + written["major"] + decimals[:exponent]), currency=currency)

    def __add__(self, other: Money) -> Money:
        return Money(minor=self.minor + self._same(other).minor, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(minor=self.minor - self._same(other).minor, currency=self.currency)

    def __neg__(self) -> Money:
        return Money(minor=-self.minor, currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        exponent = currency_exponent(self.currency)
        digits = str(abs(self.minor)).rjust(exponent + 1, "0")
        sign = "-" if self.minor < 0 else ""
        decimals = f".{digits[-exponent:]}" if exponent else ""
        return f"{sign}{digits[: len(digits) - exponent]}{decimals} {self.currency}"

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split into parts proportional to `weights`; see `allocate`."""
        return [Money(minor=part, currency=self.currency) for part in allocate(self.minor, weights)]

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"cannot combine {self} with {other}")
        return other


def allocate(minor: int, weights: Sequence[int]) -> list[int]:
    """Parts of `minor` proportional to `weights` that sum to it exactly (largest remainder, ties to the first).

    Weights are whole numbers, none negative; if all are zero the split is even. No part passes its weight as long as
    `minor` does not pass their sum. Raises ValueError without weights.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be one or more numbers, none negative")
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole, sign = sum(shares), -1 if minor < 0 else 1
    parts = [abs(minor) * share // whole for share in shares]
    remainders = [abs(minor) * share % whole for share in shares]
    neediest_first = sorted(range(len(shares)), key=lambda index: (-remainders[index], index))
    for index in neediest_first[: abs(minor) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def share(minor: int, part: int, whole: int, rounding: Rounding = Rounding.LARGEST_REMAINDER) -> int:
    """What the first `part` of `whole` alike units are worth together, when all of them are worth `minor`.

    Rounded once for all units so far, never unit by unit: the difference of two running shares is what the units
    between them are worth, so any split sums to the whole. By default that is the largest remainder between the units
    that are counted and those that are not, ties to the counted ones: never more than half a minor unit off.
    """
    if rounding is Rounding.DOWN:
        return minor * part // whole
    if rounding is Rounding.UP:
        return -(-minor * part // whole)
    return (2 * minor * part + whole) // (2 * whole)


def split_running(running: int, parts: Sequence[int]) -> list[int]:
    """`running` of the sum of `parts`, split in their proportion; the parts themselves when it reaches their sum.

    Two properties that `allocate` cannot have together: the answer depends on the running total alone, and no part
    ever falls while the total grows (splitting off one part at a time, each rounded to the nearest, keeps both).
    So the difference between two running totals splits everything in between, without drift over any number of steps.
    """
    split, whole = [], sum(parts)
    for part in parts[:-1]:
        split.append(share(running, part, whole) if whole else 0)
        running -= split[-1]
        whole -= part
    return [*split, running]


def round_half_up(amount: Fraction) -> int:
    """The nearest whole minor unit; a half goes away from zero."""
    nearest = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return nearest if amount >= 0 else -nearest
