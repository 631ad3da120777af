"""Every question that a screen asks, each within one merchant and, where one table suffices or a union can, in one trip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from domain.cases import Actor, CaseRef, Progress, Role, TimelineEntry
from domain.claims.case import Claim
from domain.collection_plans import with_collected
from domain.errors import Unavailable, UnknownCase, UnknownOrder
from domain.explanations import CaseBasis
from domain.orders import Order
from domain.policies import KeepBudget, PolicyVersion
from domain.returns.case import ReturnCase
from records import answers, inbox, outbox, paid, policies, units
from records.api_keys import find_holder, list_holders
from records.approval_reads import ApprovalReads
from records.audit import Contradiction, find_contradictions
from records.cases import IS_RETURN
from records.catalogue_reads import CatalogueReads
from records.collections import collected_payments
from records.explanations import count_cases, load_basis, merchants_of, next_bases
from records.joined_orders import load_order_with_cases
from records.kept_goods import sum_kept
from records.migrations import HEAD_REVISION
from records.models import (
    CaseTotal,
    EventKept,
    FirstAnswer,
    KeyHolder,
    LedgerEntry,
    OrderWithCases,
    OutboxMessage,
    PaymentBalance,
    QuoteBasis,
    StoredOrder,
    StoredReturn,
)
from records.money_reads import MoneyReads
from records.order_versions import load_version
from records.promises import PromiseReads, outstanding_promises
from records.risk import load_history
from records.risk_reads import RiskReads
from records.schema import schema_revision
from records.search import ReturnFilter, ReturnPage, make_cursor, select_returns
from records.shipments import ShipmentReads
from records.statements import AnyRow
from records.tables import case_totals, cases, ledger_entries, orders, payment_balances, timeline

PAGE = 50
_CASE = (cases.c.document, cases.c.progress, cases.c.version, cases.c.opened_at, cases.c.updated_at)


class Reads:
    """Questions to the records, over connections that cannot write. Every method raises Unavailable without a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.money = MoneyReads(self.reading)
        self.approvals = ApprovalReads(self.reading)
        self.catalogue = CatalogueReads(self.reading)
        self.shipments = ShipmentReads(self.reading)
        self.risk = RiskReads(self.reading)
        self.promises = PromiseReads(self.reading)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write; each statement sees what is committed when it starts."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolExhausted) as error:
            raise Unavailable(f"the database is not available: {type(error).__name__}") from error

    def is_migrated(self) -> bool:
        """Whether the database has the newest tables."""
        try:
            return schema_revision(self._engine) == HEAD_REVISION
        except (OperationalError, InterfaceError, PoolExhausted) as error:
            raise Unavailable(f"the database is not available: {type(error).__name__}") from error

    def return_case(self, merchant: str, rma: str) -> StoredReturn:
        """The return as stored, with what its customer still waits for. Raises UnknownCase."""
        with self.reading() as connection:
            where = (cases.c.merchant == merchant, cases.c.rma == rma, IS_RETURN)
            row = connection.execute(select(*_CASE).where(*where)).one_or_none()
            promised = outstanding_promises(connection, merchant, rma)
        if row is None:
            raise UnknownCase(f"there is no case {rma}")
        return _stored_return(row).model_copy(update={"promises": promised})

    def standing(self, ref: CaseRef) -> tuple[Progress, int] | None:
        """Where the case of whatever kind stands, and its version; None when there is no such case."""
        query = select(cases.c.progress, cases.c.version).where(
            cases.c.merchant == ref.merchant, cases.c.rma == ref.rma, cases.c.kind == str(ref.kind)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (Progress.model_validate_json(row.progress), int(row.version)) if row is not None else None

    def first_answer(self, ref: CaseRef) -> FirstAnswer | None:
        """What the request of this case was answered, or None while it got no answer."""
        with self.reading() as connection:
            return answers.find_first_answer(connection, ref)

    def timeline(self, merchant: str, rma: str) -> list[TimelineEntry]:
        """All that happened to the case, oldest first. Raises UnknownCase."""
        query = (
            select(timeline).where(timeline.c.merchant == merchant, timeline.c.rma == rma).order_by(timeline.c.sequence)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise UnknownCase(f"there is no case {rma}")
        return [_timeline_entry(row) for row in rows]

    def order(self, merchant: str, order_id: str) -> StoredOrder:
        """The order as last told. Raises UnknownOrder."""
        query = select(orders.c.document, orders.c.version, orders.c.updated_at).where(
            orders.c.merchant == merchant, orders.c.order_id == order_id
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownOrder(f"there is no order {order_id}")
        return _stored_order(row)

    def order_of(self, case: ReturnCase | Claim) -> Order:
        """The order as it was when the return or claim was asked for: its papers name the goods of then. Raises UnknownOrder."""
        if (basis := case.verdict_basis) is None:
            return self.order(case.ref.merchant, case.order_id).order
        with self.reading() as connection:
            return load_version(connection, case.ref.merchant, case.order_id, basis.order_version)

    def order_with_cases(self, merchant: str, order_id: str) -> OrderWithCases:
        """The order with every case about it, newest request first. Raises UnknownOrder."""
        with self.reading() as connection:
            return load_order_with_cases(connection, merchant, order_id)

    def returns(
        self, merchant: str, wanted: ReturnFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> ReturnPage:
        """A page of the merchant's returns, newest request first. Raises BadCursor."""
        query = select_returns(_CASE, merchant, wanted or ReturnFilter(), limit=limit, cursor=cursor)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        page = tuple(_stored_return(row) for row in rows[:limit])
        last = page[-1].case if len(rows) > limit else None
        return ReturnPage(returns=page, next_cursor=make_cursor(last.requested_at, last.ref.rma) if last else None)

    def totals(self, merchant: str) -> list[CaseTotal]:
        """How many cases are in each state and wait for what; states without cases are left out."""
        counted = func.sum(case_totals.c.cases)
        key = (case_totals.c.kind, case_totals.c.state, case_totals.c.waiting_for)
        query = (
            select(*key, counted.label("cases"))
            .where(case_totals.c.merchant == merchant)
            .group_by(*key)
            .having(counted > 0)
            .order_by(*key)
        )
        with self.reading() as connection:
            return [CaseTotal.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def case_ledger(self, merchant: str, rma: str) -> list[LedgerEntry]:
        """Every entry of the case's payouts, oldest first."""
        return self._entries(ledger_entries.c.merchant == merchant, ledger_entries.c.rma == rma)

    def order_ledger(self, merchant: str, order_id: str) -> list[LedgerEntry]:
        """Every entry about the order's payments, captures included, oldest first."""
        return self._entries(ledger_entries.c.merchant == merchant, ledger_entries.c.order_id == order_id)

    def balances(self, merchant: str, order_id: str) -> list[PaymentBalance]:
        """What the ledger says about each payment of the order."""
        query = (
            select(*(column for column in payment_balances.c if column.name not in ("merchant", "order_id")))
            .where(payment_balances.c.merchant == merchant, payment_balances.c.order_id == order_id)
            .order_by(payment_balances.c.payment_id)
        )
        with self.reading() as connection:
            return [PaymentBalance.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def policy(self, merchant: str, version: int | None = None) -> PolicyVersion:
        """That version, or the one now in force. Raises UnknownPolicy."""
        with self.reading() as connection:
            return policies.load_policy(connection, merchant, version)

    def units_in_cases(self, merchant: str, order_id: str, *, for_buyer: bool = False) -> dict[str, int]:
        """Units by line id that open cases hold or closed cases took back; lines without any are left out."""
        with self.reading() as connection:
            return units.units_in_cases(connection, merchant, order_id, apart_from=None, for_buyer=for_buyer)

    def quote_basis(self, merchant: str, order_id: str, *, at: datetime) -> QuoteBasis:
        """What a quote at that moment for the order rests on. Raises UnknownOrder and UnknownPolicy."""
        stored = self.order(merchant, order_id)
        with self.reading() as connection:
            policy = policies.load_policy(connection, merchant)
            span = (policy.policy.keep_budget or KeepBudget()).within.length
            return QuoteBasis(
                kept=sum_kept(connection, merchant, stored.order, since=at - span),
                order=with_collected(stored.order, collected_payments(connection, merchant, order_id)),
                policy=policy,
                history=load_history(connection, merchant, stored.order, policy.policy.abuse, at=at),
                taken=units.units_in_cases(connection, merchant, order_id, apart_from=None),
                before=paid.sum_paid(connection, merchant, order_id),
            )

    def explanation_basis(self, merchant: str, rma: str) -> CaseBasis:
        """What the explanation of a return rests on. Raises UnknownCase."""
        with self.reading() as connection:
            return load_basis(connection, merchant, rma)

    def next_bases(self, after: CaseRef | None = None) -> list[CaseBasis]:
        """The cases of all merchants that follow, with what computing them again needs; none at the end."""
        with self.reading() as connection:
            return next_bases(connection, after)

    def count_cases(self) -> int:
        """How many cases of all merchants `next_bases` will go through."""
        with self.reading() as connection:
            return count_cases(connection)

    def merchants_of(self, rma: str) -> list[str]:
        """The merchants that have a case of that number."""
        with self.reading() as connection:
            return merchants_of(connection, rma)

    def event(self, merchant: str, event_id: str) -> EventKept | None:
        """The inbox event with its answer, or None when the merchant has no such event."""
        with self.reading() as connection:
            kept = inbox.find_event(connection, event_id)
        return kept if kept is not None and kept.event.merchant == merchant else None

    def parked_events(self, merchant: str, *, limit: int = PAGE) -> list[EventKept]:
        """Events that wait for a person, oldest first."""
        with self.reading() as connection:
            return inbox.parked_events(connection, merchant, limit=limit)

    def kept_messages(self, merchant: str, *, limit: int = PAGE) -> list[OutboxMessage]:
        """Messages to the merchant that are not sent any more, newest first, each with the reason."""
        with self.reading() as connection:
            return outbox.kept_messages(connection, merchant, limit=limit)

    def key_holder(self, key: str) -> KeyHolder | None:
        """Whom the API key stands for; None for a key that never was or was revoked."""
        with self.reading() as connection:
            return find_holder(connection, key)

    def api_keys(self, merchant: str) -> list[KeyHolder]:
        """Every key of the merchant, revoked ones too, oldest first."""
        with self.reading() as connection:
            return list_holders(connection, merchant)

    def contradictions(self) -> list[Contradiction]:
        """What in the records of all merchants does not add up; empty when they are sound. Reads whole tables."""
        with self.reading() as connection:
            return find_contradictions(connection)

    def _entries(self, *where: Any) -> list[LedgerEntry]:
        query = select(ledger_entries).where(*where).order_by(ledger_entries.c.entry_id)
        with self.reading() as connection:
            return [_ledger_entry(row) for row in connection.execute(query)]


def _stored_return(row: AnyRow) -> StoredReturn:
    return StoredReturn(
        case=ReturnCase.model_validate_json(row.document),
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )


def _stored_order(row: AnyRow) -> StoredOrder:
    return StoredOrder(order=Order.model_validate_json(row.document), version=row.version, updated_at=row.updated_at)


def _timeline_entry(row: AnyRow) -> TimelineEntry:
    return TimelineEntry(at=row.at, actor=_actor(row), event=row.event, summary=row.summary, facts=row.facts)


def _ledger_entry(row: AnyRow) -> LedgerEntry:
    columns = {name: value for name, value in row._mapping.items() if name in LedgerEntry.model_fields}
    return LedgerEntry(**columns, actor=_actor(row))


def _actor(row: AnyRow) -> Actor:
    return Actor(name=row.actor_name, role=Role(row.actor_role))
