"""What became of goods that came back: written when the warehouse is done, summed up for whoever runs the shop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from domain.goods_back.case import CaseWithGoods
from domain.orders import Order
from domain.policies import Disposition
from records.models import Record
from records.tables import disposed_units


class DispositionTotal(Record):
    """All units that fared alike, in one currency: what they are still worth, and what the shop spent on them."""

    disposition: Disposition
    currency: str
    units: int
    recovered_minor: int
    cost_minor: int


def record_dispositions(connection: Connection, case: CaseWithGoods, order: Order, *, at: datetime) -> None:
    """The goods of the case are in the totals; the caller has the case locked and does it once."""
    skus = {line.line_id: line.sku for line in order.lines}
    rows = [
        {
            "merchant": case.ref.merchant,
            "rma": case.ref.rma,
            "line_id": unit.line_id,
            "disposition": str(unit.disposition),
            "order_id": case.order_id,
            "sku": skus[unit.line_id],
            "currency": case.currency,
            "quantity": unit.quantity,
            "recovered_minor": unit.recovered_minor,
            "cost_minor": unit.cost_minor,
            "disposed_at": at,
        }
        for unit in case.goods.dispositions
    ]
    if rows:
        connection.execute(insert(disposed_units), rows)


def disposition_totals(
    connection: Connection, merchant: str, *, start: datetime | None = None, end: datetime | None = None
) -> list[DispositionTotal]:
    """By disposition and currency, what was put away from `start` on and before `end`."""
    table = disposed_units.c
    query = (
        select(
            table.disposition,
            table.currency,
            func.sum(table.quantity).label("units"),
            func.sum(table.recovered_minor).label("recovered_minor"),
            func.sum(table.cost_minor).label("cost_minor"),
        )
        .where(table.merchant == merchant)
        .group_by(table.disposition, table.currency)
        .order_by(table.disposition, table.currency)
    )
    if start is not None:
        query = query.where(table.disposed_at >= start)
    if end is not None:
        query = query.where(table.disposed_at < end)
    return [DispositionTotal(**row._mapping) for row in connection.execute(query)]
