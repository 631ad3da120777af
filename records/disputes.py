"""Disputes: what banks take back of payments, counted against them within the cap."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, update

from domain.cases import SYSTEM
from domain.disputes import Dispute, DisputeState
from records.balances import count_claims
from records.entries import EntryKind, NewEntry, append_entries
from records.statements import AnyRow, insert_or, present
from records.tables import disputes, payment_balances

_KIND = {
    DisputeState.WARNING: EntryKind.DISPUTE_WARNING,
    DisputeState.OPEN: EntryKind.DISPUTE_OPENED,
    DisputeState.WON: EntryKind.DISPUTE_WON,
    DisputeState.LOST: EntryKind.DISPUTE_LOST,
}
_UNDECIDED = (str(DisputeState.WARNING), str(DisputeState.OPEN))
CLAIMING = (str(DisputeState.OPEN), str(DisputeState.LOST))


def load_dispute(connection: Connection, merchant: str, dispute_id: str) -> Dispute | None:
    """The dispute as last recorded, locked; None when nothing was heard of it."""
    query = select(disputes).where(*_is(merchant, dispute_id)).with_for_update()
    row = connection.execute(query).one_or_none()
    return as_dispute(row) if row is not None else None


def disputes_of(connection: Connection, merchant: str, order_id: str, payment_id: str) -> tuple[Dispute, ...]:
    """Every dispute of the payment, oldest first."""
    query = select(disputes).where(*_of_payment(merchant, order_id, payment_id)).order_by(disputes.c.opened_at)
    return tuple(as_dispute(row) for row in connection.execute(query))


def is_frozen(connection: Connection, merchant: str, order_id: str, payment_id: str) -> bool:
    """Whether a dispute that is not decided keeps the payment from paying anything back."""
    query = select(disputes.c.dispute_id).where(
        *_of_payment(merchant, order_id, payment_id), disputes.c.freezes, disputes.c.state.in_(_UNDECIDED)
    )
    return connection.scalar(query.limit(1)) is not None


def record_dispute(connection: Connection, merchant: str, dispute: Dispute) -> None:
    """The dispute is on record in its new state and counted against its payment, with a ledger entry."""
    columns = dispute.model_dump() | {"state": str(dispute.state), "merchant": merchant, "updated_at": present()}
    statement = insert_or(connection, disputes).values(columns)
    changing = {name: columns[name] for name in ("state", "amount_minor", "freezes", "respond_by", "updated_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["merchant", "dispute_id"], set_=changing))
    _recount(connection, merchant, dispute)
    excess = excess_minor(connection, merchant, dispute.order_id, dispute.payment_id)
    append_entries(connection, [_entry(merchant, dispute, excess)])


def excess_minor(connection: Connection, merchant: str, order_id: str, payment_id: str) -> int:
    """The alarm of a payment: what banks claim of it beyond what it still held, in minor units."""
    table = payment_balances.c
    where = (table.merchant == merchant, table.order_id == order_id, table.payment_id == payment_id)
    return int(connection.scalar(select(table.claimed_minor - table.disputed_minor).where(*where)) or 0)


def as_dispute(row: AnyRow) -> Dispute:
    """The dispute of a row."""
    columns = {name: value for name, value in row._mapping.items() if name in Dispute.model_fields}
    return Dispute.model_validate(columns)


def _recount(connection: Connection, merchant: str, dispute: Dispute) -> None:
    place = (merchant, dispute.order_id, dispute.payment_id)
    claimed = select(func.coalesce(func.sum(disputes.c.amount_minor), 0)).where(
        *_of_payment(*place), disputes.c.state.in_(CLAIMING)
    )
    table = payment_balances.c
    where = (table.merchant == merchant, table.order_id == dispute.order_id, table.payment_id == dispute.payment_id)
    connection.execute(update(payment_balances).where(*where).values(claimed_minor=claimed.scalar_subquery()))
    count_claims(connection, *place)


def _entry(merchant: str, dispute: Dispute, excess: int) -> NewEntry:
    kind = _KIND[dispute.state]
    return NewEntry(
        merchant=merchant,
        entry_key=f"dispute:{dispute.dispute_id}:{kind}:{dispute.amount_minor}",
        order_id=dispute.order_id,
        payment_id=dispute.payment_id,
        kind=kind,
        amount_minor=dispute.amount_minor,
        currency=dispute.currency,
        provider_reference=dispute.dispute_id,
        actor=SYSTEM,
        at=present(),
        facts={"reason": dispute.reason, "freezes": dispute.freezes, "excess_minor": excess},
    )


def _is(merchant: str, dispute_id: str) -> tuple[Any, ...]:
    return disputes.c.merchant == merchant, disputes.c.dispute_id == dispute_id


def _of_payment(merchant: str, order_id: str, payment_id: str) -> tuple[Any, ...]:
    return disputes.c.merchant == merchant, disputes.c.order_id == order_id, disputes.c.payment_id == payment_id
