"""Orders as last told by the shop; a change never takes away units or money that cases rely on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from domain.cases import Actor
from domain.errors import UnknownOrder
from domain.exchanges.new_lines import with_lines
from domain.orders import Order, OrderLine
from records.captures import change_captures, find_money_problem, insert_captures
from records.models import OrderOutcome, OrderReceipt
from records.order_versions import keep_version
from records.risk import keep_purchases
from records.statements import AnyRow, plain, present
from records.tables import order_tracking, orders
from records.units import change_sold, find_unit_problem

# Both databases take tens of thousands of parameters; this keeps the statement small enough to plan quickly.
LOOKUP = 1000


def load_order(connection: Connection, merchant: str, order_id: str) -> Order:
    """The order, locked until the transaction ends, so that steps of cases of one order follow one another.

    Raises UnknownOrder.
    """
    lock_order(connection, merchant, order_id)
    document = connection.scalar(select(orders.c.document).where(*_is(merchant, order_id)))
    if document is None:
        raise UnknownOrder(f"merchant {merchant} has no order {order_id}")
    return Order.model_validate_json(document)


def lock_order(connection: Connection, merchant: str, order_id: str) -> None:
    """Nobody else decides about the order until the transaction ends. On SQLite the transaction itself is that lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(1).where(*_is(merchant, order_id)).with_for_update(key_share=True))


def put_orders(
    connection: Connection, merchant: str, batch: Sequence[Order], *, actor: Actor, expected_version: int | None = None
) -> list[OrderReceipt]:
    """Each order is on record, or its receipt says why not; the receipts are in the order of the batch.

    An order equal to the one on record changes nothing. `expected_version`, where given, must be the version on
    record (0: none). Raises ValueError when the batch names an order twice.
    """
    if len({order.order_id for order in batch}) < len(batch):
        raise ValueError("a batch names each order once")
    contents = [_Content(order) for order in batch]
    known = _known(connection, merchant, contents)
    for content in contents:
        if (row := known.get(content.order.order_id)) is not None and row.content_hash != content.content_hash:
            content.keep_ours(load_order(connection, merchant, content.order.order_id))
    fresh, receipts = [], []
    for content in contents:
        row = known.get(content.order.order_id)
        receipt = _judge(connection, merchant, content, row, expected_version)
        receipts.append(receipt)
        if receipt.outcome is OrderOutcome.CREATED:
            fresh.append(content)
        elif receipt.outcome is OrderOutcome.UPDATED:
            _update(connection, merchant, content, receipt.version, actor)
    _insert(connection, merchant, fresh, actor)
    return receipts


def add_lines(connection: Connection, merchant: str, order_id: str, lines: Sequence[OrderLine]) -> bool:
    """The lines are part of a new version of the order; False when they were before. What the shop told is unchanged."""
    order = load_order(connection, merchant, order_id)
    ours = [line for line in order.lines if line.added_by]
    fresh = [line for line in lines if order.line(line.line_id) is None]
    if not fresh:
        return False
    changed = with_lines(order, [*ours, *fresh])
    keep_version(connection, merchant, order_id)
    values = {"document": changed.model_dump_json(), "version": orders.c.version + 1, "updated_at": present()}
    connection.execute(update(orders).where(*_is(merchant, order_id)).values(values))
    return True


class _Content:
    """An order with its document as it is stored."""

    def __init__(self, order: Order) -> None:
        self.order, self.document = order, order.model_dump_json()
        # Of what was told, not of what we filled in: a release that adds a field must not change every order.
        self.content_hash = hashlib.sha256(order.model_dump_json(exclude_defaults=True).encode()).hexdigest()

    def keep_ours(self, known: Order) -> None:
        """Lines that exchanges added stay, whatever the shop tells of its own."""
        self.order = with_lines(self.order, [line for line in known.lines if line.added_by])
        self.document = self.order.model_dump_json()

    def columns(self, version: int) -> dict[str, Any]:
        customer = self.order.customer
        return {
            "version": version,
            "document": self.document,
            "content_hash": self.content_hash,
            "email": plain(customer.email).strip().lower(),
            "customer_id": plain(customer.customer_id),
            "placed_at": self.order.placed_at,
            "updated_at": present(),
        }


def _judge(
    connection: Connection, merchant: str, content: _Content, row: AnyRow | None, expected_version: int | None
) -> OrderReceipt:
    order, version = content.order, row.version if row else 0
    if row is not None and row.content_hash == content.content_hash:
        return OrderReceipt(order_id=order.order_id, outcome=OrderOutcome.UNCHANGED, version=version)
    if expected_version is not None and expected_version != version:
        problem = (
            f"order {order.order_id} is at version {version}, not {expected_version}: read it again, then change it"
        )
        return OrderReceipt(order_id=order.order_id, outcome=OrderOutcome.STALE, version=version, problem=problem)
    if row is None:
        return OrderReceipt(order_id=order.order_id, outcome=OrderOutcome.CREATED, version=1)
    if problem := find_unit_problem(connection, merchant, order):
        outcome = OrderOutcome.UNITS_IN_CASES
        return OrderReceipt(order_id=order.order_id, outcome=outcome, version=version, problem=problem)
    if found := find_money_problem(connection, merchant, order):
        outcome, problem = found
        return OrderReceipt(order_id=order.order_id, outcome=outcome, version=version, problem=problem)
    return OrderReceipt(order_id=order.order_id, outcome=OrderOutcome.UPDATED, version=version + 1)


def _insert(connection: Connection, merchant: str, fresh: Sequence[_Content], actor: Actor) -> None:
    if not fresh:
        return
    keys = [{"merchant": merchant, "order_id": content.order.order_id} for content in fresh]
    connection.execute(insert(orders), [key | content.columns(1) for key, content in zip(keys, fresh, strict=True)])
    if tracking := [row for content in fresh for row in _tracking(merchant, content.order)]:
        connection.execute(insert(order_tracking), tracking)
    keep_purchases(connection, merchant, [content.order for content in fresh])
    insert_captures(connection, merchant, [content.order for content in fresh], actor)


def _update(connection: Connection, merchant: str, content: _Content, version: int, actor: Actor) -> None:
    order = content.order
    keep_version(connection, merchant, order.order_id)
    connection.execute(update(orders).where(*_is(merchant, order.order_id)).values(content.columns(version)))
    connection.execute(
        delete(order_tracking).where(order_tracking.c.merchant == merchant, order_tracking.c.order_id == order.order_id)
    )
    if tracking := list(_tracking(merchant, order)):
        connection.execute(insert(order_tracking), tracking)
    keep_purchases(connection, merchant, [order], replace=True)
    change_sold(connection, merchant, order)
    change_captures(connection, merchant, order, version=version, actor=actor)


def _known(connection: Connection, merchant: str, contents: Sequence[_Content]) -> dict[str, AnyRow]:
    """The orders on record; those that are about to change are locked, since a lock costs a write."""
    names = [content.order.order_id for content in contents]
    seen = {row.order_id: row for row in _look_up(connection, merchant, names, lock=False)}
    changing = [
        content.order.order_id
        for content in contents
        if (row := seen.get(content.order.order_id)) is not None and row.content_hash != content.content_hash
    ]
    return seen | {row.order_id: row for row in _look_up(connection, merchant, changing, lock=True)}


def _look_up(connection: Connection, merchant: str, names: Sequence[str], *, lock: bool) -> Iterator[AnyRow]:
    # The same order of locks everywhere, so that two batches cannot wait for each other.
    names = sorted(names)
    for start in range(0, len(names), LOOKUP):
        query = (
            select(orders.c.order_id, orders.c.version, orders.c.content_hash)
            .where(orders.c.merchant == merchant, orders.c.order_id.in_(names[start : start + LOOKUP]))
            .order_by(orders.c.order_id)
        )
        yield from connection.execute(query.with_for_update(key_share=True) if lock else query)


def _tracking(merchant: str, order: Order) -> Iterator[dict[str, str]]:
    for number in sorted({plain(parcel.tracking_number) for parcel in order.parcels} - {""}):
        yield {"merchant": merchant, "tracking_number": number, "order_id": order.order_id}


def _is(merchant: str, order_id: str) -> tuple[Any, ...]:
    return orders.c.merchant == merchant, orders.c.order_id == order_id
