"""The records of Aftercart behind one object: transactions for steps, calls for the edges, reads for screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from domain.authority import Delegation
from domain.cases import SYSTEM, Actor, CaseRef, EventOutcome, InboxEvent
from domain.catalogue import Availability, NewsSource, Product
from domain.errors import Unavailable
from domain.instruments import CustomerInstruments
from domain.orders import Order
from domain.payment_events import PaymentEvent
from domain.policies import Policy, PolicyVersion
from domain.ports import Transaction
from domain.risk.models import Listing
from records import (
    answers,
    api_keys,
    approval_claims,
    claims,
    credits,
    delegations,
    inbox,
    instruments,
    orders,
    payment_events,
    policies,
    products,
    risk,
)
from records.adjustment_models import AdjustmentClaim
from records.approval_claims import ClaimAnswer
from records.approvals import StoredApproval
from records.catalogue_models import InstrumentsReceipt, ProductReceipt
from records.claim_desk import ClaimDesk
from records.credit_models import CreditSpend, SpendReceipt
from records.engines import Engines, open_engines
from records.models import Claimed, ClaimOutcome, EventKept, FirstAnswer, KeyHolder, OrderReceipt, ReturnClaim
from records.policy_book import PolicyBook
from records.queues import Queues
from records.reads import Reads
from records.receipts import Receipts
from records.transactions import SqlTransaction

Result = TypeVar("Result")

# Two requests may make the same row at the same moment; the loser looks again and finds it. An RMA that is taken by
# chance is drawn again the same way.
TRIES = 4


def open_records(database_url: str) -> SqlRecords:
    """The records at that address, which `records.schema.migrate` has prepared; nothing is connected yet.

    Raises ValueError for an address that is neither a SQLite file nor PostgreSQL.
    """
    return SqlRecords(open_engines(database_url))


class SqlRecords:
    """Implements `domain.ports.Records`. Every method raises Unavailable when the database cannot be reached."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self.reads = Reads(engines.reader)
        self.queues = Queues(self.reads.reading, self.writing)
        self.receipts = Receipts(self.reads.reading, self._until_kept)
        self.claims = ClaimDesk(self.reads.reading, self._until_kept)
        self.policy_book = PolicyBook(self.reads.reading, self._until_kept)

    @property
    def dialect(self) -> str:
        """The kind of database: sqlite or postgresql."""
        return self._engines.writer.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A write transaction; leaving it by an exception keeps nothing."""
        with self.writing() as connection:
            yield SqlTransaction(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection of a write transaction, for the functions of `records`; use one per thread at a time."""
        try:
            with self._engines.writer.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolExhausted) as error:
            raise Unavailable(f"the database is not available: {type(error).__name__}") from error

    def close(self) -> None:
        """All connections are closed."""
        self._engines.dispose()

    def claim_return(self, claim: ReturnClaim, *, new_rma: Callable[[], str]) -> Claimed:
        """The request has a case with an RMA from `new_rma`, which waits for its decision.

        KNOWN with the first case when (merchant, idempotency key) was claimed with the same body hash; CONFLICT when
        with another. Raises UnknownOrder and UnknownPolicy.
        """
        return self._until_kept(lambda connection: claims.claim_return(connection, claim, new_rma=new_rma))

    def claim_adjustment(self, claim: AdjustmentClaim, *, new_rma: Callable[[], str]) -> Claimed:
        """The request has a case with a number from `new_rma`, which waits to be worked out; see `claim_return`."""
        return self._until_kept(lambda connection: claims.claim_adjustment(connection, claim, new_rma=new_rma))

    def keep_first_answer(self, ref: CaseRef, answer: FirstAnswer) -> FirstAnswer:
        """The request of this case is answered so for ever; where it was answered before, that answer comes back."""
        return self._until_kept(lambda connection: answers.keep_first_answer(connection, ref, answer))

    def put_order(
        self, merchant: str, order: Order, *, actor: Actor = SYSTEM, expected_version: int | None = None
    ) -> OrderReceipt:
        """The order is on record, or the receipt says why not; see `put_orders`. `expected_version` 0 means none yet."""
        return self._until_kept(
            lambda connection: orders.put_orders(
                connection, merchant, [order], actor=actor, expected_version=expected_version
            )
        )[0]

    def put_orders(self, merchant: str, batch: Sequence[Order], *, actor: Actor = SYSTEM) -> list[OrderReceipt]:
        """All orders of the batch in one transaction, with a receipt each; a refused one does not stop the others.

        An equal order changes nothing, payments become captures in the ledger, and an order that would lose units or
        money that cases rely on is refused. A few hundred a batch is quickest. Raises ValueError for a repeated id.
        """
        return self._until_kept(lambda connection: orders.put_orders(connection, merchant, batch, actor=actor))

    def put_product(
        self,
        merchant: str,
        product: Product,
        *,
        source: NewsSource = NewsSource.TOLD,
        expected_version: int | None = None,
    ) -> ProductReceipt:
        """The product is on record, or the receipt says why not; see `put_products`. `expected_version` 0 means none yet."""
        return self._until_kept(
            lambda connection: products.put_products(
                connection, merchant, [product], source=source, expected_version=expected_version
            )
        )[0]

    def put_products(self, merchant: str, batch: Sequence[Product]) -> list[ProductReceipt]:
        """All told products of the batch in one transaction, with a receipt each; a refused one does not stop the others.

        Raises ValueError for a repeated id.
        """
        return self._until_kept(
            lambda connection: products.put_products(connection, merchant, batch, source=NewsSource.TOLD)
        )

    def keep_availability(self, merchant: str, news: Sequence[Availability]) -> None:
        """What is newer than the stock on record replaces it; variants that are not in the catalogue are left out."""
        with self.writing() as connection:
            products.keep_availability(connection, merchant, news)

    def put_instruments(
        self, merchant: str, customer_id: str, told: CustomerInstruments, *, expected_version: int | None = None
    ) -> InstrumentsReceipt:
        """The customer has these instruments and no others, or the receipt says why not; see `put_instruments`."""
        return self._until_kept(
            lambda connection: instruments.put_instruments(
                connection, merchant, customer_id, told, expected_version=expected_version
            )
        )

    def put_policy(self, merchant: str, policy: Policy) -> PolicyVersion:
        """The policy is in force as the merchant's newest version; the same document again adds none."""
        return self._until_kept(lambda connection: policies.put_policy(connection, merchant, policy))

    def add_listing(self, merchant: str, made: Listing) -> None:
        """The entry is on its list and counts from now on."""
        with self.writing() as connection:
            risk.add_listing(connection, merchant, made)

    def end_listing(self, merchant: str, listing_id: str, *, by: Actor, at: datetime) -> Listing | None:
        """The entry counts no more; None when the merchant has none of that id."""
        with self.writing() as connection:
            return risk.end_listing(connection, merchant, listing_id, by=by, at=at)

    def spend_credit(self, spend: CreditSpend) -> SpendReceipt:
        """The amount is taken from the account, once for its key, or the receipt says why not and what is left."""
        return self._until_kept(lambda connection: credits.spend_credit(connection, spend))

    def keep_event(self, event: InboxEvent, *, body_hash: str) -> EventKept:
        """The event is in the inbox before anybody hears of it.

        KNOWN with the first event, and its answer once it has one, when the id was used with the same body hash;
        CONFLICT when with another, or for another case or kind.
        """
        return self._until_kept(lambda connection: inbox.keep_event(connection, event, body_hash=body_hash))

    def mark_delivered(self, event_id: str) -> None:
        """The workflow of the case has been told of the event; the inbox pump leaves it alone."""
        with self.writing() as connection:
            inbox.mark_delivered(connection, event_id)

    def settle_event(self, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event got this answer without reaching its case; the first answer stays."""
        with self.writing() as connection:
            inbox.settle_event(connection, event_id, outcome, code, detail)

    def park_event(self, event_id: str, *, code: str, detail: str) -> None:
        """Nobody takes the event: it waits for a person, and its case, if there is one, says so on its timeline."""
        with self.writing() as connection:
            inbox.park_event(connection, event_id, code=code, detail=detail)

    def release_event(self, event_id: str) -> bool:
        """A parked event is delivered again; False when it is not parked."""
        with self.writing() as connection:
            return inbox.release_event(connection, event_id)

    def dismiss_event(self, event_id: str, *, note: str, by: Actor) -> bool:
        """A parked event waits no longer; False when it is not parked."""
        with self.writing() as connection:
            return inbox.dismiss_event(connection, event_id, note=note, by=by)

    def keep_payment_event(self, event: PaymentEvent) -> ClaimOutcome:
        """The provider's event is on record before anybody acts on it: CLAIMED now, or KNOWN from before."""
        return self._until_kept(lambda connection: payment_events.keep_payment_event(connection, event))

    def release_payment_event(self, merchant: str, event_id: str) -> bool:
        """A parked event of a provider is applied again; False when it is not parked."""
        with self.writing() as connection:
            return payment_events.release_payment_event(connection, merchant, event_id)

    def add_api_key(self, merchant: str, actor: Actor, *, key: str | None = None) -> tuple[str, KeyHolder]:
        """A key for the actor of that merchant; it cannot be read again. `key` is used instead of a fresh one."""
        with self.writing() as connection:
            return api_keys.add_api_key(connection, merchant, actor, key=key)

    def revoke_api_key(self, merchant: str, key_id: str) -> bool:
        """The key opens nothing from now on; False when the merchant has no such key."""
        with self.writing() as connection:
            return api_keys.revoke_api_key(connection, merchant, key_id)

    def claim_approval(
        self, merchant: str, rma: str, subject: str, *, by: Actor
    ) -> tuple[ClaimAnswer, StoredApproval | None]:
        """The approval is theirs to decide, if nobody else has it; the answer says what came of it."""
        with self.writing() as connection:
            return approval_claims.claim(connection, merchant, rma, subject, by=by)

    def release_approval(
        self, merchant: str, rma: str, subject: str, *, by: Actor
    ) -> tuple[ClaimAnswer, StoredApproval | None]:
        """Nobody has the approval any more; the answer says what came of it."""
        with self.writing() as connection:
            return approval_claims.release(connection, merchant, rma, subject, by=by)

    def add_delegation(self, merchant: str, made: Delegation) -> None:
        """The authority is lent."""
        with self.writing() as connection:
            delegations.add_delegation(connection, merchant, made)

    def end_delegation(self, merchant: str, delegation_id: str, *, at: datetime) -> Delegation | None:
        """The authority is lent no longer; None when there is no such delegation."""
        with self.writing() as connection:
            return delegations.end_delegation(connection, merchant, delegation_id, at=at)

    def _until_kept(self, write: Callable[[Connection], Result]) -> Result:
        for attempt in range(1, TRIES + 1):
            try:
                with self.writing() as connection:
                    return write(connection)
            except IntegrityError:
                if attempt == TRIES:
                    raise
        raise AssertionError("the last try returns or raises")
