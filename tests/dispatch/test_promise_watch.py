"""The shop is warned before a date passes that a customer was told, and hears when it has passed; once each."""

from __future__ import annotations

from datetime import timedelta

from activities.promises import PromiseSteps
from dispatch.loops import Turn
from dispatch.promise_watch import PromiseWatch
from domain.cases import CaseRef
from domain.promises.models import PromiseState
from records.database import SqlRecords
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, NOON
from tests.records.promising import a_promise, told

DAY = timedelta(days=1)


def _told(records: SqlRecords, ref: CaseRef) -> list[str]:
    return [line.event for line in records.reads.timeline(MERCHANT, ref.rma) if line.event.startswith("promise.")]


def _sent(records: SqlRecords) -> list[str]:
    soon = NOON + timedelta(days=10_000)
    messages = records.queues.lease_messages(soon, until=soon + DAY, limit=50)
    return [message.topic for message in messages if ".promise." in message.topic]


async def test_warned_then_broken(records: SqlRecords) -> None:
    """Nothing before the warning; then one entry and one message, and the same again when the date has passed."""
    ref, clock = told(records, a_promise()), FakeClock(NOON + DAY)
    watch = PromiseWatch(records, PromiseSteps(records), clock)
    assert await watch.turn() == Turn(handled=0)
    clock.advance(DAY)
    assert await watch.turn() == Turn(handled=1)
    assert await watch.turn() == Turn(handled=0)
    assert _told(records, ref) == ["promise.at_risk"]
    clock.advance(DAY)
    assert await watch.turn() == Turn(handled=0), "at the very moment it may still be kept"
    clock.advance(timedelta(seconds=1))
    assert await watch.turn() == Turn(handled=1)
    assert _told(records, ref) == ["promise.at_risk", "promise.broken"]
    assert _sent(records) == ["return.promise.at_risk", "return.promise.broken"]
    (stored,) = records.reads.promises.of_case(MERCHANT, ref.rma)
    assert (stored.promise.state, stored.promise.broken_at) == (PromiseState.BROKEN, NOON + 3 * DAY)


async def test_dispatch_was_away(records: SqlRecords) -> None:
    """A date that passed while nobody watched is called broken at once; a warning would come too late."""
    ref = told(records, a_promise())
    watch = PromiseWatch(records, PromiseSteps(records), FakeClock(NOON + 9 * DAY))
    assert await watch.turn() == Turn(handled=1)
    assert _told(records, ref) == ["promise.broken"]
