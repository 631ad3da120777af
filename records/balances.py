"""What the payments of an order still hold: changed only by conditional updates, so that no cap is ever passed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, select, update

from domain.cases import CaseRef
from domain.payouts import Payout
from records.tables import payment_balances


def refundable(connection: Connection, merchant: str, order_id: str) -> dict[str, int]:
    """By payment id, minor units: captured - disputed - refunded - pending."""
    table = payment_balances.c
    left = table.captured_minor - table.disputed_minor - table.refunded_minor - table.pending_minor
    query = select(table.payment_id, left.label("left")).where(table.merchant == merchant, table.order_id == order_id)
    return {row.payment_id: int(row.left) for row in connection.execute(query)}


def move_money(
    connection: Connection, ref: CaseRef, order_id: str, payout: Payout, *, pending: int = 0, refunded: int = 0
) -> bool:
    """Pending and refunded money of the payment change by these amounts, unless that passes what was captured."""
    table = payment_balances.c
    promised = table.refunded_minor + refunded + table.pending_minor + pending
    moved = connection.execute(
        update(payment_balances)
        .where(
            *_is(ref.merchant, order_id, payout.payment_id),
            table.currency == payout.currency,
            promised <= table.captured_minor - table.disputed_minor,
        )
        .values(pending_minor=table.pending_minor + pending, refunded_minor=table.refunded_minor + refunded)
    )
    if moved.rowcount == 1 and pending + refunded < 0:
        count_claims(connection, ref.merchant, order_id, payout.payment_id)
    return moved.rowcount == 1


def count_claims(connection: Connection, merchant: str, order_id: str, payment_id: str) -> None:
    """As much of what banks claim counts as disputed as the payment still holds; see `payment_balances`."""
    table = payment_balances.c
    left = table.captured_minor - table.refunded_minor - table.pending_minor
    connection.execute(
        update(payment_balances)
        .where(*_is(merchant, order_id, payment_id))
        .values(disputed_minor=case((table.claimed_minor < left, table.claimed_minor), else_=left))
    )


def _is(merchant: str, order_id: str, payment_id: str) -> tuple[Any, ...]:
    table = payment_balances.c
    return table.merchant == merchant, table.order_id == order_id, table.payment_id == payment_id
