"""Every question about money that goes beyond one return: payment issues, adjustments, disputes, provider events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal_column, select, tuple_

from domain.adjustments.case import Adjustment
from domain.cases import CaseKind, CaseRef, EventOutcome, Progress
from domain.collections import Collection
from domain.credit_notes import CreditNote
from domain.credits import CreditAccount, CreditMovement
from domain.disputes import Dispute
from domain.errors import UnknownAdjustment, UnknownOrder, UnknownPaymentIssue
from domain.ledger_port import PaymentEventKept
from domain.orders import Customer, Order
from domain.payment_issues.case import PaymentIssue
from domain.statements import Books
from records import credit_notes, credits
from records.adjustment_models import AmountBasis, StoredAdjustment
from records.adjustments import adjustments_of
from records.balances import refundable
from records.books import load_books
from records.claims import find_claim
from records.collections import as_collection, collected_payments
from records.credit_models import CreditBalance
from records.disputes import as_dispute
from records.models import Claimed, Record, StoredIssue
from records.order_versions import load_version
from records.paid import sum_paid
from records.payment_events import as_kept
from records.policies import load_policy
from records.search import CaseFilter, make_cursor, read_cursor
from records.statements import AnyRow
from records.tables import cases, collections, disputes, orders, payment_events

PAGE = 50
_CASE = (cases.c.document, cases.c.progress, cases.c.version, cases.c.opened_at, cases.c.updated_at)
# Spelled as in the partial indexes: a bound value would keep the planner from using them.
_IS_ISSUE = cases.c.kind == literal_column("'payment_issue'")
_IS_ADJUSTMENT = cases.c.kind == literal_column("'adjustment'")


class IssuePage(Record):
    """Some payment issues, newest first, and where the next page begins; None at the end."""

    issues: tuple[StoredIssue, ...]
    next_cursor: str | None


class CollectedMoney(Record):
    """A collection with its case, and under which name its money is a payment of the order once it has come."""

    rma: str
    payment_id: str
    collection: Collection


class AdjustmentPage(Record):
    """Some adjustments, newest first, and where the next page begins; None at the end."""

    adjustments: tuple[StoredAdjustment, ...]
    next_cursor: str | None


class MoneyReads:
    """Questions about money, over connections that cannot write. Every method raises Unavailable without a database."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def payment_issue(self, merchant: str, number: str) -> StoredIssue:
        """The issue as stored. Raises UnknownPaymentIssue."""
        row = self._find(_IS_ISSUE, merchant, number)
        if row is None:
            raise UnknownPaymentIssue(f"there is no payment issue {number}")
        return _stored_issue(row)

    def payment_issues(
        self, merchant: str, wanted: CaseFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> IssuePage:
        """A page of the merchant's payment issues, newest first. Raises BadCursor."""
        rows, next_cursor = self._list(_IS_ISSUE, merchant, wanted, limit=limit, cursor=cursor)
        return IssuePage(issues=tuple(_stored_issue(row) for row in rows), next_cursor=next_cursor)

    def adjustment(self, merchant: str, number: str) -> StoredAdjustment:
        """The adjustment as stored. Raises UnknownAdjustment."""
        row = self._find(_IS_ADJUSTMENT, merchant, number)
        if row is None:
            raise UnknownAdjustment(f"there is no adjustment {number}")
        return _stored_adjustment(row)

    def adjustments(
        self, merchant: str, wanted: CaseFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> AdjustmentPage:
        """A page of the merchant's adjustments, newest first. Raises BadCursor."""
        rows, next_cursor = self._list(_IS_ADJUSTMENT, merchant, wanted, limit=limit, cursor=cursor)
        return AdjustmentPage(adjustments=tuple(_stored_adjustment(row) for row in rows), next_cursor=next_cursor)

    def adjustments_of(self, merchant: str, order_id: str) -> tuple[Adjustment, ...]:
        """Every adjustment of the order, oldest first."""
        with self._reading() as connection:
            return adjustments_of(connection, merchant, order_id)

    def claim(self, merchant: str, key: str, body_hash: str, *, kind: CaseKind) -> Claimed | None:
        """The case that a request under this key got before, if it came before."""
        with self._reading() as connection:
            return find_claim(connection, merchant, key, body_hash, kind=kind)

    def amount_basis(self, merchant: str, order_id: str, *, apart_from: Sequence[CaseRef] = ()) -> AmountBasis:
        """What a quote by amount rests on. Raises UnknownOrder and UnknownPolicy."""
        where = (orders.c.merchant == merchant, orders.c.order_id == order_id)
        with self._reading() as connection:
            row = connection.execute(select(orders.c.document, orders.c.version).where(*where)).one_or_none()
            if row is None:
                raise UnknownOrder(f"there is no order {order_id}")
            return AmountBasis(
                order=Order.model_validate_json(row.document),
                version=row.version,
                policy=load_policy(connection, merchant),
                before=sum_paid(connection, merchant, order_id, apart_from=apart_from),
                refundable_minor=refundable(connection, merchant, order_id),
                collected=collected_payments(connection, merchant, order_id),
            )

    def books(self) -> Books:
        """What the ledger knows of all payments that the provider took, of all merchants. Reads whole tables."""
        with self._reading() as connection:
            return load_books(connection)

    def disputes(self, merchant: str, order_id: str) -> list[Dispute]:
        """Every dispute of the order's payments, oldest first."""
        query = (
            select(disputes)
            .where(disputes.c.merchant == merchant, disputes.c.order_id == order_id)
            .order_by(disputes.c.opened_at, disputes.c.dispute_id)
        )
        with self._reading() as connection:
            return [as_dispute(row) for row in connection.execute(query)]

    def credit_balances(self, merchant: str, account: CreditAccount, *, now: datetime) -> list[CreditBalance]:
        """What the account holds at that time, currency by currency."""
        with self._reading() as connection:
            return credits.load_balances(connection, merchant, str(account), now=now)

    def credit_movements(self, merchant: str, account: CreditAccount) -> list[CreditMovement]:
        """Every movement of the account, oldest first."""
        with self._reading() as connection:
            return credits.load_movements(connection, merchant, str(account))

    def collections(self, merchant: str, order_id: str, *, for_buyer: bool = False) -> list[CollectedMoney]:
        """What cases of the order asked its customer for, held and collected, oldest first; of the buyer alone if so."""
        query = (
            select(collections)
            .where(collections.c.merchant == merchant, collections.c.order_id == order_id)
            .order_by(collections.c.planned_at, collections.c.rma, collections.c.number)
        )
        if for_buyer:
            of_recipients = select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.for_recipient.is_(True))
            query = query.where(collections.c.rma.not_in(of_recipients))
        with self._reading() as connection:
            return [
                CollectedMoney(rma=row.rma, payment_id=row.payment_id, collection=as_collection(row))
                for row in connection.execute(query)
            ]

    def client_secret(self, merchant: str, rma: str, number: int) -> str | None:
        """What lets the customer's browser confirm the payment; None when there is nothing to confirm. Never log it."""
        table = collections.c
        query = select(table.client_secret).where(table.merchant == merchant, table.rma == rma, table.number == number)
        with self._reading() as connection:
            secret: str | None = connection.scalar(query)
            return secret

    def credit_note(self, merchant: str, number: str) -> CreditNote:
        """The note as it was written. Raises UnknownCreditNote."""
        with self._reading() as connection:
            return credit_notes.load_note(connection, merchant, number)

    def credit_notes(
        self,
        merchant: str,
        *,
        order_id: str | None = None,
        rma: str | None = None,
        for_buyer: bool = False,
        after: int = 0,
        limit: int = PAGE,
    ) -> list[CreditNote]:
        """The merchant's notes in the order of their numbers, of one order or case where named."""
        with self._reading() as connection:
            return credit_notes.list_notes(
                connection, merchant, order_id=order_id, rma=rma, for_buyer=for_buyer, after=after, limit=limit
            )

    def customer_of(self, note: CreditNote) -> Customer:
        """Who is credited: the customer of the order as it was when the note's amounts were worked out."""
        with self._reading() as connection:
            return load_version(connection, note.merchant, note.order_id, note.order_version).customer

    def payment_events(
        self, merchant: str, *, outcome: EventOutcome | None = None, limit: int = PAGE
    ) -> list[PaymentEventKept]:
        """What payment providers told of the merchant's payments, newest first; parked ones wait for a person."""
        query = select(payment_events).where(payment_events.c.merchant == merchant)
        if outcome is not None:
            query = query.where(payment_events.c.outcome == str(outcome))
        query = query.order_by(payment_events.c.received_at.desc(), payment_events.c.event_id).limit(limit)
        with self._reading() as connection:
            return [as_kept(row) for row in connection.execute(query)]

    def _find(self, is_kind: ColumnElement[bool], merchant: str, number: str) -> AnyRow | None:
        query = select(*_CASE).where(cases.c.merchant == merchant, cases.c.rma == number, is_kind)
        with self._reading() as connection:
            return connection.execute(query).one_or_none()

    def _list(
        self,
        is_kind: ColumnElement[bool],
        merchant: str,
        wanted: CaseFilter | None,
        *,
        limit: int,
        cursor: str | None,
    ) -> tuple[Sequence[AnyRow], str | None]:
        """A page of the cases of one kind, newest first, and where the next begins."""
        wanted = wanted or CaseFilter()
        query = select(*_CASE, cases.c.requested_at, cases.c.rma).where(cases.c.merchant == merchant, is_kind)
        if wanted.state is not None:
            query = query.where(cases.c.state == str(wanted.state))
        if wanted.waiting_for is not None:
            query = query.where(cases.c.waiting_for == str(wanted.waiting_for))
        if wanted.order_id is not None:
            query = query.where(cases.c.order_id == wanted.order_id)
        if wanted.open is not None:
            query = query.where(cases.c.closed_at.is_(None) if wanted.open else cases.c.closed_at.is_not(None))
        if cursor is not None:
            place = tuple_(cases.c.requested_at, cases.c.rma, types=[cases.c.requested_at.type, cases.c.rma.type])
            query = query.where(place < read_cursor(cursor))
        query = query.order_by(cases.c.requested_at.desc(), cases.c.rma.desc()).limit(limit + 1)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit], make_cursor(last.requested_at, last.rma) if last else None


def _stored_issue(row: AnyRow) -> StoredIssue:
    return StoredIssue(case=PaymentIssue.model_validate_json(row.document), **_head(row))


def _stored_adjustment(row: AnyRow) -> StoredAdjustment:
    return StoredAdjustment(case=Adjustment.model_validate_json(row.document), **_head(row))


def _head(row: AnyRow) -> dict[str, Any]:
    return {
        "progress": Progress.model_validate_json(row.progress),
        "version": row.version,
        "opened_at": row.opened_at,
        "updated_at": row.updated_at,
    }
