"""Replacement shipments beside what every case has: those of one case, and the lists that screens show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, literal_column, select, tuple_

from domain.cases import CaseRef, Progress
from domain.errors import UnknownReplacementShipment
from domain.replacement_shipments.case import ReplacementShipment
from records.models import Record, StoredShipment
from records.search import CaseFilter, make_cursor, read_cursor
from records.statements import AnyRow
from records.tables import cases

PAGE = 50
_SHIPMENT = (cases.c.document, cases.c.progress, cases.c.version, cases.c.opened_at, cases.c.updated_at)
# Spelled as in the partial index: a bound value would keep the planner from using it.
_IS_SHIPMENT = cases.c.kind == literal_column("'replacement_shipment'")


class ShipmentPage(Record):
    """Some replacement shipments, newest first, and where the next page begins; None at the end."""

    shipments: tuple[StoredShipment, ...]
    next_cursor: str | None


class ShipmentReads:
    """Questions about replacement shipments, over connections that cannot write. Every method raises Unavailable."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def shipment(self, merchant: str, number: str) -> StoredShipment:
        """The shipment as stored. Raises UnknownReplacementShipment."""
        query = select(*_SHIPMENT).where(cases.c.merchant == merchant, cases.c.rma == number, _IS_SHIPMENT)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownReplacementShipment(f"there is no replacement shipment {number}")
        return _stored(row)

    def of_order(self, merchant: str, order_id: str) -> list[StoredShipment]:
        """Every replacement shipment of the order, newest first."""
        with self._reading() as connection:
            return _of_order(connection, merchant, order_id)

    def shipments(
        self, merchant: str, wanted: CaseFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> ShipmentPage:
        """A page of the merchant's replacement shipments, newest first. Raises BadCursor."""
        wanted = wanted or CaseFilter()
        query = select(*_SHIPMENT).where(cases.c.merchant == merchant, _IS_SHIPMENT)
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
        return ShipmentPage(
            shipments=page, next_cursor=make_cursor(last.opened_at, last.case.ref.rma) if last else None
        )


def shipments_of(connection: Connection, for_case: CaseRef, order_id: str) -> tuple[ReplacementShipment, ...]:
    """Every shipment that the case of this order promised, the first promise first; not locked."""
    found = (stored.case for stored in _of_order(connection, for_case.merchant, order_id))
    own = [shipment for shipment in found if shipment.for_case == for_case]
    return tuple(sorted(own, key=lambda shipment: shipment.number_in_case))


def is_open(connection: Connection, ref: CaseRef) -> bool:
    """Whether the case of whatever kind is on record and not closed; not locked."""
    query = select(cases.c.rma).where(
        cases.c.merchant == ref.merchant,
        cases.c.rma == ref.rma,
        cases.c.kind == str(ref.kind),
        cases.c.closed_at.is_(None),
    )
    return connection.scalar(query) is not None


def _of_order(connection: Connection, merchant: str, order_id: str) -> list[StoredShipment]:
    query = (
        select(*_SHIPMENT)
        .where(cases.c.merchant == merchant, cases.c.order_id == order_id, _IS_SHIPMENT)
        .order_by(cases.c.requested_at.desc(), cases.c.rma.desc())
    )
    return [_stored(row) for row in connection.execute(query)]


def _stored(row: AnyRow) -> StoredShipment:
    return StoredShipment(
        case=ReplacementShipment.model_validate_json(row.document),
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
