"""Every night: do the open cases on record and the workflows that run still tell the same stories?

A case without a workflow (Temporal's database was lost or restored) is started again: its story goes on from the facts
on record. What cannot be mended here is named for an operator: a case whose workflow ended too early, and a workflow
that runs although its case is closed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dispatch.loops import Turn
from dispatch.stories import CaseStories
from domain.cases import CaseKind, CaseRef
from domain.ports import Clock
from records.database import SqlRecords
from records.open_cases import may_run, open_cases
from workflows.gateway import OutcomePending

log = structlog.get_logger()

# What changed a moment ago may be on its way to either side; Temporal's own list is a second or so late.
SETTLED_FOR = timedelta(minutes=10)
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Reconciliation:
    """One turn compares everything."""

    records: SqlRecords
    stories: CaseStories
    clock: Clock

    async def turn(self) -> Turn:
        """How many cases were started again, and which need an operator. Raises TemporalUnavailable, Unavailable."""
        idle_since = self.clock.now() - SETTLED_FOR
        told = await asyncio.to_thread(self._open_cases, idle_since)
        running = {workflow_id async for workflow_id in self.stories.running(started_before=idle_since)}
        silent = [ref for ref in told if ref.workflow_id not in running]
        # The two lists were not made at the same instant, so each finding is looked at once more by itself.
        silent = [ref for ref in silent if await self._is_silent(ref, idle_since)]
        adrift = [ref.workflow_id for ref in silent if not await self._revive(ref)]
        strays = await asyncio.to_thread(self._strays, running - {ref.workflow_id for ref in told}, idle_since)
        log.info(
            "cases.reconciled",
            open=len(told),
            revived=len(silent) - len(adrift),
            adrift=len(adrift),
            strays=len(strays),
        )
        problems = (
            _name(adrift, "open cases have no workflow and could not be started again"),
            _name(strays, "workflows run without an open case"),
        )
        return Turn(handled=len(silent) - len(adrift), problem="; ".join(filter(None, problems)))

    async def _is_silent(self, ref: CaseRef, idle_since: datetime) -> bool:
        return not await self.stories.is_running(ref) and await asyncio.to_thread(self._may_run, ref, idle_since)

    async def _revive(self, ref: CaseRef) -> bool:
        try:
            await self.stories.open(ref)
        except OutcomePending:
            log.warning("case.revival_pending", workflow_id=ref.workflow_id)
        is_running = await self.stories.is_running(ref)
        if is_running:
            log.warning("case.revived", workflow_id=ref.workflow_id)
        else:
            log.error("case.adrift", workflow_id=ref.workflow_id)
        return is_running

    def _open_cases(self, idle_since: datetime) -> list[CaseRef]:
        with self.records.reads.reading() as connection:
            return list(open_cases(connection, idle_since=idle_since))

    def _may_run(self, ref: CaseRef, idle_since: datetime) -> bool:
        with self.records.reads.reading() as connection:
            return may_run(connection, ref, idle_since=idle_since)

    def _strays(self, workflow_ids: set[str], idle_since: datetime) -> list[str]:
        return sorted(
            workflow_id
            for workflow_id in workflow_ids
            if (ref := _ref_of(workflow_id)) is not None and not self._may_run(ref, idle_since)
        )


def _ref_of(workflow_id: str) -> CaseRef | None:
    """The case of a workflow; None for one that is no case of ours."""
    kind, _, address = workflow_id.partition(":")
    merchant, _, rma = address.rpartition(":")
    return CaseRef(merchant=merchant, rma=rma, kind=CaseKind(kind)) if kind in set(CaseKind) else None


def _name(workflow_ids: list[str], words: str) -> str:
    if not workflow_ids:
        return ""
    more = " ..." if len(workflow_ids) > NAMED_AT_MOST else ""
    return f"{len(workflow_ids)} {words}: {', '.join(workflow_ids[:NAMED_AT_MOST])}{more}"
