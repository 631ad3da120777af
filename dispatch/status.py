"""How dispatch is doing, for `aftercart doctor`: what waits, for how long, and whether each loop still turns."""

from __future__ import annotations

from datetime import datetime, timedelta

from records.database import SqlRecords
from records.models import Backlog, Loop, LoopRun, Record

# A loop says how it is every few seconds; one that has been silent this long is not running.
SILENT_AFTER = timedelta(seconds=60)
# These run once a night.
NIGHTLY = frozenset({Loop.RECONCILIATION, Loop.LEDGER})
SILENT_AFTER_NIGHTLY = timedelta(hours=26)
# What is due is usually gone within seconds; this much lag deserves a look.
LATE_AFTER = timedelta(minutes=2)


class LoopStatus(Record):
    """One loop: how much is due, since when, when it last ran, and in words what is wrong, if anything is."""

    loop: Loop
    waiting: int
    lag: timedelta
    last_run_at: datetime | None
    last_success_at: datetime | None
    handled: int
    problem: str

    @property
    def is_healthy(self) -> bool:
        """Whether there is nothing to do for an operator."""
        return not self.problem


def describe_loops(records: SqlRecords, now: datetime) -> list[LoopStatus]:
    """The state of each loop, also of one that never ran. Raises Unavailable without a database."""
    runs = {run.loop: run for run in records.queues.loop_states()}
    backlogs = {backlog.loop: backlog for backlog in records.queues.backlogs(now)}
    return [_describe(loop, runs.get(loop), backlogs.get(loop), now) for loop in Loop]


def _describe(loop: Loop, run: LoopRun | None, backlog: Backlog | None, now: datetime) -> LoopStatus:
    oldest = backlog.oldest_due_at if backlog else None
    lag = max(now - oldest, timedelta(0)) if oldest else timedelta(0)
    return LoopStatus(
        loop=loop,
        waiting=backlog.waiting if backlog else 0,
        lag=lag,
        last_run_at=run.last_run_at if run else None,
        last_success_at=run.last_success_at if run else None,
        handled=run.handled if run else 0,
        problem=_problem(loop, run, lag, now),
    )


def _problem(loop: Loop, run: LoopRun | None, lag: timedelta, now: datetime) -> str:
    silent_after = SILENT_AFTER_NIGHTLY if loop in NIGHTLY else SILENT_AFTER
    if run is None:
        # Reconciliations wait a while after the start, so that cases that are just beginning are left alone.
        return "" if loop in NIGHTLY else "never ran: is `python -m dispatch` running?"
    if now - run.last_run_at > silent_after:
        return f"has not run since {run.last_run_at:%Y-%m-%d %H:%M:%S} UTC: is `python -m dispatch` running?"
    if run.last_error:
        return f"its last turn said: {run.last_error}; it keeps trying, the log of dispatch says more"
    if lag > LATE_AFTER:
        return f"the oldest entry is due for {int(lag.total_seconds())} s"
    return ""
