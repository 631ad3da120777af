"""Sessions at the dock: kept as news of the returns that they are about; what nobody takes waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, literal_column, or_, select, update

from domain.cases import (
    Actor,
    CaseKind,
    CaseRef,
    EventKind,
    EventOutcome,
    InboxEvent,
    Progress,
    TimelineEntry,
    WaitingFor,
)
from domain.goods_back.case import CaseWithGoods
from records.cases import DOCUMENTS, IS_RETURN, add_to_timeline
from records.dispositions import DispositionTotal, disposition_totals
from records.inbox import as_kept, keep_event, load_event, settle_event
from records.models import ClaimOutcome, EventKept, Record
from records.statements import plain, present
from records.tables import cases, inbox, return_parcels

UNIDENTIFIED = "unidentified_parcel"
_WAITING = (
    inbox.c.kind == str(EventKind.ITEM_RECEIVED),
    # Spelled as in the partial index: a bound value would keep the planner from using it.
    inbox.c.outcome == literal_column("'parked'"),
)
_AWAITS_GOODS = (str(WaitingFor.PARCEL), str(WaitingFor.REMAINING_PARCELS), str(WaitingFor.INSPECTION))
_IS_CLAIM = cases.c.kind == str(CaseKind.CLAIM)
# A claim rests on evidence; the dock only means those whose goods were asked for.
_MAY_GET_GOODS = or_(IS_RETURN, and_(_IS_CLAIM, cases.c.waiting_for.in_(_AWAITS_GOODS)))
_WITH_GOODS = tuple(kind for kind, document in DOCUMENTS.items() if issubclass(document, CaseWithGoods))


class ParcelPlace(Record):
    """The case that a parcel on its way back belongs to."""

    merchant: str
    rma: str
    kind: CaseKind


class GoodsCase(Record):
    """A case whose goods may come back, whatever its kind, and where it stands."""

    case: CaseWithGoods
    progress: Progress


class Receipts:
    """What a dock, whoever sorts out its riddles and whoever counts its goods need. Every method raises Unavailable without a database."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        until_kept: Callable[[Callable[[Connection], Any]], Any],
    ) -> None:
        self._reading, self._until_kept = reading, until_kept

    def keep(self, events: Sequence[InboxEvent], *, body_hash: str, why_unidentified: str) -> list[EventKept]:
        """All news of one session is on record, or what was kept when it first came; CONFLICT under a reused id.

        An event without an RMA waits for a person at once. The first event has the id of the session, the others that
        id with a number behind it.
        """
        kept: list[EventKept] = self._until_kept(
            lambda connection: _keep(connection, events, body_hash=body_hash, why_unidentified=why_unidentified)
        )
        return kept

    def find_awaiting(self, merchant: str, *, numbers: Sequence[str], order_id: str | None) -> list[str]:
        """Numbers of open returns, exchanges and claims to which one of these parcel numbers belongs, else of that order.

        Oldest first. By its order a claim is only found while it waits for goods.
        """
        # Sorted here: in the query, SQLite would walk a year of returns in that order instead of looking a number up.
        query = select(cases.c.requested_at, cases.c.rma).where(
            cases.c.merchant == merchant, cases.c.closed_at.is_(None)
        )
        with self._reading() as connection:
            wanted = [plain(number) for number in numbers if plain(number)]
            named = (return_parcels.c.merchant == cases.c.merchant) & (return_parcels.c.rma == cases.c.rma)
            by_number = query.join(return_parcels, named).where(return_parcels.c.tracking_number.in_(wanted)).distinct()
            found = connection.execute(by_number).all() if wanted else []
            if not found and order_id is not None:
                found = connection.execute(query.where(cases.c.order_id == order_id, _MAY_GET_GOODS)).all()
        return [rma for _, rma in sorted(map(tuple, found))]

    def goods_case(self, merchant: str, rma: str) -> GoodsCase | None:
        """The return, exchange or claim of that number; None when nothing comes back under it."""
        query = select(cases.c.kind, cases.c.document, cases.c.progress).where(
            cases.c.merchant == merchant, cases.c.rma == rma, cases.c.kind.in_(map(str, _WITH_GOODS))
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        case = DOCUMENTS[CaseKind(row.kind)].model_validate_json(row.document)
        assert isinstance(case, CaseWithGoods), "only such kinds were asked for"
        return GoodsCase(case=case, progress=Progress.model_validate_json(row.progress))

    def parcels(self, tracking_number: str) -> list[ParcelPlace]:
        """The cases of any merchant to which a parcel of that number belongs; carriers know nothing of merchants."""
        query = select(return_parcels).where(return_parcels.c.tracking_number == plain(tracking_number))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(return_parcels.c.merchant, return_parcels.c.rma)).all()
        return [ParcelPlace(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.kind)) for row in rows]

    def waiting(self, merchant: str, *, limit: int) -> list[EventKept]:
        """Sessions, or parts of them, that wait for a person, oldest first."""
        query = select(inbox).where(inbox.c.merchant == merchant, *_WAITING).order_by(inbox.c.received_at).limit(limit)
        with self._reading() as connection:
            return [as_kept(row) for row in connection.execute(query)]

    def disposition_totals(
        self, merchant: str, *, start: datetime | None = None, end: datetime | None = None
    ) -> list[DispositionTotal]:
        """By disposition and currency, what was put away from `start` on and before `end`."""
        with self._reading() as connection:
            return disposition_totals(connection, merchant, start=start, end=end)

    def assign(self, ref: CaseRef, event_id: str, *, by: Actor) -> EventKept | None:
        """What waited is news of that case now, word for word as the dock told it; None when it does not wait."""
        kept: EventKept | None = self._until_kept(lambda connection: _assign(connection, ref, event_id, by=by))
        return kept

    def dismiss(self, merchant: str, event_id: str, *, note: str, by: Actor) -> bool:
        """What waited is settled without a return; False when it does not wait."""
        settled: bool = self._until_kept(lambda connection: _dismiss(connection, merchant, event_id, note=note, by=by))
        return settled


def _keep(
    connection: Connection, events: Sequence[InboxEvent], *, body_hash: str, why_unidentified: str
) -> list[EventKept]:
    first = keep_event(connection, events[0], body_hash=body_hash, whatever_case=True)
    if first.outcome is not ClaimOutcome.CLAIMED:
        return [first] if first.outcome is ClaimOutcome.CONFLICT else _of_session(connection, events[0])
    kept = [first, *(keep_event(connection, event, body_hash=body_hash) for event in events[1:])]
    for event in events:
        if not event.rma:
            settle_event(connection, event.event_id, EventOutcome.PARKED, UNIDENTIFIED, why_unidentified)
    return kept


def _assign(connection: Connection, ref: CaseRef, event_id: str, *, by: Actor) -> EventKept | None:
    if not _settle_waiting(connection, ref.merchant, event_id, "assigned", f"{by.name} assigned it to {ref.rma}."):
        return None
    event = load_event(connection, event_id)
    assert event is not None, "it was settled a moment ago"
    told = event.model_copy(
        update={"event_id": f"{event_id}@{ref.rma}", "rma": ref.rma, "case_kind": ref.kind, "received_at": present()}
    )
    kept = keep_event(connection, told, body_hash="")
    _tell(connection, told, by, f"{by.name} assigned a receipt that waited to this {ref.kind}.", event_id)
    return kept


def _dismiss(connection: Connection, merchant: str, event_id: str, *, note: str, by: Actor) -> bool:
    settled = _settle_waiting(connection, merchant, event_id, "dismissed", f"{by.name}: {note}")
    event = load_event(connection, event_id) if settled else None
    if event is not None:
        _tell(connection, event, by, f"{by.name} settled the receipt outside: {note}", event_id)
    return settled


def _of_session(connection: Connection, first: InboxEvent) -> list[EventKept]:
    """The events of a session that was kept before, the first one first."""
    own = inbox.c.event_id == first.event_id
    others = inbox.c.event_id.like(f"{first.event_id}:%")
    query = select(inbox).where(own | others, inbox.c.merchant == first.merchant).order_by(inbox.c.event_id)
    return [as_kept(row) for row in connection.execute(query)]


def _settle_waiting(connection: Connection, merchant: str, event_id: str, code: str, detail: str) -> bool:
    where = (inbox.c.event_id == plain(event_id), inbox.c.merchant == merchant, *_WAITING)
    values = {"outcome": str(EventOutcome.KEPT), "code": code, "detail": detail, "settled_at": present()}
    return connection.execute(update(inbox).where(*where).values(values)).rowcount == 1


def _tell(connection: Connection, event: InboxEvent, by: Actor, summary: str, event_id: str) -> None:
    if event.rma:
        entry = TimelineEntry(
            at=present(), actor=by, event="receipt.resolved", summary=summary, facts={"event_id": event_id}
        )
        add_to_timeline(connection, event.ref, entry)
