"""Whoever promised a date is warned before it comes, and a date that was missed is called broken."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from activities.promises import PromiseSteps
from dispatch.loops import Turn
from domain.ports import Clock
from domain.promises.models import DuePromise
from records.database import SqlRecords

log = structlog.get_logger()

BATCH = 50


@dataclass(frozen=True)
class PromiseWatch:
    """One turn looks at the promises that are due, one after the other, each in a transaction of its own."""

    records: SqlRecords
    steps: PromiseSteps
    clock: Clock

    async def turn(self) -> Turn:
        """What was due is done, the longest due first. Raises Unavailable without a database."""
        due = await asyncio.to_thread(self.records.queues.due_promises, self.clock.now(), limit=BATCH)
        changed = await asyncio.to_thread(self._look_at, due)
        # What did not change is being changed by its case right now; looking again at once would spin.
        return Turn(handled=changed, more=len(due) == BATCH and changed > 0)

    def _look_at(self, due: list[DuePromise]) -> int:
        changed = 0
        for each in due:
            if self.steps.watch(each, at=self.clock.now()):
                changed += 1
                log.info("promise.looked_at", merchant=each.ref.merchant, case_id=each.ref.rma, promise=each.number)
        return changed
