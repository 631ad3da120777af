"""A slow provider is waited for; it is never asked twice at the same time."""

from __future__ import annotations

import threading
import time

from domain.goods_back.facts import Label
from domain.ports import LabelBooking
from tests.builders import an_order
from tests.fakes.carriers import FakeCarrier
from tests.workflows.house import House, until
from workflows import options

SLOW_SECONDS = 12.0


class SlowCarrier(FakeCarrier):
    """Takes longer than the heartbeat time-out, and counts how many are asking at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = threading.Semaphore(1)
        self.asked_at_once = False

    def book_return_label(self, booking: LabelBooking) -> Label:
        if not self.asking.acquire(blocking=False):
            self.asked_at_once = True
        time.sleep(SLOW_SECONDS)
        label = super().book_return_label(booking)
        self.asking.release()
        return label


async def test_a_label_that_takes_longer_than_a_heartbeat_is_booked_once(house: House) -> None:
    """The call outlives the heartbeat time-out because it keeps beating; nobody starts a second one beside it."""
    assert options.PROVIDER.heartbeat is not None
    assert options.PROVIDER.heartbeat.total_seconds() < SLOW_SECONDS
    house.carrier = carrier = SlowCarrier()
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        assert house.view(ref).label_follows
        await until(lambda: house.view(ref).label is not None, seconds=SLOW_SECONDS + 10)
        await house.handle(ref).terminate()
    assert len(carrier.bookings) == 1
    assert not carrier.asked_at_once
