"""What the parts of a policy share: they are values, an unknown field is refused, amounts are by currency."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.money import Money, currency_exponent

Days = Annotated[int, Field(ge=0, le=3650)]
Percent = Annotated[int, Field(ge=0, le=100)]
# How rules, reasons and seasons are called: short, stable, and safe in an address.
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Sentence = Annotated[str, Field(max_length=500)]


class PolicyPart(BaseModel):
    """Rules are values; an unknown field is a typing mistake and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(StrEnum):
    """Who caused the return: decides who pays."""

    MERCHANT = "merchant"
    CARRIER = "carrier"
    CUSTOMER = "customer"
    NONE = "none"


class AmountByCurrency(PolicyPart):
    """A limit or fee in each currency the merchant sells in, in minor units."""

    minor: dict[str, Annotated[int, Field(ge=0)]] = {}

    @field_validator("minor")
    @classmethod
    def _currencies_are_known(cls, amounts: dict[str, int]) -> dict[str, int]:
        for code in amounts:
            currency_exponent(code)
        return amounts

    def within(self, currency: str) -> Money | None:
        """The amount in that currency, or None when the policy names none."""
        return Money(minor=self.minor[currency], currency=currency) if currency in self.minor else None
