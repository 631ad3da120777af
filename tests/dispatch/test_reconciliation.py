"""Every night the open cases and the running workflows are compared; what can be mended is, the rest is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.loops import Turn
from dispatch.reconciliation import SETTLED_FOR, Reconciliation
from domain.cases import CaseRef
from records.database import SqlRecords
from tests.dispatch.fakes import FakeStories
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, an_order, move, progress
from workflows.gateway import OutcomePending, TemporalUnavailable


@pytest.fixture
def night() -> FakeClock:
    """Long enough after now for everything to be settled."""
    return FakeClock(datetime.now(UTC) + SETTLED_FOR + timedelta(minutes=1))


@pytest.fixture
def reconciliation(records: SqlRecords, stories: FakeStories, night: FakeClock) -> Reconciliation:
    """The comparison of these records with these stories."""
    records.put_order(MERCHANT, an_order())
    return Reconciliation(records, stories, night)


async def _started(records: SqlRecords, stories: FakeStories) -> CaseRef:
    ref = a_case(records)
    await stories.open(ref)
    return ref


async def test_nothing_to_do_when_both_agree(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories
) -> None:
    """Open cases run, closed cases do not, and one that nobody started yet is the sweep's."""
    await _started(records, stories)
    closed = await _started(records, stories)
    move(records, closed, progress("closed", open=False))
    stories.running_now.discard(closed)
    a_case(records)
    assert await reconciliation.turn() == Turn(handled=0)


async def test_a_case_whose_workflow_was_lost_is_started_again(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories
) -> None:
    """After Temporal's database was restored from last week, this week's returns go on from what is on record."""
    refs = [await _started(records, stories) for _ in range(3)]
    stories.running_now.clear()
    assert await reconciliation.turn() == Turn(handled=3)
    assert stories.running_now == set(refs)


async def test_a_case_that_cannot_be_started_again_is_named(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories
) -> None:
    """A workflow that somebody terminated leaves its return open: an operator is told which."""
    ref = await _started(records, stories)
    stories.running_now.clear()
    stories.ended.add(ref)
    turn = await reconciliation.turn()
    assert turn.handled == 0
    assert turn.problem == f"1 open cases have no workflow and could not be started again: return:{MERCHANT}:{ref.rma}"


async def test_a_workflow_without_an_open_case_is_named(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories, night: FakeClock
) -> None:
    """A workflow that runs for a closed or unknown return is a defect to look at; one that just closed is not."""
    ref = await _started(records, stories)
    move(records, ref, progress("closed", open=False))
    stories.running_now.add(CaseRef(merchant="shop:with:colons", rma="9999-9999"))
    night.set(datetime.now(UTC) + SETTLED_FOR - timedelta(minutes=1))
    assert (await reconciliation.turn()).problem.startswith("1 workflows run without an open case: return:shop:with")
    night.advance(timedelta(minutes=2))
    assert (await reconciliation.turn()).problem.startswith("2 workflows run without an open case")


async def test_a_late_list_alarms_nobody(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories
) -> None:
    """A workflow that Temporal's list does not show yet, but that runs, is left alone; foreign workflows too."""
    await _started(records, stories)
    stories.opened.clear()
    stories.listed = {"another-program:1"}
    assert await reconciliation.turn() == Turn(handled=0)
    assert stories.opened == []


async def test_an_outage_ends_the_night(
    reconciliation: Reconciliation, records: SqlRecords, stories: FakeStories
) -> None:
    """While Temporal is away nothing can be said about any case; while no worker runs, a case is named and tried again."""
    await _started(records, stories)
    stories.running_now.clear()
    stories.trouble.append(TemporalUnavailable("down"))
    with pytest.raises(TemporalUnavailable):
        await reconciliation.turn()
    stories.listed = set()
    stories.trouble = []
    assert (await reconciliation.turn()).handled == 1
    stories.running_now.clear()
    real_open = stories.open

    async def open_without_worker(ref: CaseRef) -> None:
        raise OutcomePending("no worker")

    stories.open = open_without_worker  # type: ignore[method-assign]
    assert "could not be started again" in (await reconciliation.turn()).problem
    stories.open = real_open  # type: ignore[method-assign]
