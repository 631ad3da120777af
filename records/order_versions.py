"""Orders as they were: every version is kept, since amounts were computed from the order of their time."""

from __future__ import annotations

from sqlalchemy import Connection, insert, literal, select

from domain.errors import UnknownOrder
from domain.orders import Order
from records.statements import present
from records.tables import order_versions, orders


def order_version(connection: Connection, merchant: str, order_id: str) -> int:
    """The version of the order as last told. Raises UnknownOrder."""
    query = select(orders.c.version).where(orders.c.merchant == merchant, orders.c.order_id == order_id)
    version = connection.scalar(query)
    if version is None:
        raise UnknownOrder(f"merchant {merchant} has no order {order_id}")
    return int(version)


def keep_version(connection: Connection, merchant: str, order_id: str) -> None:
    """What the order is now stays readable under its version; call it before the order is changed."""
    columns = (orders.c.merchant, orders.c.order_id, orders.c.version, orders.c.document)
    names = ["merchant", "order_id", "version", "document", "replaced_at"]
    replaced_at = literal(present(), type_=order_versions.c.replaced_at.type)
    present_one = select(*columns, replaced_at).where(orders.c.merchant == merchant, orders.c.order_id == order_id)
    connection.execute(insert(order_versions).from_select(names, present_one))


def load_version(connection: Connection, merchant: str, order_id: str, version: int) -> Order:
    """The order as it was in that version. Raises UnknownOrder."""
    for table in (orders, order_versions):
        document = connection.scalar(
            select(table.c.document).where(
                table.c.merchant == merchant, table.c.order_id == order_id, table.c.version == version
            )
        )
        if document is not None:
            return Order.model_validate_json(document)
    raise UnknownOrder(f"merchant {merchant} has no version {version} of order {order_id}")
