"""What was captured for an order: told by the shop with the order, kept as ledger entries and balances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.cases import Actor
from domain.money import Money
from domain.orders import Order, Payment
from records.balances import count_claims
from records.entries import EntryKind, NewEntry, append_entries
from records.models import OrderOutcome
from records.statements import AnyRow, present
from records.tables import payment_balances


def insert_captures(connection: Connection, merchant: str, orders: Sequence[Order], actor: Actor) -> None:
    """The payments of new orders have balances, and each captured amount its entry."""
    pairs = [(order, payment) for order in orders for payment in order.payments]
    if not pairs:
        return
    connection.execute(insert(payment_balances), [_new_balance(merchant, *pair) for pair in pairs])
    entries = [
        _entry(merchant, order, payment.payment_id, payment.captured_minor, version=1, actor=actor)
        for order, payment in pairs
        if payment.captured_minor
    ]
    append_entries(connection, entries)


def find_money_problem(connection: Connection, merchant: str, order: Order) -> tuple[OrderOutcome, str] | None:
    """Why the order cannot replace the one on record: its payments would hold less than has left them already."""
    told = {payment.payment_id: payment.captured_minor for payment in order.payments}
    problems = []
    rows, _ = _balances(connection, merchant, order.order_id)
    for row in rows:
        if row.currency != order.currency:
            problem = f"order {order.order_id} was paid in {row.currency}, which cannot become {order.currency}"
            return OrderOutcome.CURRENCY_CHANGED, problem
        gone = row.refunded_minor + row.pending_minor + row.disputed_minor
        if told.get(row.payment_id, 0) < gone:
            problems.append(
                f"{Money(minor=gone, currency=row.currency)} of payment {row.payment_id} are refunded or disputed"
            )
    return (OrderOutcome.MONEY_MOVED, "; ".join(problems)) if problems else None


def change_captures(connection: Connection, merchant: str, order: Order, *, version: int, actor: Actor) -> None:
    """Balances equal what the order now says was captured; each difference has an entry, downwards as a correction.

    What our cases collected stays as it is, also where the shop tells of it as a payment of the order.
    """
    rows, collected = _balances(connection, merchant, order.order_id)
    known = {row.payment_id: row for row in rows}
    entries = []
    for payment in order.payments:
        if payment.reference in collected:
            continue
        row = known.pop(payment.payment_id, None)
        if row is None:
            connection.execute(insert(payment_balances).values(_new_balance(merchant, order, payment)))
        else:
            _update_balance(connection, row, payment)
        if difference := payment.captured_minor - (row.captured_minor if row else 0):
            entries.append(_entry(merchant, order, payment.payment_id, difference, version=version, actor=actor))
        if row is not None and row.claimed_minor:
            count_claims(connection, merchant, order.order_id, payment.payment_id)
    for row in known.values():
        _update_balance(connection, row, None)
        if row.captured_minor:
            entries.append(_entry(merchant, order, row.payment_id, -row.captured_minor, version=version, actor=actor))
    append_entries(connection, entries)


def _update_balance(connection: Connection, row: AnyRow, payment: Payment | None) -> None:
    values: dict[str, Any] = {"captured_minor": 0}
    if payment is not None:
        values = {"captured_minor": payment.captured_minor}
        values |= {"provider": payment.provider, "reference": payment.reference}
    table = payment_balances.c
    where = (table.merchant == row.merchant, table.order_id == row.order_id, table.payment_id == row.payment_id)
    connection.execute(update(payment_balances).where(*where).values(values))


def _new_balance(merchant: str, order: Order, payment: Payment) -> dict[str, Any]:
    return {
        "merchant": merchant,
        "order_id": order.order_id,
        "payment_id": payment.payment_id,
        "currency": order.currency,
        "provider": payment.provider,
        "reference": payment.reference,
        "captured_minor": payment.captured_minor,
        "pending_minor": 0,
        "refunded_minor": 0,
        "disputed_minor": 0,
        "claimed_minor": 0,
        "collected_by": None,
    }


def _entry(merchant: str, order: Order, payment_id: str, amount_minor: int, *, version: int, actor: Actor) -> NewEntry:
    return NewEntry(
        merchant=merchant,
        entry_key=f"capture:{order.order_id}:{payment_id}:version-{version}",
        order_id=order.order_id,
        payment_id=payment_id,
        kind=EntryKind.CAPTURE if amount_minor > 0 else EntryKind.CAPTURE_CORRECTED,
        amount_minor=amount_minor,
        currency=order.currency,
        actor=actor,
        at=present(),
        facts={"order_version": version},
    )


def _balances(connection: Connection, merchant: str, order_id: str) -> tuple[list[AnyRow], set[str]]:
    """The balances of payments that came with the order, and the references of those that our cases collected."""
    query = (
        select(payment_balances)
        .where(payment_balances.c.merchant == merchant, payment_balances.c.order_id == order_id)
        .order_by(payment_balances.c.payment_id)
        .with_for_update()
    )
    rows = connection.execute(query).all()
    collected = {row.reference for row in rows if row.collected_by is not None}
    return [row for row in rows if row.collected_by is None], collected
