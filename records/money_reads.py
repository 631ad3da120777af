"""Every question about money that goes beyond one return: payment issues, disputes, what providers told us."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, literal_column, select, tuple_

from domain.cases import EventOutcome, Progress, WaitingFor
from domain.collections import Collection
from domain.credits import CreditAccount, CreditMovement
from domain.disputes import Dispute
from domain.errors import UnknownPaymentIssue
from domain.ledger_port import PaymentEventKept
from domain.payment_issues.case import PaymentIssue
from domain.payment_issues.progress import PaymentIssueState
from records import credits
from records.collections import as_collection
from records.credit_models import CreditBalance
from records.disputes import as_dispute
from records.models import Record, StoredIssue
from records.payment_events import as_kept
from records.search import make_cursor, read_cursor
from records.statements import AnyRow
from records.tables import cases, collections, disputes, payment_events

PAGE = 50
_ISSUE = (cases.c.document, cases.c.progress, cases.c.version, cases.c.opened_at, cases.c.updated_at)
# Spelled as in the partial index: a bound value would keep the planner from using it.
_IS_ISSUE = cases.c.kind == literal_column("'payment_issue'")


class IssueFilter(Record):
    """Which payment issues a list shows; all that is given must hold."""

    state: PaymentIssueState | None = None
    waiting_for: WaitingFor | None = None
    order_id: str | None = None
    open: bool | None = None


class IssuePage(Record):
    """Some payment issues, newest first, and where the next page begins; None at the end."""

    issues: tuple[StoredIssue, ...]
    next_cursor: str | None


class CollectedMoney(Record):
    """A collection with its case, and under which name its money is a payment of the order once it has come."""

    rma: str
    payment_id: str
    collection: Collection


class MoneyReads:
    """Questions about money, over connections that cannot write. Every method raises Unavailable without a database."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def payment_issue(self, merchant: str, number: str) -> StoredIssue:
        """The issue as stored. Raises UnknownPaymentIssue."""
        query = select(*_ISSUE).where(cases.c.merchant == merchant, cases.c.rma == number, _IS_ISSUE)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownPaymentIssue(f"there is no payment issue {number}")
        return _stored(row)

    def payment_issues(
        self, merchant: str, wanted: IssueFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> IssuePage:
        """A page of the merchant's payment issues, newest first. Raises BadCursor."""
        wanted = wanted or IssueFilter()
        query = select(*_ISSUE).where(cases.c.merchant == merchant, _IS_ISSUE)
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
        page = tuple(_stored(row) for row in rows[:limit])
        last = page[-1] if len(rows) > limit else None
        return IssuePage(issues=page, next_cursor=make_cursor(last.opened_at, last.case.ref.rma) if last else None)

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

    def collections(self, merchant: str, order_id: str) -> list[CollectedMoney]:
        """What cases of the order asked its customer for, held and collected, oldest first."""
        query = (
            select(collections)
            .where(collections.c.merchant == merchant, collections.c.order_id == order_id)
            .order_by(collections.c.planned_at, collections.c.rma, collections.c.number)
        )
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


def _stored(row: AnyRow) -> StoredIssue:
    return StoredIssue(
        case=PaymentIssue.model_validate_json(row.document),
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
