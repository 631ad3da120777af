"""What goes into the records and what comes out, beside the documents of `domain`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef, EventAnswer, InboxEvent, Progress
from domain.gifts import GiftReturn
from domain.orders import Order
from domain.payment_issues.case import PaymentIssue
from domain.policies import KeptBefore, PolicyVersion
from domain.promises.models import Promise
from domain.reimbursements import PaidBefore
from domain.replacement_shipments.case import ReplacementShipment
from domain.returns.case import Appeal, ReturnCase, ReturnRequest
from domain.risk.models import RiskHistory


class Record(BaseModel):
    """What is read is a value."""

    model_config = ConfigDict(frozen=True)


class OrderOutcome(StrEnum):
    """What became of an order that was put; the last four say why nothing changed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    UNITS_IN_CASES = "units_in_cases"
    MONEY_MOVED = "money_moved"
    CURRENCY_CHANGED = "currency_changed"


class OrderReceipt(Record):
    """The answer to an order that was put: its version on record, and what stands in the way when it is refused."""

    order_id: str
    outcome: OrderOutcome
    version: int
    problem: str = ""

    @property
    def stored(self) -> bool:
        """Whether the order on record is the one that was put."""
        return self.outcome in (OrderOutcome.CREATED, OrderOutcome.UPDATED, OrderOutcome.UNCHANGED)


class ReturnClaim(Record):
    """A return request at the door. `body_hash` is of the request as it came, under `idempotency_key`.

    `exception` is why the rules should be set aside, if the caller asks for that, `follows` the refused return before it.
    """

    merchant: str
    idempotency_key: str
    body_hash: str
    request: ReturnRequest
    actor: Actor
    requested_at: datetime
    claimed_at: datetime
    exception: str = ""
    follows: str = ""
    appeal: Appeal | None = None
    gift: GiftReturn | None = None


class ClaimOutcome(StrEnum):
    """Whether the request is new, was claimed before, or reuses the key of another request."""

    CLAIMED = "claimed"
    KNOWN = "known"
    CONFLICT = "conflict"


class Claimed(Record):
    """The case that a request has: a new one, or the one that it got the first time."""

    outcome: ClaimOutcome
    ref: CaseRef


class FirstAnswer(Record):
    """What was answered to a return request: an HTTP status, the version of the case it shows, and the body."""

    status: int
    version: int
    body: str


class EventKept(Record):
    """An inbox event on record: kept now, known from before (with its answer, once it has one), or a reused id."""

    outcome: ClaimOutcome
    event: InboxEvent
    answer: EventAnswer | None = None

    @property
    def ref(self) -> CaseRef:
        """The case that the event is about, if there is one."""
        return self.event.ref


class StoredOrder(Record):
    """An order with its version, which grows with each change."""

    order: Order
    version: int
    updated_at: datetime


class StoredReturn(Record):
    """A return as stored, where it stands, and its version for ETag and If-Match."""

    case: ReturnCase
    progress: Progress
    version: int
    opened_at: datetime
    updated_at: datetime
    promises: Annotated[tuple[Promise, ...], Field(description="Those that are outstanding; none in lists.")] = ()


class StoredIssue(Record):
    """A payment issue as stored, where it stands, and its version."""

    case: PaymentIssue
    progress: Progress
    version: int
    opened_at: datetime
    updated_at: datetime


class StoredShipment(Record):
    """A replacement shipment as stored, where it stands, and its version."""

    case: ReplacementShipment
    progress: Progress
    version: int
    opened_at: datetime
    updated_at: datetime


class StoredCase(Record):
    """A case of any kind as stored, where it stands, and its version."""

    case: CaseDocument
    progress: Progress
    version: int
    requested_at: datetime


class OrderWithCases(Record):
    """One order and every case about it, of every kind, newest first."""

    stored: StoredOrder
    cases: tuple[StoredCase, ...]


class QuoteBasis(Record):
    """What a quote rests on: the order, the rules in force, and what other cases of the order hold and pay."""

    order: Order
    policy: PolicyVersion
    taken: dict[str, int]
    before: PaidBefore
    history: RiskHistory
    kept: KeptBefore = KeptBefore()


class LedgerEntry(Record):
    """One movement of money, or one intent, as it was written."""

    entry_id: int
    order_id: str
    payment_id: str
    rma: str | None
    payout: int | None
    kind: str
    amount_minor: int
    currency: str
    provider_reference: str
    actor: Actor
    at: datetime
    facts: dict[str, Any]
    account: str | None = None


class PaymentBalance(Record):
    """What the ledger says about one payment, in minor units."""

    payment_id: str
    currency: str
    provider: str
    reference: str
    captured_minor: int
    pending_minor: int
    refunded_minor: int
    disputed_minor: int
    claimed_minor: int

    @property
    def excess_minor(self) -> int:
        """What banks claim beyond what the payment still held: an alarm."""
        return self.claimed_minor - self.disputed_minor

    @property
    def refundable_minor(self) -> int:
        """What may still be promised."""
        return self.captured_minor - self.disputed_minor - self.refunded_minor - self.pending_minor


class KeyHolder(Record):
    """Whom an API key stands for."""

    key_id: str
    prefix: str
    merchant: str
    actor: Actor
    created_at: datetime
    revoked_at: datetime | None = None


class OutboxMessage(Record):
    """A message for a merchant's systems."""

    message_id: str
    merchant: str
    rma: str
    topic: str
    facts: dict[str, Any]
    created_at: datetime
    attempts: int
    last_error: str


class CaseTotal(Record):
    """How many cases are in one state and wait for one thing."""

    kind: str
    state: str
    waiting_for: str
    cases: int


class DueEvent(Record):
    """An inbox event that must be delivered, and how often that was tried."""

    event: InboxEvent
    attempts: int
    delivered_before: bool


class DueClaim(Record):
    """A case that must be started, and how often that was tried."""

    ref: CaseRef
    attempts: int


class Loop(StrEnum):
    """The loops of dispatch."""

    INBOX = "inbox"
    CLAIMS = "claims"
    OUTBOX = "outbox"
    PAYMENT_EVENTS = "payment_events"
    PROMISES = "promises"
    RECONCILIATION = "reconciliation"
    LEDGER = "ledger"


class Backlog(Record):
    """What waits for one loop: how much, and since when the oldest is due."""

    loop: Loop
    waiting: int
    oldest_due_at: datetime | None


class LoopRun(Record):
    """How one loop of dispatch is doing."""

    loop: Loop
    started_at: datetime
    last_run_at: datetime
    last_success_at: datetime | None
    last_failure_at: datetime | None
    runs: int
    handled: int
    last_error: str
