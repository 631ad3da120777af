"""What payment providers told us: kept once under their own ids, applied by a step, parked when nobody knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.cases import EventOutcome
from domain.ledger_port import PaymentEventKept, PaymentPlace
from domain.payment_events import PaymentEvent
from records.models import ClaimOutcome
from records.statements import AnyRow, present
from records.tables import payment_balances, payment_events

# Whoever kept the event applies it at once; dispatch only steps in when that did not happen.
APPLY_AFTER = timedelta(seconds=2)


def keep_payment_event(connection: Connection, event: PaymentEvent) -> ClaimOutcome:
    """The event is on record, once: CLAIMED now, or KNOWN from before."""
    if _find(connection, event.provider, event.event_id) is not None:
        return ClaimOutcome.KNOWN
    now = present()
    connection.execute(
        insert(payment_events).values(
            provider=event.provider,
            event_id=event.event_id,
            merchant=event.merchant,
            kind=str(event.kind),
            reference=event.reference,
            document=event.model_dump_json(),
            received_at=now,
            attempts=0,
            next_attempt_at=now + APPLY_AFTER,
            outcome=None,
            code="",
            detail="",
            settled_at=None,
        )
    )
    return ClaimOutcome.CLAIMED


def load_payment_event(connection: Connection, provider: str, event_id: str) -> PaymentEventKept | None:
    """The event and what became of it, locked until the transaction ends; None when it never came."""
    row = connection.execute(select(payment_events).where(*_is(provider, event_id)).with_for_update()).one_or_none()
    return as_kept(row) if row is not None else None


def settle_payment_event(
    connection: Connection, provider: str, event_id: str, *, outcome: EventOutcome, code: str, detail: str
) -> None:
    """The event is done with; the first outcome stays."""
    connection.execute(
        update(payment_events)
        .where(*_is(provider, event_id), payment_events.c.outcome.is_(None))
        .values(outcome=str(outcome), code=code, detail=detail, settled_at=present())
    )


def release_payment_event(connection: Connection, merchant: str, event_id: str) -> bool:
    """A parked event is applied again as if it had just come; False when the merchant has no such parked event."""
    released = connection.execute(
        update(payment_events)
        .where(
            payment_events.c.merchant == merchant,
            payment_events.c.event_id == event_id,
            payment_events.c.outcome == str(EventOutcome.PARKED),
        )
        .values(outcome=None, code="", detail="", settled_at=None, next_attempt_at=present())
    )
    return released.rowcount > 0


def due_payment_events(connection: Connection, now: datetime, limit: int) -> list[PaymentEventKept]:
    """Events that are not applied and whose next try is due, oldest first."""
    query = (
        select(payment_events)
        .where(payment_events.c.outcome.is_(None), payment_events.c.next_attempt_at <= now)
        .order_by(payment_events.c.next_attempt_at)
        .limit(limit)
    )
    return [as_kept(row) for row in connection.execute(query)]


def delay_payment_event(connection: Connection, provider: str, event_id: str, *, until: datetime) -> None:
    """A try did not work; the next one is due at that time."""
    values = {"attempts": payment_events.c.attempts + 1, "next_attempt_at": until}
    connection.execute(update(payment_events).where(*_is(provider, event_id)).values(values))


def find_payment(connection: Connection, merchant: str, references: Sequence[str]) -> PaymentPlace | None:
    """The payment that the provider knows by one of these references."""
    table = payment_balances.c
    query = (
        select(table.order_id, table.payment_id, table.currency)
        .where(table.reference.in_(references), table.merchant == merchant)
        .order_by(table.order_id, table.payment_id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return PaymentPlace(order_id=row.order_id, payment_id=row.payment_id, currency=row.currency) if row else None


def as_kept(row: AnyRow) -> PaymentEventKept:
    """The event of a row."""
    return PaymentEventKept(
        event=PaymentEvent.model_validate_json(row.document),
        received_at=row.received_at,
        attempts=row.attempts,
        outcome=EventOutcome(row.outcome) if row.outcome else None,
        code=row.code,
        detail=row.detail,
    )


def _find(connection: Connection, provider: str, event_id: str) -> AnyRow | None:
    return connection.execute(select(payment_events.c.event_id).where(*_is(provider, event_id))).one_or_none()


def _is(provider: str, event_id: str) -> tuple[Any, ...]:
    return payment_events.c.provider == provider, payment_events.c.event_id == event_id
