"""Return requests of the past with the orders that they were decided on, for trying out another policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, tuple_

from domain.cases import CaseKind
from domain.orders import Order
from domain.returns.case import ReturnCase
from records.order_versions import load_version
from records.statements import AnyRow
from records.tables import cases, orders

# Enough that a trip to the database hardly counts, few enough to hold in memory.
BATCH = 500


def count_requests(connection: Connection, merchant: str, since: datetime) -> int:
    """How many returns the merchant's customers asked for from that moment on."""
    return int(connection.scalar(select(func.count()).where(_requested(merchant, since))) or 0)


def next_requests(
    connection: Connection, merchant: str, since: datetime, *, after: ReturnCase | None
) -> list[tuple[ReturnCase, Order]]:
    """The next requests from that moment on, oldest first, each with its order as it was then; none at the end."""
    key = (cases.c.requested_at, cases.c.rma)
    same_order = (orders.c.merchant == cases.c.merchant) & (orders.c.order_id == cases.c.order_id)
    query = (
        select(cases.c.document, orders.c.document.label("order_document"), orders.c.version)
        .join(orders, same_order)
        .where(_requested(merchant, since))
        .order_by(*key)
        .limit(BATCH)
    )
    if after is not None:
        query = query.where(tuple_(*key) > (after.requested_at, after.ref.rma))
    return [_with_order(connection, row) for row in connection.execute(query)]


def _requested(merchant: str, since: datetime) -> ColumnElement[bool]:
    is_return = cases.c.kind == str(CaseKind.RETURN)
    return and_(cases.c.merchant == merchant, is_return, cases.c.requested_at >= since)


def _with_order(connection: Connection, row: AnyRow) -> tuple[ReturnCase, Order]:
    case = ReturnCase.model_validate_json(row.document)
    basis = case.verdict_basis
    if basis is not None and basis.order_version != row.version:
        return case, load_version(connection, case.ref.merchant, case.order_id, basis.order_version)
    return case, Order.model_validate_json(row.order_document)
