"""Whatever clock runs, its ids can be told apart, sort by time and can be read aloud."""

from __future__ import annotations

from datetime import UTC

import pytest

from adapters.clock import SystemClock
from domain.ports import Clock
from domain.rma import parse_rma
from tests.fakes.clock import FakeClock


@pytest.fixture(params=[SystemClock, FakeClock], ids=["system", "fake"])
def clock(request: pytest.FixtureRequest) -> Clock:
    """Each clock in turn."""
    made: Clock = request.param()
    return made


def test_time(clock: Clock) -> None:
    """The time is in UTC and says so."""
    assert clock.now().tzinfo is UTC


def test_ids_sort_in_the_order_they_were_made(clock: Clock) -> None:
    """A thousand ids in a row are all different and in order, so a list by id is a list by time."""
    ids = [clock.new_id("evt") for _ in range(1000)]

    assert ids == sorted(set(ids))
    assert all(id.startswith("evt_") for id in ids)


def test_rma_numbers(clock: Clock) -> None:
    """Every RMA number has a right check character, and no two are alike."""
    numbers = {clock.new_rma() for _ in range(500)}

    assert len(numbers) == 500
    assert all(parse_rma(number) == number for number in numbers)
