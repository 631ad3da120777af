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
LONGEST_PAUSE = timedelta(seconds=15)
# A row for each turn would be most of what the database writes; doctor needs it no fresher than this.
SAY_EVERY = timedelta(seconds=5)


async def finish_all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them have ended; the first error among them is raised only then."""
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


@dataclass
class LoopRunner:
    """Runs `turn` every `pause`; at once again when it says that more may be waiting.

    `turn` answers how much it handled and whether it stopped at its limit. Whatever it raises is logged and counted
    and ends the turn, never the loop.
    """

    loop: Loop
    turn: Callable[[], Awaitable[tuple[int, bool]]]
    pause: timedelta
    queues: Queues
    clock: Clock
    _failures: int = 0
    _runs: int = 0
    _handled: int = 0
    _started_at: datetime = field(init=False)
    _said_at: datetime | None = None

    async def run(self, stopped: asyncio.Event) -> None:
        """Turns follow each other until `stopped`; the turn that is on is finished first."""
        self._started_at = self.clock.now()
        while not stopped.is_set():
            error, more = await self._one_turn()
            await self._say(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), self._wait(more).total_seconds())

    async def _one_turn(self) -> tuple[str, bool]:
        try:
            handled, more = await self.turn()
        except AftercartError as trouble:
            log.warning("loop.failed", loop=str(self.loop), error=type(trouble).__name__)
            return self._failed(trouble), False
        except Exception as defect:
            log.exception("loop.crashed", loop=str(self.loop))
            return self._failed(defect), False
        self._failures = 0
        self._runs += 1
        self._handled += handled
        return "", more

    def _failed(self, error: Exception) -> str:
        self._failures += 1
        self._runs += 1
        # The kind of error only: its text could hold an address or what a provider quoted.
        return type(error).__name__

    def _wait(self, more: bool) -> timedelta:
        if more:
            return timedelta(0)
        return min(self.pause * (1 << min(self._failures, 10)), max(LONGEST_PAUSE, self.pause))

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
