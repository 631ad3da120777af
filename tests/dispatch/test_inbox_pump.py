"""News that reached us reaches its case, whatever died in between, or waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.inbox_pump import InboxPump
from dispatch.loops import Turn
from domain.cases import CaseKind, CaseRef, EventKind, EventOutcome, WaitingFor
from domain.replacement_shipments.reports import event_between
from records.database import SqlRecords
from tests.dispatch.fakes import FakeStories
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, an_event, an_order, move, progress
from workflows.gateway import TemporalUnavailable


@pytest.fixture
def pump(records: SqlRecords, stories: FakeStories, clock: FakeClock) -> InboxPump:
    """The pump of these records."""
    return InboxPump(records, stories, clock)


async def test_fresh_news_is_left_to_whoever_kept_it(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """The API delivers at once; the pump steps in after two seconds, and after fifteen where a person waits."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    stories.running_now.add(ref)
    records.keep_event(an_event("machine", rma=ref.rma), body_hash="1")
    person = an_event("person", rma=ref.rma).model_copy(update={"awaits_answer": True})
    records.keep_event(person, body_hash="1")
    assert await pump.turn() == Turn(handled=0)
    clock.advance(timedelta(seconds=2))
    assert await pump.turn() == Turn(handled=1)
    clock.advance(timedelta(seconds=13))
    assert await pump.turn() == Turn(handled=1)
    assert stories.delivered == ["machine", "person"]


async def test_news_is_told_again_until_it_is_settled(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """A worker that is down for an hour has not missed anything; what it settled is not told again."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    stories.running_now.add(ref)
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    for wait in (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=6)):
        clock.advance(wait)
        await pump.turn()
    assert stories.delivered == ["evt_1", "evt_1"]
    records.settle_event("evt_1", EventOutcome.APPLIED, "applied", "")
    clock.advance(timedelta(days=1))
    assert await pump.turn() == Turn(handled=0)


async def test_news_for_a_case_that_starts_late_waits_for_it(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """A parcel scanned before the return's story began is not lost and not parked."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    clock.advance(timedelta(minutes=1))
    await pump.turn()
    assert records.reads.parked_events(MERCHANT) == []
    await stories.open(ref)
    clock.advance(timedelta(seconds=5))
    await pump.turn()
    assert stories.delivered == ["evt_1"]


@pytest.mark.parametrize("code", ["unknown_return", "case_closed", "story_missing"])
async def test_news_that_nobody_takes_is_parked(
    pump: InboxPump, records: SqlRecords, clock: FakeClock, code: str
) -> None:
    """For an unknown, closed or orphaned return the news waits for a person, with the reason in words."""
    rma = "9999-9999"
    if code != "unknown_return":
        records.put_order(MERCHANT, an_order())
        ref = a_case(records)
        rma = ref.rma
        move(records, ref, progress(open=code == "story_missing"))
    records.keep_event(an_event(rma=rma), body_hash="1")
    clock.advance(timedelta(minutes=1))
    await pump.turn()
    (parked,) = records.reads.parked_events(MERCHANT)
    assert parked.answer is not None
    assert parked.answer.code == code
    if code != "unknown_return":
        assert records.reads.timeline(MERCHANT, rma)[-1].event == "event.parked"
    assert await pump.turn() == Turn(handled=0)


async def test_news_survives_an_outage_of_temporal(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """While Temporal is away nothing is parked; when it is back everything is delivered."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    stories.running_now.add(ref)
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    clock.advance(timedelta(minutes=1))
    stories.trouble.append(TemporalUnavailable("down"))
    with pytest.raises(TemporalUnavailable):
        await pump.turn()
    await pump.turn()
    assert stories.delivered == ["evt_1"]


async def test_parked_news_that_is_released_is_delivered(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """A person who corrects what was in the way can let the news through."""
    records.keep_event(an_event(), body_hash="1")
    records.park_event("evt_1", code="story_missing", detail="")
    stories.running_now.add(records.reads.parked_events(MERCHANT)[0].ref)
    assert records.release_event("evt_1")
    clock.advance(timedelta(days=3650))
    await pump.turn()
    assert stories.delivered == ["evt_1"]


async def test_cases_that_end_at_the_same_moment(
    pump: InboxPump, records: SqlRecords, stories: FakeStories, clock: FakeClock
) -> None:
    """What a shipment tells a case that has just ended needs no person; what a dock tells it does."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    move(records, ref, progress("closed", WaitingFor.NOTHING, open=False))
    shipment = CaseRef(merchant=MERCHANT, rma="9WQ4-T6MX", kind=CaseKind.REPLACEMENT_SHIPMENT)
    told = event_between(shipment, ref, EventKind.REPLACEMENT_CHANGED, about="7", at=clock.now())
    records.keep_event(told, body_hash="")
    records.keep_event(an_event("dock", rma=ref.rma), body_hash="1")
    clock.advance(timedelta(minutes=1))

    await pump.turn()

    assert [each.event.event_id for each in records.reads.parked_events(MERCHANT)] == ["dock"]
    settled = records.reads.event(MERCHANT, told.event_id)
    assert settled is not None
    assert settled.answer is not None
    assert settled.answer.outcome is EventOutcome.KEPT
