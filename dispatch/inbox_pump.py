"""Delivers inbox events that nobody delivered: the API died, Temporal was down, or a step never came to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from activities.after_close import show_payouts
from activities.linked_returns import open_for_late_arrival
from activities.lost_goods import claim_after_close
from dispatch.loops import Turn
from dispatch.stories import CaseStories, back_off
from domain.cases import CaseRef, EventKind, EventOutcome, InboxEvent, Progress
from domain.ports import Clock
from records.database import SqlRecords
from records.models import DueEvent

log = structlog.get_logger()

BATCH = 100
# A case that is claimed but not started is started by the sweep within seconds.
NOT_STARTED_YET = timedelta(seconds=5)
# An event that was delivered and is still not settled: the worker is down, or the signal was lost with a restored
# Temporal database. Telling it again is harmless, since a step applies an event once.
LOOK_AGAIN = timedelta(minutes=10)
LOOK_AGAIN_AT_MOST = timedelta(hours=6)
TOO_LATE = ("case_closed", "The case had ended; whoever sent it shows what became of it.")


@dataclass(frozen=True)
class InboxPump:
    """One turn delivers what is due, the oldest first."""

    records: SqlRecords
    stories: CaseStories
    clock: Clock

    async def turn(self) -> Turn:
        """How many events were dealt with, and whether more may be due. Raises TemporalUnavailable, Unavailable."""
        due = await asyncio.to_thread(self.records.queues.due_events, self.clock.now(), limit=BATCH)
        for event in due:
            await self._deliver(event)
        return Turn(handled=len(due), more=len(due) == BATCH)

    async def _deliver(self, due: DueEvent) -> None:
        event = due.event
        ref = event.ref
        keys = {"merchant": ref.merchant, "rma": ref.rma, "event_id": event.event_id, "kind": str(event.kind)}
        if await self.stories.deliver(ref, event):
            again = self.clock.now() + back_off(due.attempts, first=LOOK_AGAIN, longest=LOOK_AGAIN_AT_MOST)
            await asyncio.to_thread(self.records.queues.mark_delivered, event.event_id, look_again_at=again)
            log.info("event.delivered", **keys, again=due.delivered_before)
            return
        standing = await asyncio.to_thread(self.records.reads.standing, ref)
        if standing is not None and standing[0].open and standing[1] == 1:
            until = self.clock.now() + NOT_STARTED_YET
            await asyncio.to_thread(self.records.queues.delay_event, event.event_id, until=until)
            return
        if standing is not None and not standing[0].open and event.kind is EventKind.PAYOUT_CHANGED:
            await asyncio.to_thread(self._show_payouts, ref, event)
            log.info("event.shown_on_closed_case", **keys)
            return
        if standing is not None and not standing[0].open and _is_between_cases(event):
            await asyncio.to_thread(self._take_too_late, ref, event)
            log.info("event.too_late", **keys)
            return
        if standing is not None and await asyncio.to_thread(self._open_linked, event):
            log.info("event.opened_linked_return", **keys)
            return
        code, detail = _why_nobody_takes_it(ref, standing)
        await asyncio.to_thread(self.records.park_event, event.event_id, code=code, detail=detail)
        log.warning("event.parked", **keys, code=code)

    def _show_payouts(self, ref: CaseRef, event: InboxEvent) -> None:
        """The case closed a moment before it could be told: it shows the news, and a payment issue follows it."""
        with self.records.transaction() as tx:
            show_payouts(tx, tx.case(ref), at=self.clock.now())
            detail = "The case had closed; its payouts show the news."
            tx.settle_event(event.event_id, EventOutcome.APPLIED, "applied", detail)

    def _open_linked(self, event: InboxEvent) -> bool:
        """A return goes on with goods that came after the end of theirs; it is started and told like any other."""
        with self.records.transaction() as tx:
            return open_for_late_arrival(tx, event, at=self.clock.now()) is not None

    def _take_too_late(self, ref: CaseRef, event: InboxEvent) -> None:
        """The case closed a moment before it could be told; what its shipments lost is claimed all the same."""
        with self.records.transaction() as tx:
            if event.kind is EventKind.REPLACEMENT_CHANGED:
                claim_after_close(tx, ref, at=self.clock.now())
            tx.settle_event(event.event_id, EventOutcome.KEPT, *TOO_LATE)


def _is_between_cases(event: InboxEvent) -> bool:
    """Whether one case wrote it to another: no person has to look at it when the other ended at that moment."""
    return "case" in event.payload and not event.awaits_answer


def _why_nobody_takes_it(ref: CaseRef, standing: tuple[Progress, int] | None) -> tuple[str, str]:
    name = ref.kind.replace("_", " ")
    if standing is None:
        return f"unknown_{ref.kind}", f"No {name} of this number is known."
    if not standing[0].open:
        return "case_closed", f"The {name} is closed."
    return "story_missing", f"The {name} is open, but its workflow does not run any more."
