"""Who takes money from customers, as a Protocol. Every method raises only the three port errors of `domain.errors`."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.money import Money


class CollectionOrder(BaseModel):
    """One payment to ask for. `key` is the same on every try and never used for anything else.

    With `hold` the amount is only held until it is captured. `instrument` of `customer` is charged without the customer
    being there; without an instrument the customer confirms. `reference` names it once the provider has answered.
    """

    model_config = ConfigDict(frozen=True)

    merchant: str
    rma: str
    collection: int
    key: str
    amount: Money
    hold: bool = False
    instrument: str = ""
    customer: str = ""
    reference: str = ""


class CollectionStatus(StrEnum):
    """Where a payment stands at its provider."""

    REQUESTED = "requested"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    DECLINED = "declined"


class ProviderCollection(BaseModel):
    """A payment as the provider knows it. `client_secret` lets the customer's browser confirm it: never log it.

    `captured` is what was taken of `amount`; `instrument` is what the customer paid with, and can be charged again where
    the provider keeps it for a customer.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    status: CollectionStatus
    amount: Money
    captured: Money
    instrument: str = ""
    client_secret: str = ""
    lapses_at: AwareDatetime | None = None
    failure: str = ""


class Collections(Protocol):
    """A payment provider that takes money from customers."""

    def request(self, order: CollectionOrder) -> ProviderCollection:
        """The payment is asked for exactly once, however often this is called with the same key.

        With an instrument it is charged, held or declined in the same moment. Raises Rejected (`card_declined`,
        `authentication_required`, ...), Unavailable when nothing happened, OutcomeUnknown when it may have happened: then
        `find` before the next try.
        """
        ...

    def find(self, order: CollectionOrder) -> ProviderCollection | None:
        """The payment as it is now, by its reference, else by our key in its metadata; None when there is none.

        A key may be found only a minute after the payment was made, and is found for ever. `request` with the same key
        answers with the same payment for a day at least. Who finds nothing may therefore request again. Raises Unavailable
        or Rejected.
        """
        ...

    def capture(self, order: CollectionOrder, amount: Money) -> ProviderCollection:
        """So much of the hold is taken, once, and the rest is let go. `order` carries the reference.

        Raises Rejected where it is no longer held, Unavailable, OutcomeUnknown: then `find` before the next try.
        """
        ...

    def cancel(self, order: CollectionOrder) -> ProviderCollection:
        """Nothing can be taken any more. `order` carries the reference.

        Raises Rejected where it was paid or cancelled meanwhile, Unavailable, OutcomeUnknown: then `find`.
        """
        ...
