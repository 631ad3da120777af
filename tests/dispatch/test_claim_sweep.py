"""A return that was accepted at the door begins, even when whoever accepted it died."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.claim_sweep import ClaimSweep
from dispatch.loops import Turn
from records.database import SqlRecords
from tests.dispatch.fakes import FakeStories
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, an_order
from workflows.gateway import OutcomePending, TemporalUnavailable


@pytest.fixture
def sweep(records: SqlRecords, stories: FakeStories, clock: FakeClock) -> ClaimSweep:
    """The sweep of these records."""
    records.put_order(MERCHANT, an_order())
    return ClaimSweep(records, stories, clock)


async def test_a_claim_that_was_left_is_started(
    sweep: ClaimSweep, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """Five seconds after a crash between claim and start, the return begins; once."""
    ref = a_case(records)
    assert await sweep.turn() == Turn(handled=0)
    clock.advance(timedelta(seconds=5))
    assert await sweep.turn() == Turn(handled=1)
    assert stories.opened == [ref]
    clock.advance(timedelta(days=1))
    assert await sweep.turn() == Turn(handled=0)


async def test_a_start_without_an_answer_is_repeated_more_slowly(
    sweep: ClaimSweep, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """While no worker runs, a return is tried again after ten seconds, then twenty, and begins in the end."""
    ref = a_case(records)
    stories.trouble += [OutcomePending("no worker"), OutcomePending("no worker")]
    handled = []
    for seconds in (5, 9, 1, 19, 1):
        clock.advance(timedelta(seconds=seconds))
        handled.append((await sweep.turn()).handled)
    assert handled == [1, 0, 1, 0, 1]
    assert stories.opened == [ref]


async def test_one_case_in_trouble_does_not_hold_up_the_others(
    sweep: ClaimSweep, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """When starting one return fails, the others of the same turn begin all the same, and that one later."""
    refs = {a_case(records) for _ in range(3)}
    clock.advance(timedelta(seconds=5))
    stories.trouble.append(TemporalUnavailable("down"))
    with pytest.raises(TemporalUnavailable):
        await sweep.turn()
    assert len(stories.opened) == 2
    clock.advance(timedelta(seconds=10))
    await sweep.turn()
    assert set(stories.opened) == refs
