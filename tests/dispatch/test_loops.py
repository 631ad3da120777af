"""The loops of dispatch run alone with their failures, and an operator sees how each is doing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest

from config.settings import load_settings
from dispatch.loops import LoopRunner, Turn, finish_all
from dispatch.process import make_loops, run_loops
from dispatch.status import LoopStatus, describe_loops
from domain.errors import Unavailable
from records.database import SqlRecords
from records.models import Loop
from tests.dispatch.fakes import FakeStories
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, an_event, an_order

SOON = timedelta(milliseconds=5)


class Turns:
    """A loop's work that raises what it is given, and stops everything when it has run often enough."""

    def __init__(self, *trouble: Exception, until: int, stopped: asyncio.Event) -> None:
        self.trouble, self.count, self.until, self.stopped = list(trouble), 0, until, stopped

    async def __call__(self) -> Turn:
        self.count += 1
        if self.count >= self.until:
            self.stopped.set()
        if self.trouble:
            raise self.trouble.pop(0)
        return Turn(handled=1)


async def test_a_loop_that_fails_goes_on_and_does_not_stop_the_others(records: SqlRecords, clock: FakeClock) -> None:
    """A database outage in one loop, or a defect, costs that loop a turn and the others nothing."""
    stopped = asyncio.Event()
    failing = Turns(Unavailable("down"), ZeroDivisionError(), until=99, stopped=asyncio.Event())
    fine = Turns(until=12, stopped=stopped)
    loops = [
        LoopRunner(Loop.INBOX, failing, SOON, records.queues, clock),
        LoopRunner(Loop.OUTBOX, fine, SOON, records.queues, clock),
    ]
    running: list[bool] = []
    await asyncio.wait_for(run_loops(loops, stopped, on_running=lambda: running.append(True)), 30)
    assert running == [True]
    assert failing.count >= 3
    assert fine.count == 12


async def test_an_operator_sees_how_each_loop_is_doing(records: SqlRecords, clock: FakeClock) -> None:
    """Before the first run, after a good run, after a failed one, and after a long silence."""
    before = {status.loop: status for status in describe_loops(records, clock.now())}
    assert "never ran" in before[Loop.INBOX].problem
    assert (await _after(records, clock)).is_healthy
    failed = await _after(records, clock, ZeroDivisionError())
    assert "ZeroDivisionError" in failed.problem
    assert (failed.handled, failed.last_success_at) == (1, clock.now())
    clock.advance(timedelta(minutes=5))
    assert "has not run since" in describe_loops(records, clock.now())[0].problem


async def _after(records: SqlRecords, clock: FakeClock, *trouble: Exception) -> LoopStatus:
    """The state of the inbox loop after one turn."""
    stopped = asyncio.Event()
    turns = Turns(*trouble, until=1, stopped=stopped)
    await LoopRunner(Loop.INBOX, turns, SOON, records.queues, clock).run(stopped)
    return describe_loops(records, clock.now())[0]


async def test_an_operator_sees_what_waits(records: SqlRecords, clock: FakeClock) -> None:
    """The number of entries that are due, and for how long the oldest is."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as tx:
        tx.announce(ref, "return.requested", {})
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    clock.advance(timedelta(minutes=3))
    waiting = {status.loop: (status.waiting, status.lag) for status in describe_loops(records, clock.now())}
    assert waiting[Loop.INBOX] == (1, timedelta(seconds=178))
    assert waiting[Loop.CLAIMS] == (1, timedelta(seconds=175))
    clock.advance(timedelta(days=3650))
    assert describe_loops(records, clock.now())[2].waiting == 1


async def test_the_whole_of_dispatch_mends_a_crash(
    records: SqlRecords, stories: FakeStories, clock: FakeClock, tmp_path: object
) -> None:
    """A return that was claimed, and a scan that was kept, before everything died: both arrive when dispatch runs."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    clock.advance(timedelta(minutes=1))
    stopped = asyncio.Event()
    async with httpx2.AsyncClient() as client:
        loops = make_loops(load_settings(data_dir=tmp_path), records, stories, client, clock)
        task = asyncio.create_task(run_loops(loops, stopped, on_running=lambda: None))
        async with asyncio.timeout(30):
            while not stories.delivered:
                await asyncio.sleep(0.05)
                clock.advance(timedelta(seconds=1))
        stopped.set()
        await task
    assert (stories.opened, stories.delivered) == ([ref], ["evt_1"])


async def test_work_that_fails_does_not_cut_off_its_neighbours() -> None:
    """Of works that run together all end, and only then the first trouble is told."""
    ended: list[int] = []

    async def work(number: int) -> None:
        await asyncio.sleep(0.01 * number)
        if number == 0:
            raise Unavailable("first")
        ended.append(number)

    with pytest.raises(Unavailable):
        await finish_all(work(number) for number in range(3))
    assert ended == [1, 2]
