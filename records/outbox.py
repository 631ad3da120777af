"""The outbox: messages for the merchants' systems, written with the change that they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from domain.cases import CaseRef
from records.models import OutboxMessage
from records.statements import present
from records.tables import cases, outbox

RECIPIENT = "gift_recipient"


def announce(connection: Connection, ref: CaseRef, topic: str, facts: dict[str, Any]) -> None:
    """The outbox holds a message; it leaves after the transaction is kept.

    What tells of a case that the recipient of a gift opened says so: it is for nobody else, the buyer least of all.
    """
    now = present()
    of_case = cases.c.merchant == ref.merchant, cases.c.rma == ref.rma
    if connection.scalar(select(cases.c.for_recipient).where(*of_case)):
        facts = facts | {"audience": RECIPIENT}
    connection.execute(
        insert(outbox).values(
            message_id=f"msg_{uuid.uuid4().hex}",
            merchant=ref.merchant,
            rma=ref.rma,
            topic=topic,
            facts=facts,
            created_at=now,
            next_attempt_at=now,
            attempts=0,
            sent_at=None,
            kept_at=None,
            last_error="",
        )
    )


def is_any_due(connection: Connection, now: datetime) -> bool:
    """Whether leasing would find anything; a look costs the writers nothing."""
    return connection.scalar(select(outbox.c.message_id).where(*_is_due(now)).limit(1)) is not None


def lease_messages(connection: Connection, now: datetime, *, until: datetime, limit: int) -> list[OutboxMessage]:
    """Messages that are due, oldest first; until that time no other sender gets them."""
    due = (
        select(outbox.c.message_id)
        .where(*_is_due(now))
        .order_by(outbox.c.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    leased = (
        update(outbox)
        .where(outbox.c.message_id.in_(due.scalar_subquery()))
        .values(next_attempt_at=until)
        .returning(*(outbox.c[name] for name in OutboxMessage.model_fields))
    )
    messages = [OutboxMessage.model_validate(dict(row._mapping)) for row in connection.execute(leased)]
    return sorted(messages, key=lambda message: (message.created_at, message.message_id))


def kept_messages(connection: Connection, merchant: str, *, limit: int) -> list[OutboxMessage]:
    """Messages of the merchant that are not sent any more, newest first."""
    query = (
        select(*(outbox.c[name] for name in OutboxMessage.model_fields))
        .where(outbox.c.merchant == merchant, outbox.c.kept_at.is_not(None))
        .order_by(outbox.c.created_at.desc())
        .limit(limit)
    )
    return [OutboxMessage.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def mark_sent(connection: Connection, message_id: str) -> None:
    """The merchant's system has the message."""
    where = outbox.c.message_id == message_id
    connection.execute(update(outbox).where(where).values(sent_at=present(), attempts=outbox.c.attempts + 1))


def mark_kept(connection: Connection, message_ids: Sequence[str], *, reason: str) -> None:
    """The messages stay readable here and are not sent: nobody is there to take them."""
    where = outbox.c.message_id.in_(message_ids)
    connection.execute(update(outbox).where(where).values(kept_at=present(), last_error=reason))


def delay_message(connection: Connection, message_id: str, *, until: datetime, error: str) -> None:
    """A try did not work; the next one is due at that time."""
    values = {"attempts": outbox.c.attempts + 1, "next_attempt_at": until, "last_error": error}
    connection.execute(update(outbox).where(outbox.c.message_id == message_id).values(values))


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.sent_at.is_(None), outbox.c.kept_at.is_(None), outbox.c.next_attempt_at <= now
