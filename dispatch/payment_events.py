"""Applies events of payment providers that nobody applied: the API died, or the provider must be asked first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from activities.payment_events import PaymentEventSteps
from dispatch.loops import Turn
from dispatch.stories import back_off
from domain.errors import PortError
from domain.ledger_port import PaymentEventKept
from domain.ports import Clock
from records.database import SqlRecords

log = structlog.get_logger()

BATCH = 100
FIRST_RETRY = timedelta(seconds=10)
SLOWEST_RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class PaymentEventPump:
    """One turn applies what is due, the oldest first; one event that cannot be applied yet holds up no other."""

    records: SqlRecords
    steps: PaymentEventSteps
    clock: Clock

    async def turn(self) -> Turn:
        """How many events were dealt with, and whether more may be due. Raises Unavailable without a database."""
        due = await asyncio.to_thread(self.records.queues.due_payment_events, self.clock.now(), limit=BATCH)
        for kept in due:
            await asyncio.to_thread(self._apply, kept)
        return Turn(handled=len(due), more=len(due) == BATCH)

    def _apply(self, kept: PaymentEventKept) -> None:
        event = kept.event
        keys = {"merchant": event.merchant, "event_id": event.event_id, "kind": str(event.kind)}
        # Whatever comes of it, the next turn must not take the same event again at once.
        until = self.clock.now() + back_off(kept.attempts, first=FIRST_RETRY, longest=SLOWEST_RETRY)
        self.records.queues.delay_payment_event(event, until=until)
        try:
            verdict = self.steps.apply(event.provider, event.event_id, at=self.clock.now())
        except PortError as trouble:
            log.warning("payment_event.delayed", **keys, error=type(trouble).__name__)
            return
        if verdict is not None:
            log.info("payment_event.applied", **keys, outcome=str(verdict.outcome), code=verdict.code)
