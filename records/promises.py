"""Dates told to customers: kept by the steps of their cases, listed and counted for the people of the shop."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, Select, func, literal_column, select, tuple_

from domain.cases import Actor, CaseKind, CaseRef, Role
from domain.errors import UnknownCase
from domain.policies import StatutePack
from domain.promises.models import BY_CUSTOMER, DuePromise, Promise, PromiseKind, PromiseState
from records.models import Record
from records.search import BadCursor
from records.statements import AnyRow, insert_or, plain
from records.tables import cases, promises

PAGE = 50
_BAD_CURSOR = "the cursor is not one that this list gave out; leave it away to start again"
_KEY = ("merchant", "rma", "number")
_PLAIN = ("number", "due_at", "told_at", "policy_version", "warn_at", "warned_at", "broken_at", "kept_at", "ended_at")
_THE_SHOPS = promises.c.kind.not_in(sorted(str(kind) for kind in BY_CUSTOMER))


class StoredPromise(Record):
    """A promise, and of which case and order it is."""

    ref: CaseRef
    order_id: str
    promise: Promise


class PromiseFilter(Record):
    """Which promises a list shows; all that is given must hold. The dates are those promised, the last excluded."""

    state: PromiseState | None = None
    kind: PromiseKind | None = None
    rma: str | None = None
    order_id: str | None = None
    outstanding: bool | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None


class PromisePage(Record):
    """Some promises, the soonest date first, and where the next page begins; None at the end."""

    promises: tuple[StoredPromise, ...]
    next_cursor: str | None


class PromiseTotal(Record):
    """How promises of one kind fared: those that are not over are open, of these `at_risk` were warned about."""

    kind: PromiseKind
    kept: int = 0
    broken: int = 0
    open: int = 0
    at_risk: int = 0
    replaced: int = 0
    withdrawn: int = 0


class PromiseReads:
    """Questions about promises, over connections that cannot write. Every method raises Unavailable."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def of_case(self, merchant: str, rma: str) -> list[StoredPromise]:
        """Every promise of the case of whatever kind, the first one first. Raises UnknownCase."""
        exists = select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.rma == rma)
        query = select(promises).where(promises.c.merchant == merchant, promises.c.rma == rma)
        with self._reading() as connection:
            if connection.scalar(exists) is None:
                raise UnknownCase(f"there is no case {rma}")
            return [_stored(row) for row in connection.execute(query.order_by(promises.c.number))]

    def promises(
        self, merchant: str, wanted: PromiseFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> PromisePage:
        """A page of the merchant's promises, the soonest date first. Raises BadCursor."""
        query = _select(merchant, wanted or PromiseFilter())
        order = (promises.c.due_at, promises.c.rma, promises.c.number)
        if cursor is not None:
            place = tuple_(*order, types=[column.type for column in order])
            query = query.where(place > _read_cursor(cursor))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
        page = tuple(_stored(row) for row in rows[:limit])
        return PromisePage(promises=page, next_cursor=_make_cursor(page[-1]) if len(rows) > limit else None)

    def totals(
        self, merchant: str, *, start: datetime | None = None, end: datetime | None = None
    ) -> list[PromiseTotal]:
        """By kind, how the promises fared whose date is from `start` on and before `end`; kinds without any are left out."""
        table = promises.c
        query = select(table.kind, table.state, func.count().label("made")).where(table.merchant == merchant)
        query = query.group_by(table.kind, table.state)
        query = query.where(table.due_at >= start) if start is not None else query
        query = query.where(table.due_at < end) if end is not None else query
        counts: dict[PromiseKind, dict[str, int]] = {}
        with self._reading() as connection:
            for row in connection.execute(query):
                counts.setdefault(PromiseKind(row.kind), {})[row.state] = row.made
        return [_total(kind, counts[kind]) for kind in PromiseKind if kind in counts]


def load_promises(connection: Connection, ref: CaseRef) -> tuple[Promise, ...]:
    """Every promise of the case, the first one first; the caller has the case locked."""
    query = select(promises).where(promises.c.merchant == ref.merchant, promises.c.rma == ref.rma)
    return tuple(_stored(row).promise for row in connection.execute(query.order_by(promises.c.number)))


def outstanding_promises(connection: Connection, merchant: str, rma: str) -> tuple[Promise, ...]:
    """The promises of the case that somebody still waits for, the soonest date first."""
    table = promises.c
    query = select(promises).where(table.merchant == merchant, table.rma == rma, table.ended_at.is_(None))
    return tuple(_stored(row).promise for row in connection.execute(query.order_by(table.due_at, table.number)))


def keep_promises(connection: Connection, ref: CaseRef, order_id: str, kept: Sequence[Promise]) -> None:
    """These promises are on record as they are here."""
    for promise in kept:
        key = {"merchant": ref.merchant, "rma": ref.rma, "number": promise.number}
        facts = {name: getattr(promise, name) for name in _PLAIN if name != "number"}
        facts |= {
            "case_kind": str(ref.kind),
            "order_id": plain(order_id),
            "kind": str(promise.kind),
            "told_by_name": plain(promise.told_by.name),
            "told_by_role": str(promise.told_by.role),
            "law": str(promise.law or ""),
            "state": str(promise.state),
            "replaced_by": promise.replaced_by,
            "next_look_at": promise.next_look_at,
        }
        statement = insert_or(connection, promises).values(key | facts)
        connection.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=facts))


def due_promises(connection: Connection, now: datetime, *, limit: int) -> list[DuePromise]:
    """Promises of all merchants that must be looked at, the longest due first."""
    table = promises.c
    query = (
        select(table.merchant, table.rma, table.case_kind, table.number)
        .where(table.next_look_at.is_not(None), table.next_look_at <= now)
        .order_by(table.next_look_at)
        .limit(limit)
    )
    return [DuePromise(ref=_ref(row), number=row.number) for row in connection.execute(query)]


def count_broken(connection: Connection) -> dict[str, int]:
    """How many promises of each shop are broken while the customer still waits; shops without any are left out."""
    # Spelled as in the partial index.
    broken = (promises.c.state == literal_column("'broken'"), promises.c.ended_at.is_(None), _THE_SHOPS)
    query = select(promises.c.merchant, func.count().label("broken")).where(*broken).group_by(promises.c.merchant)
    return {row.merchant: row.broken for row in connection.execute(query)}


def _select(merchant: str, wanted: PromiseFilter) -> Select[tuple[object, ...]]:
    table = promises.c
    query = select(promises).where(table.merchant == merchant)
    for column, value in (
        (table.state, wanted.state),
        (table.kind, wanted.kind),
        (table.rma, wanted.rma),
        (table.order_id, wanted.order_id),
    ):
        query = query.where(column == plain(str(value))) if value is not None else query
    if wanted.outstanding is not None:
        query = query.where(table.ended_at.is_(None) if wanted.outstanding else table.ended_at.is_not(None))
    if wanted.due_from is not None:
        query = query.where(table.due_at >= wanted.due_from)
    if wanted.due_before is not None:
        query = query.where(table.due_at < wanted.due_before)
    return query


def _total(kind: PromiseKind, made: dict[str, int]) -> PromiseTotal:
    at_risk = made.get(PromiseState.AT_RISK, 0)
    counts = {str(state): made.get(state, 0) for state in PromiseState}
    return PromiseTotal(kind=kind, **(counts | {"open": made.get(PromiseState.OPEN, 0) + at_risk, "at_risk": at_risk}))


def _make_cursor(last: StoredPromise) -> str:
    place = f"{last.promise.due_at.isoformat()}|{last.ref.rma}|{last.promise.number}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, rma, digits = text.split("|")
        due_at, number = datetime.fromisoformat(moment), int(digits)
    except (ValueError, binascii.Error):
        raise BadCursor(_BAD_CURSOR) from None
    if due_at.tzinfo is None or "\x00" in rma or not 0 < number < 2**31:
        raise BadCursor(_BAD_CURSOR)
    return due_at, rma, number


def _ref(row: AnyRow) -> CaseRef:
    return CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.case_kind))


def _stored(row: AnyRow) -> StoredPromise:
    promise = Promise(
        **{name: getattr(row, name) for name in _PLAIN},
        kind=PromiseKind(row.kind),
        told_by=Actor(name=row.told_by_name, role=Role(row.told_by_role)),
        law=StatutePack(row.law) if row.law else None,
        state=PromiseState(row.state),
        replaced_by=row.replaced_by,
    )
    return StoredPromise(ref=_ref(row), order_id=row.order_id, promise=promise)
