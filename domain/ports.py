"""The outside, as Protocols. Every method raises only the three port errors of `domain.errors`.

Records additionally raise `NotOnRecord`; a method without a docstring of errors raises none.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from domain.addresses import Address
from domain.authority import Delegation
from domain.case_documents import CaseDocument
from domain.cases import CaseRef, Progress, TimelineEntry
from domain.catalogue.ports import Catalogue
from domain.claims.port import Claims
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.declarations import CustomsDeclaration
from domain.goods_back.facts import DisposedUnits, Label, LabelRefund
from domain.instruments import Instrument
from domain.ledger_port import Ledger
from domain.messages_port import Messages
from domain.money import Money
from domain.orders import Order, OrderLine
from domain.payment_events import PaymentEvent
from domain.policies import PAYING, AbuseRules, Action, KeptBefore, LabelFormat, PolicyVersion, SpentBefore, SplitScope
from domain.promises.port import Promises
from domain.returns.case import ReturnCase
from domain.risk.models import RiskHistory
from domain.shipments_port import Shipments
from domain.statements import Statement
from domain.units_port import Units


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


class PaymentStatements(Protocol):
    """What a payment provider lists of our account."""

    def statement(self, *, since: datetime | None = None) -> Statement:
        """Every refund, dispute and payment under our keys, however many pages that takes; or what was made since then.

        Raises Unavailable, Rejected.
        """
        ...


class PaymentWebhooks(Protocol):
    """What a payment provider sends us."""

    def read(self, body: bytes, signature: str) -> PaymentEvent:
        """The event, whose sender is proven by the signature.

        Raises Rejected: `bad_signature` (not from the provider, or too old), `unreadable_event`.
        """
        ...


class LabelBooking(PortMessage):
    """A label to buy for a parcel from the customer back to a warehouse. `reference` names it for ever.

    `customs` goes with a parcel that crosses a customs border, and only with such a one.
    """

    merchant: str
    rma: str
    reference: str
    sender: Address
    warehouse: str
    weight_grams: int
    label_format: LabelFormat = LabelFormat.PDF
    with_qr_code: bool = False
    customs: CustomsDeclaration | None = None


class Carrier(Protocol):
    """Who takes the parcel back."""

    def book_return_label(self, booking: LabelBooking) -> Label:
        """A label with that reference exists and is paid once, however often this is called.

        The carrier has no idempotency keys, so the adapter looks the reference up before it buys.
        Raises Rejected (unusable address), Unavailable, OutcomeUnknown (safe to call again: it looks up first).
        """
        ...

    def find_label(self, reference: str) -> Label | None:
        """The paid label with that reference that was not given back, or None. Raises Unavailable, Rejected."""
        ...

    def void_label(self, label: Label) -> LabelRefund:
        """The label is cancelled and its price asked back; what the carrier says of that so far.

        Voiding twice is no error. Raises Rejected when it was used, Unavailable, OutcomeUnknown (safe to call again).
        """
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


class Transaction(Ledger, Catalogue, Shipments, Claims, Promises, Messages, Units, Protocol):
    """One database transaction: all of it is kept, or nothing. Cases are locked before their order."""

    def order(self, merchant: str, order_id: str) -> Order:
        """The order as last told. Raises UnknownOrder."""
        ...

    def instruments(self, merchant: str, customer_id: str) -> tuple[Instrument, ...]:
        """What the customer can pay with, as the shop last told; nothing where it told nothing."""
        ...

    def add_order_lines(self, merchant: str, order_id: str, lines: Sequence[OrderLine]) -> bool:
        """Lines that an exchange added are part of a new version of the order; False when they were before."""
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

    def return_of(self, merchant: str, rma: str) -> ReturnCase:
        """The return or exchange of that number as stored, locked. Raises UnknownCase."""
        ...

    def recipients_address(self, ref: CaseRef) -> Address | None:
        """Where goods of that case go, where the recipient of a gift said so; it is not locked."""
        ...

    def case(self, ref: CaseRef) -> CaseDocument:
        """The case of whatever kind as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def case_version(self, ref: CaseRef) -> int:
        """How often the case has been saved. Raises UnknownCase."""
        ...

    def save_case(self, case: CaseDocument, progress: Progress, entries: Sequence[TimelineEntry]) -> int:
        """The case, where it stands and its timeline are on record; the answer is its new version."""
        ...

    def add_to_timeline(self, ref: CaseRef, entry: TimelineEntry) -> None:
        """The entry is the newest of the case's timeline, apart from any change of the case."""
        ...

    def kept_before(self, case: CaseDocument, order: Order, *, since: datetime) -> KeptBefore:
        """What the order's customer was let keep by other cases since then, in the same currency; locked."""
        ...

    def record_kept(self, case: CaseWithGoods, order: Order, *, value_minor: int, at: datetime) -> None:
        """What the customer keeps of this case counts against their budget, once."""
        ...

    def spent_before(
        self,
        ref: CaseRef,
        scope: SplitScope,
        value: str,
        *,
        currency: str,
        since: datetime,
        actions: Sequence[Action] = PAYING,
    ) -> SpentBefore:
        """What other cases with that order, customer or person were granted without approval since then; locked."""
        ...

    def risk_history(
        self, ref: CaseRef, order: Order, rules: AbuseRules, *, at: datetime, alone: bool = False
    ) -> RiskHistory:
        """What is on record about the account of the order, each count in the window of its rule, that case left out.

        `alone`: nobody else who asks so about this account is answered until the transaction ends, so that of two
        requests at the same moment the later one sees the other.
        """
        ...

    def delegations_to(self, merchant: str, person: str, *, at: datetime) -> tuple[Delegation, ...]:
        """The authority that others lent to the person and that is in force at that moment."""
        ...

    def approval_owner(self, ref: CaseRef, subject: str) -> str:
        """The person who has taken that approval on; nothing when nobody has."""
        ...

    def record_dispositions(self, case: CaseWithGoods, order: Order, *, at: datetime) -> None:
        """What became of the case's goods counts in the totals by disposition, once."""
        ...


class Records(Protocol):
    """Our database."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A write transaction; leaving it by an exception keeps nothing. Raises Unavailable when the database is."""
        ...
