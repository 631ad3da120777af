"""What customers were let keep: added up for their budget, by whoever asks about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, text

from domain.case_documents import CaseDocument
from domain.orders import Order
from domain.policies import KeptBefore
from records.statements import plain
from records.tables import cases, kept_goods

# Returns of these states let nobody keep anything at the shop's cost.
NOTHING_PAID = ("refused", "rejected", "cancelled", "expired")


def kept_before(connection: Connection, case: CaseDocument, order: Order, *, since: datetime) -> KeptBefore:
    """What other cases let the customer keep since then; nobody else adds to it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        # Two returns of one customer at the same moment must see each other; SQLite has one writer anyway.
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        connection.execute(lock, {"name": f"kept {case.ref.merchant} {customer_key(order)}"})
    return sum_kept(connection, case.ref.merchant, order, since=since, apart_from=case.ref.rma)


def sum_kept(
    connection: Connection, merchant: str, order: Order, *, since: datetime, apart_from: str = ""
) -> KeptBefore:
    """The same for a quote, without a lock."""
    table = kept_goods.c
    query = select(func.count().label("cases"), func.coalesce(func.sum(table.value_minor), 0).label("value"))
    query = query.where(
        table.merchant == merchant,
        table.customer == customer_key(order),
        table.currency == order.currency,
        table.kept_at >= since,
        table.rma != apart_from,
        ~_came_to_nothing(),
    )
    row = connection.execute(query).one()
    return KeptBefore(cases=int(row.cases), value_minor=int(row.value))


def _came_to_nothing() -> ColumnElement[bool]:
    """The return was called off, or its refund refused, so that nothing was paid for what stayed."""
    table = kept_goods.c
    same = (cases.c.merchant == table.merchant) & (cases.c.rma == table.rma)
    return exists().where(same, cases.c.state.in_(NOTHING_PAID))


def record_kept(connection: Connection, case: CaseDocument, order: Order, *, value_minor: int, at: datetime) -> None:
    """The goods count against the customer's budget; the caller has the case locked and does it once."""
    connection.execute(
        insert(kept_goods).values(
            merchant=case.ref.merchant,
            rma=case.ref.rma,
            customer=customer_key(order),
            currency=case.currency,
            value_minor=value_minor,
            kept_at=at,
        )
    )


def customer_key(order: Order) -> str:
    """Whose budget it is; a customer whom the shop does not name has one for each order."""
    known = plain(order.customer.customer_id)
    return f"c:{known}" if known else f"o:{order.order_id}"
