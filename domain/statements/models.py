"""What the payment provider lists, what the ledger knows, and how a difference between them is told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.collection_port import CollectionStatus
from domain.collections import CollectionState
from domain.disputes import DisputeState
from domain.money import Money
from domain.payouts import PayoutState

RESEND = "Send the event again from the provider's dashboard; if it was parked, release it (payment_events)."
LOOK = "Finance looks at the provider before anything is paid: aftercart cases show, and the provider's dashboard."


class StatementPart(BaseModel):
    """Parts of a comparison are values."""

    model_config = ConfigDict(frozen=True)


class StatedRefund(StatementPart):
    """A refund as the provider lists it. `key` is ours where we made it; `status` is pending, settled or failed."""

    reference: str
    key: str
    payment_references: tuple[str, ...]
    amount: Money
    status: str


class StatedDispute(StatementPart):
    """A dispute as the provider lists it."""

    reference: str
    payment_references: tuple[str, ...]
    amount: Money
    state: DisputeState


class StatedCollection(StatementPart):
    """A payment from a customer as the provider lists it, made under a key of ours. `captured` is what was taken."""

    reference: str
    key: str
    captured: Money
    status: CollectionStatus


class Statement(StatementPart):
    """Everything that the provider lists, or what was made there since a time."""

    refunds: tuple[StatedRefund, ...]
    disputes: tuple[StatedDispute, ...]
    collections: tuple[StatedCollection, ...] = ()


class BookedPayment(StatementPart):
    """A payment on record, by the name that the provider knows it by."""

    merchant: str
    order_id: str
    payment_id: str
    reference: str


class BookedPayout(StatementPart):
    """A payout as the ledger knows it: through the provider, or by hand, where its proof may be the provider's refund."""

    payment: BookedPayment
    rma: str
    number: int
    key: str
    amount: Money
    state: PayoutState
    by_hand: bool = False
    provider_reference: str
    planned_at: AwareDatetime
    updated_at: AwareDatetime


class BookedDispute(StatementPart):
    """A dispute as the ledger knows it."""

    payment: BookedPayment
    reference: str
    amount: Money
    state: DisputeState
    opened_at: AwareDatetime


class BookedCollection(StatementPart):
    """Money from a customer, as the ledger knows it."""

    payment: BookedPayment
    rma: str
    number: int
    key: str
    captured: Money
    state: CollectionState
    planned_at: AwareDatetime
    updated_at: AwareDatetime


class Books(StatementPart):
    """Everything that the ledger knows of payments that the provider took."""

    payments: tuple[BookedPayment, ...]
    payouts: tuple[BookedPayout, ...]
    disputes: tuple[BookedDispute, ...]
    collections: tuple[BookedCollection, ...] = ()


class LedgerDifferenceKind(StrEnum):
    """What the ledger and the provider do not agree on."""

    NOT_IN_LEDGER = "not_in_ledger"
    NOT_AT_PROVIDER = "not_at_provider"
    AMOUNT_DIFFERS = "amount_differs"
    STATE_DIFFERS = "state_differs"
    PAID_TWICE = "paid_twice"
    DISPUTE_NOT_IN_LEDGER = "dispute_not_in_ledger"
    DISPUTE_NOT_AT_PROVIDER = "dispute_not_at_provider"
    DISPUTE_DIFFERS = "dispute_differs"
    COLLECTION_NOT_IN_LEDGER = "collection_not_in_ledger"
    COLLECTION_NOT_AT_PROVIDER = "collection_not_at_provider"
    COLLECTION_DIFFERS = "collection_differs"
    COLLECTED_TWICE = "collected_twice"


class LedgerDifference(StatementPart):
    """One difference: where, both amounts, what it is, and what to do. Amounts are None where one side knows nothing."""

    kind: LedgerDifferenceKind
    merchant: str
    order_id: str
    payment_id: str
    rma: str = ""
    payout: int | None = None
    collection: int | None = None
    reference: str = ""
    ledger_minor: int | None = None
    provider_minor: int | None = None
    currency: str
    detail: str
    remedy: str


class Span(StatementPart):
    """Which changes of the ledger are compared.

    What changed after `settled_before` may be on its way and is left alone; what was begun before `since` need not be
    listed, since the provider was asked only for what it made later.
    """

    settled_before: AwareDatetime
    since: AwareDatetime | None = None

    def expects(self, begun_at: datetime) -> bool:
        """Whether the provider must list what the ledger began then and says was done."""
        return self.since is None or begun_at >= self.since


def place_of(payment: BookedPayment) -> dict[str, Any]:
    """Where a difference is."""
    return payment.model_dump(include={"merchant", "order_id", "payment_id"})
