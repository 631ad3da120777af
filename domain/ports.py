"""The outside, as Protocols. Every method raises only the three port errors of `domain.errors`.

Records additionally raise `NotOnRecord`; a method without a docstring of errors raises none.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from domain.cases import Actor, CaseRef, EventOutcome, InboxEvent, Progress, TimelineEntry
from domain.money import Money
from domain.orders import Address, Order
from domain.policies import PolicyVersion
from domain.reimbursements import PaidBefore
from domain.returns.case import DisposedUnits, Label, Payout, ReturnCase, UnitCount


class PortMessage(BaseModel):
    """What goes to a port and comes back is a value."""

    model_config = ConfigDict(frozen=True)


class RefundOrder(PortMessage):
    """One refund to make at a payment provider. `key` is the same on every try and never used for anything else."""

    merchant: str
    rma: str
    payout: int
    key: str
    payment_reference: str
    amount: Money


class ProviderRefund(PortMessage):
    """A refund as the provider knows it; `status` is pending, settled or failed."""

    reference: str
    status: str
    amount: Money
    failure: str = ""


class Payments(Protocol):
    """A payment provider."""

    def refund(self, order: RefundOrder) -> ProviderRefund:
        """The refund exists at the provider exactly once, however often this is called with the same key.

        Raises Rejected (code of the provider: charge_already_refunded, insufficient_funds, ...), Unavailable when
        nothing happened, OutcomeUnknown when it may have happened: then `find_refund` before the next try.
        """
        ...

    def find_refund(self, order: RefundOrder) -> ProviderRefund | None:
        """The refund that an earlier try made, found by our key in its metadata; None when there is none.

        Works also after the provider has forgotten the idempotency key. Raises Unavailable or Rejected.
        """
        ...


class LabelBooking(PortMessage):
    """A label to buy for a parcel from the customer back to a warehouse. `reference` names it for ever."""

    merchant: str
    rma: str
    reference: str
    sender: Address
    warehouse: str
    weight_grams: int


class Carrier(Protocol):
    """Who takes the parcel back."""

    def book_return_label(self, booking: LabelBooking) -> Label:
        """A label with that reference exists and is paid once, however often this is called.

        The carrier has no idempotency keys, so the adapter looks the reference up before it buys.
        Raises Rejected (unusable address), Unavailable, OutcomeUnknown (safe to call again: it looks up first).
        """
        ...

    def void_label(self, label: Label) -> None:
        """The label is cancelled and its price asked back; voiding twice is no error. Raises Rejected when used."""
        ...


class StockInstruction(PortMessage):
    """What the warehouse must do with received goods. `key` is the same on every try."""

    merchant: str
    rma: str
    key: str
    warehouse: str
    units: tuple[DisposedUnits, ...]
    skus: dict[str, str]


class Warehouse(Protocol):
    """Who holds the goods."""

    def dispose(self, instruction: StockInstruction) -> None:
        """The warehouse carries out each disposition exactly once per key. Raises Rejected, Unavailable, OutcomeUnknown."""
        ...


class Clock(Protocol):
    """The time, and ids that no one can guess."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def new_id(self, prefix: str) -> str:
        """A fresh id such as evt_01J..., sortable by time."""
        ...

    def new_rma(self) -> str:
        """A fresh RMA number; see `domain.rma`."""
        ...


class Transaction(Protocol):
    """One database transaction: all of it is kept, or nothing."""

    def order(self, merchant: str, order_id: str) -> Order:
        """The order as last told. Raises UnknownOrder."""
        ...

    def order_version(self, merchant: str, order_id: str) -> int:
        """The version of the order as last told; every version stays readable. Raises UnknownOrder."""
        ...

    def policy(self, merchant: str, version: int | None = None) -> PolicyVersion:
        """That version, or the one now in force. Raises UnknownPolicy."""
        ...

    def return_case(self, ref: CaseRef) -> ReturnCase:
        """The return as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def case_version(self, ref: CaseRef) -> int:
        """How often the case has been saved. Raises UnknownCase."""
        ...

    def save_return(self, case: ReturnCase, progress: Progress, entries: Sequence[TimelineEntry]) -> int:
        """The return, where it stands and its timeline are on record; the answer is its new version."""
        ...

    def units_in_cases(self, merchant: str, order_id: str, *, apart_from: CaseRef | None = None) -> dict[str, int]:
        """Units by line id that open cases hold or closed cases took back."""
        ...

    def reserve_units(self, ref: CaseRef, order: Order, units: Sequence[UnitCount]) -> bool:
        """All of them are reserved for the case, or none and False: a constraint keeps the sum within the order."""
        ...

    def release_units(self, ref: CaseRef, kept: Sequence[UnitCount]) -> None:
        """Only the `kept` units (those that really came back) stay taken by the case; the rest is free again."""
        ...

    def paid_before(self, merchant: str, order_id: str, *, apart_from: CaseRef) -> PaidBefore:
        """What other cases of the order have paid or will surely pay."""
        ...

    def refundable(self, merchant: str, order_id: str) -> dict[str, int]:
        """By payment id, minor units: captured - disputed - refunded - pending."""
        ...

    def plan_payouts(self, ref: CaseRef, payouts: Sequence[Payout], actor: Actor) -> bool:
        """Each payout is a ledger intent and counts as pending on its payment; False when one would pass the cap."""
        ...

    def payout(self, ref: CaseRef, number: int) -> Payout:
        """The payout as the ledger knows it, locked until the transaction ends."""
        ...

    def record_payout(self, ref: CaseRef, payout: Payout, actor: Actor) -> bool:
        """The ledger has an entry for the payout's new state and the balances follow; False when it already had."""
        ...

    def event(self, event_id: str) -> InboxEvent | None:
        """The inbox event of that id, if it ever arrived."""
        ...

    def event_outcome(self, event_id: str) -> tuple[EventOutcome, str, str] | None:
        """What became of the event (outcome, code, detail), or None while it is not applied."""
        ...

    def settle_event(self, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; it will not be delivered again."""
        ...

    def announce(self, ref: CaseRef, topic: str, facts: dict[str, Any]) -> None:
        """The outbox holds a message for the merchant's systems; it leaves after the transaction is kept."""
        ...


class Records(Protocol):
    """Our database."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A write transaction; leaving it by an exception keeps nothing. Raises Unavailable when the database is."""
        ...
