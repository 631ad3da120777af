"""One loop: does its work again and again, alone with its failures, and says how it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from domain.errors import AftercartError
from domain.ports import Clock
from records.models import Loop
from records.queues import Queues

log = structlog.get_logger()

# A loop that keeps failing tries less often, but never so seldom that an operator doubts that it lives.
FIRST_RETRY = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=15)
# A row for each turn would be most of what the database writes; doctor needs it no fresher than this.
SAY_EVERY = timedelta(seconds=5)


async def finish_all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them have ended; the first error among them is raised only then."""
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _sleep(span: timedelta, *, unless: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(unless.wait(), span.total_seconds())


@dataclass(frozen=True)
class Turn:
    """What a turn did: how much it handled, whether more may be waiting, and what an operator should look at."""

    handled: int
    more: bool = False
    problem: str = ""


@dataclass
class LoopRunner:
    """Runs `turn` every `pause`; at once again when it says that more may be waiting.

    Whatever a turn raises is logged and counted and ends the turn, never the loop; the next try comes sooner than the
    next regular turn of a loop that pauses long.
    """

    loop: Loop
    turn: Callable[[], Awaitable[Turn]]
    pause: timedelta
    queues: Queues
    clock: Clock
    first_after: timedelta = timedelta(0)
    _failures: int = 0
    _runs: int = 0
    _handled: int = 0
    _started_at: datetime = field(init=False)
    _said_at: datetime | None = None

    async def run(self, stopped: asyncio.Event) -> None:
        """Turns follow each other until `stopped`; the turn that is on is finished first."""
        self._started_at = self.clock.now()
        await _sleep(self.first_after, unless=stopped)
        while not stopped.is_set():
            turn = await self._one_turn()
            await self._say(turn.problem)
            await _sleep(self._wait(turn), unless=stopped)

    async def _one_turn(self) -> Turn:
        try:
            turn = await self.turn()
        except AftercartError as trouble:
            log.warning("loop.failed", loop=str(self.loop), error=type(trouble).__name__)
            return self._failed(trouble)
        except Exception as defect:
            log.exception("loop.crashed", loop=str(self.loop))
            return self._failed(defect)
        self._failures = 0
        self._runs += 1
        self._handled += turn.handled
        return turn

    def _failed(self, error: Exception) -> Turn:
        self._failures += 1
        self._runs += 1
        # The kind of error only: its text could hold an address or what a provider quoted.
        return Turn(handled=0, problem=type(error).__name__)

    def _wait(self, turn: Turn) -> timedelta:
        if turn.more:
            return timedelta(0)
        if not self._failures:
            return self.pause
        return min(min(self.pause, FIRST_RETRY) * (1 << min(self._failures - 1, 10)), LONGEST_PAUSE)

    async def _say(self, error: str) -> None:
        """The database knows how the loop is doing; where the database is the trouble, the log said so already."""
        now = self.clock.now()
        if not error and not self._handled and self._said_at and now - self._said_at < SAY_EVERY:
            return
        try:
            await asyncio.to_thread(
                self.queues.record_run,
                self.loop,
                started_at=self._started_at,
                now=now,
                runs=self._runs,
                handled=self._handled,
                error=error,
            )
        except AftercartError:
            return
        self._said_at, self._runs, self._handled = now, 0, 0
