"""What dispatch works off: each call one short transaction, so that a loop never holds another one up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from domain.cases import CaseRef
from domain.ledger_port import PaymentEventKept
from domain.payment_events import PaymentEvent
from domain.promises.models import DuePromise
from records import claims, inbox, loops, outbox, payment_events, promises
from records.models import Backlog, DueClaim, DueEvent, Loop, LoopRun, OutboxMessage


class Queues:
    """The queues behind the loops of dispatch. Every method raises Unavailable without a database."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._reading, self._writing = reading, writing

    def due_events(self, now: datetime, *, limit: int) -> list[DueEvent]:
        """Inbox events of all merchants that nobody settled and whose next delivery is due, oldest first."""
        with self._reading() as connection:
            return inbox.due_events(connection, now, limit)

    def mark_delivered(self, event_id: str, *, look_again_at: datetime) -> None:
        """The workflow was told of the event; it is told again at that time unless the event is settled by then."""
        with self._writing() as connection:
            inbox.mark_delivered(connection, event_id, look_again_at=look_again_at)

    def delay_event(self, event_id: str, *, until: datetime) -> None:
        """A delivery did not work; the next one is due at that time."""
        with self._writing() as connection:
            inbox.delay_event(connection, event_id, until=until)

    def due_claims(self, now: datetime, *, limit: int) -> list[DueClaim]:
        """Cases of all merchants that were claimed and never started, oldest first."""
        with self._reading() as connection:
            return claims.due_claims(connection, now, limit)

    def delay_start(self, ref: CaseRef, *, until: datetime) -> None:
        """A start did not work; the next one is due at that time."""
        with self._writing() as connection:
            claims.delay_start(connection, ref, until=until)

    def lease_messages(self, now: datetime, *, until: datetime, limit: int) -> list[OutboxMessage]:
        """Messages of all merchants that are due, oldest first; until that time no other sender gets them."""
        with self._reading() as connection:
            if not outbox.is_any_due(connection, now):
                return []
        with self._writing() as connection:
            return outbox.lease_messages(connection, now, until=until, limit=limit)

    def mark_sent(self, message_id: str) -> None:
        """The merchant's system has the message."""
        with self._writing() as connection:
            outbox.mark_sent(connection, message_id)

    def mark_kept(self, message_ids: Sequence[str], *, reason: str) -> None:
        """The messages stay readable and are not sent."""
        with self._writing() as connection:
            outbox.mark_kept(connection, message_ids, reason=reason)

    def delay_message(self, message_id: str, *, until: datetime, error: str) -> None:
        """A try did not work; the next one is due at that time."""
        with self._writing() as connection:
            outbox.delay_message(connection, message_id, until=until, error=error)

    def due_payment_events(self, now: datetime, *, limit: int) -> list[PaymentEventKept]:
        """Events of payment providers that nobody applied and whose next try is due, oldest first."""
        with self._reading() as connection:
            return payment_events.due_payment_events(connection, now, limit)

    def delay_payment_event(self, event: PaymentEvent, *, until: datetime) -> None:
        """A try did not work; the next one is due at that time."""
        with self._writing() as connection:
            payment_events.delay_payment_event(connection, event.provider, event.event_id, until=until)

    def due_promises(self, now: datetime, *, limit: int) -> list[DuePromise]:
        """Promises of all merchants that must be looked at, the longest due first."""
        with self._reading() as connection:
            return promises.due_promises(connection, now, limit=limit)

    def backlogs(self, now: datetime) -> list[Backlog]:
        """What is due for each loop that works off a queue."""
        with self._reading() as connection:
            return loops.backlogs(connection, now)

    def loop_states(self) -> list[LoopRun]:
        """Every loop that ever ran."""
        with self._reading() as connection:
            return loops.loop_states(connection)

    def record_run(
        self, loop: Loop, *, started_at: datetime, now: datetime, runs: int, handled: int, error: str
    ) -> None:
        """The loop ran so many times since it last said so; `error` is empty when the last run was fine."""
        with self._writing() as connection:
            loops.record_run(connection, loop, started_at=started_at, now=now, runs=runs, handled=handled, error=error)
