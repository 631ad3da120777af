"""Money from a customer is taken once, whatever answer is lost and whoever is killed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activities.collections import CollectionSteps
from activities.steps import CollectionStep
from domain.collections import CollectionKind, CollectionState
from domain.errors import OutcomeUnknown, Unavailable
from tests.builders import an_order
from tests.workflows.collecting import AskStep, CollectingSteps, SettleStep
from tests.workflows.house import House, until
from tests.workflows.till import Till, a_till, a_worker, begin

DAY = timedelta(days=1)
HOLD, CHARGE = CollectionKind.HOLD, CollectionKind.CHARGE


async def test_answers_are_lost_all_the_way(house: House) -> None:
    """The answers to the hold and to its charge are lost: asked by key each time, charged once."""
    house.collections.faults.lose_answer()
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=DAY, owed_minor=5000) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        assert "collection.unknown" in house.timeline(till.ref)
        house.collections.forget_keys()
        house.collections.faults.lose_answer()
        await till.pass_time(2 * DAY)
        assert await till.end() == ["captured"]
    assert house.collections.captured() == [5000]
    assert [call for call, _ in house.collections.calls].count("capture") == 1
    assert [call for call, _ in house.collections.calls].count("request") == 1


async def test_requests_are_lost(house: House) -> None:
    """Nothing had reached the provider; the second try carries the first key."""
    house.collections.faults.lose_request()
    async with a_till(house, kind=CHARGE, instrument="pm_1") as till:
        await until(lambda: house.collections.captured() == [5000])
        assert await till.end() == ["captured"]
    assert {key for _, key in house.collections.calls} == {f"demo:{till.ref.rma}:collection:1"}


async def test_a_worker_dies_between_call_and_record(house: House) -> None:
    """Killed after the provider charged and before we wrote it down: the next worker asks, and charges nobody again."""
    house.sell(an_order())
    till = Till(house, house.claim())
    house.collections.faults.die()
    house.collections.find_faults.fail(Unavailable("down"), times=2)
    async with a_worker(house):
        await begin(till, kind=CHARGE, instrument="pm_1")
        await until(lambda: house.collections.captured() == [5000])
        assert till.states() == ["sent"], "what it wrote is only that it was about to ask"
    async with a_worker(house):
        assert await till.end() == ["captured"]
    assert house.collections.captured() == [5000]
    assert [call for call, _ in house.collections.calls].count("request") == 1


async def test_a_provider_that_is_down(house: House) -> None:
    """Asked again until it answers; the customer is charged once."""
    house.collections.faults.fail(Unavailable("down"), times=2)
    house.collections.find_faults.fail(Unavailable("down"))
    async with a_till(house, kind=CHARGE, instrument="pm_1") as till:
        await until(lambda: house.collections.captured() == [5000], seconds=15)
        assert await till.end() == ["captured"]


def test_every_step_may_be_repeated(house: House) -> None:
    """Each step, done again after everything is done, asks the provider nothing and changes nothing."""
    house.sell(an_order())
    ref, now = house.claim(), datetime.now(UTC)
    own, money = CollectingSteps(house.records), CollectionSteps(house.records, house.collections)
    own.ask(AskStep(ref=ref, at=now, kind=HOLD, amount_minor=5000, instrument="pm_1"))
    step = CollectionStep(ref=ref, at=now, number=1)
    house.collections.faults.lose_answer()
    with pytest.raises(OutcomeUnknown):
        money.request(step)
    money.request(step)
    own.settle(SettleStep(ref=ref, at=now, owed_minor=1))
    money.capture(step)
    before = (len(house.collections.calls), house.timeline(ref))

    for act in (money.request, money.capture, money.release, money.expire, money.renew):
        act(step)

    assert (len(house.collections.calls), house.timeline(ref)) == before
    assert house.collections.captured() == [1]
