"""Starts cases that were claimed and never started: whoever claimed them died in between, or Temporal was down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from dispatch.loops import Turn, finish_all
from dispatch.stories import CaseStories, back_off
from domain.ports import Clock
from records.database import SqlRecords
from records.models import DueClaim
from workflows.gateway import OutcomePending

log = structlog.get_logger()

BATCH = 20
FIRST_RETRY = timedelta(seconds=10)
SLOWEST_RETRY = timedelta(minutes=5)


@dataclass(frozen=True)
class ClaimSweep:
    """One turn starts what is due, some at a time, since each waits for a worker's first decision."""

    records: SqlRecords
    stories: CaseStories
    clock: Clock

    async def turn(self) -> Turn:
        """How many cases were dealt with, and whether more may be due. Raises TemporalUnavailable, Unavailable."""
        due = await asyncio.to_thread(self.records.queues.due_claims, self.clock.now(), limit=BATCH)
        await finish_all(self._start(claim) for claim in due)
        return Turn(handled=len(due), more=len(due) == BATCH)

    async def _start(self, due: DueClaim) -> None:
        keys = {"merchant": due.ref.merchant, "rma": due.ref.rma, "workflow_id": due.ref.workflow_id}
        # Whatever comes of it, the next turn must not take the same case again at once.
        until = self.clock.now() + back_off(due.attempts, first=FIRST_RETRY, longest=SLOWEST_RETRY)
        await asyncio.to_thread(self.records.queues.delay_start, due.ref, until=until)
        try:
            await self.stories.open(due.ref)
        except OutcomePending:
            log.warning("case.start_pending", **keys, attempts=due.attempts + 1)
            return
        log.info("case.started", **keys)
