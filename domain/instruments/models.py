"""The payment instruments of a customer, as the shop knows them: what providers call them, never card data."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.instruments.card_numbers import refuse_card_numbers
from domain.money import currency_exponent
from domain.orders import VISIBLE, Identifier, Minor, Moment, PaymentMethod

MOST_INSTRUMENTS = 100
# The provider of accounts that our own records keep.
OURS = "aftercart"
# What has a balance of its own.
WITH_BALANCE = frozenset({PaymentMethod.GIFT_CARD, PaymentMethod.STORE_CREDIT})


class InstrumentPart(BaseModel):
    """Parts are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Instrument(InstrumentPart):
    """Something a customer can pay with or be paid on, known to its provider by `reference`."""

    instrument_id: Identifier
    method: PaymentMethod
    provider: Annotated[
        str, Field(max_length=32, pattern=VISIBLE, description="aftercart: an account that we keep.")
    ] = "stripe"
    reference: Annotated[
        str,
        Field(
            min_length=1, max_length=128, pattern=VISIBLE, description="The provider's id, such as pm_...; no number."
        ),
    ]
    customer: Annotated[
        str,
        Field(
            max_length=128,
            pattern=VISIBLE,
            description="The provider's id of the customer whom it is kept for, such as cus_...; without it most cards "
            "can only be charged while the customer is there.",
        ),
    ] = ""
    label: Annotated[str, Field(max_length=100, pattern=VISIBLE, description="As the customer knows it.")] = ""
    currency: Annotated[str, Field(max_length=3, description="Of its balance; other instruments have none.")] = ""
    balance_minor: Annotated[Minor | None, Field(description="Of a gift card or store credit, as last told.")] = None
    balance_as_of: Moment | None = None
    expires_on: Annotated[date | None, Field(description="The last day on which it can be used.")] = None

    @model_validator(mode="after")
    def _balance_fits(self) -> Self:
        if self.method in WITH_BALANCE:
            if not self.currency:
                raise ValueError(f"{self.instrument_id}: a {self.method} needs the currency of its balance")
            currency_exponent(self.currency)
        elif self.currency or self.balance_minor is not None or self.balance_as_of is not None:
            raise ValueError(f"{self.instrument_id}: a {self.method} has no balance and no currency")
        if self.provider == OURS and self.method not in WITH_BALANCE:
            raise ValueError(f"{self.instrument_id}: {OURS} keeps gift cards and store credit alone")
        return self


class CustomerInstruments(InstrumentPart):
    """All instruments of one customer, told together."""

    instruments: Annotated[tuple[Instrument, ...], Field(max_length=MOST_INSTRUMENTS)] = ()

    @model_validator(mode="before")
    @classmethod
    def _no_card_numbers(cls, told: Any) -> Any:
        # Before anything else: no complaint about another field may keep this one from being made.
        refuse_card_numbers(told)
        return told

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        counts = Counter(instrument.instrument_id for instrument in self.instruments)
        if repeated := sorted(name for name, count in counts.items() if count > 1):
            raise ValueError(f"instruments[].instrument_id is used twice: {', '.join(repeated)}")
        return self


class StoredInstruments(InstrumentPart):
    """What is on record of a customer's instruments; version 0 where nothing was ever told."""

    customer_id: str
    version: int
    updated_at: AwareDatetime | None
    instruments: tuple[Instrument, ...] = ()
