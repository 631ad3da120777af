"""Money as integer minor units of one currency: the only place that rounds, splits and prorates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Self

from iso4217 import Currency
from pydantic import BaseModel, ConfigDict, field_validator


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined; convert neither, fix the caller."""


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
        """The amount that a person wrote in major units ("12.30"); raises ValueError when it is too precise."""
        scaled = Decimal(text).scaleb(currency_exponent(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{text} has more decimals than {currency} has ({currency_exponent(currency)})")
        return cls(minor=int(scaled), currency=currency)

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
        return f"{Decimal(self.minor).scaleb(-exponent):.{exponent}f} {self.currency}"

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split into parts proportional to `weights`; see `allocate`."""
        return [Money(minor=part, currency=self.currency) for part in allocate(self.minor, weights)]

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"cannot combine {self} with {other}")
        return other


def allocate(minor: int, weights: Sequence[int]) -> list[int]:
    """Parts of `minor` proportional to `weights` that sum to it exactly (largest remainder, ties to the first).

    Weights are whole numbers, none negative; if all are zero the split is even. Raises ValueError without weights.
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


def round_half_up(amount: Fraction) -> int:
    """The nearest whole minor unit; a half goes away from zero."""
    return int((Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
