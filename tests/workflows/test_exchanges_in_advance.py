"""New goods that leave before the old ones are back: held, and charged on the day when nothing is on its way, once."""

from __future__ import annotations

import pytest

from domain.cases import EventKind, WaitingFor
from domain.collections import CollectionState
from tests.builders import inspected, received
from tests.exchanges import replaced, swapped
from tests.workflows.exchanging import DAY, Bazaar, an_exchange
from tests.workflows.house import House, until

pytestmark = pytest.mark.usefixtures("by_dispatch")


async def sent_in_advance(house: House, *lines: object, units: int = 1) -> Bazaar:
    """The hold stands and the new goods have left."""
    bazaar = await an_exchange(house, *(lines or (replaced(units),)), in_advance=True)  # type: ignore[arg-type]
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await bazaar.ship()
    await until(lambda: bool(bazaar.case.exchange and bazaar.case.exchange.sold_at))
    return bazaar


async def test_the_hold_is_let_go_when_the_old_goods_are_back(house: House) -> None:
    """The customer sends the broken mug back in time: nothing is charged."""
    async with house.open_for_business():
        bazaar = await sent_in_advance(house)
        assert [(each.kind, each.amount_minor) for each in bazaar.case.collections] == [("hold", 1200)]
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "exchanged"
    assert house.collections.captured() == []
    assert bazaar.case.collections[0].state is CollectionState.RELEASED


async def test_what_is_kept_is_charged_on_the_day_and_never_twice(house: House) -> None:
    """Nothing is on its way after 14 days: the hold is charged with what the old goods count for, once, whatever comes after."""
    async with house.open_for_business():
        bazaar = await sent_in_advance(house)
        await bazaar.pass_time(13 * DAY)
        assert house.collections.captured() == []
        await bazaar.pass_time(2 * DAY)
        await until(lambda: house.collections.captured() == [1200])
        await bazaar.pass_time(15 * DAY)
        assert await bazaar.end() == "kept"
    assert house.collections.captured() == [1200]
    assert bazaar.refunded() == []
    assert bazaar.events().count("exchange.not_sent_back") == 1


async def test_what_comes_after_all_is_paid_back(house: House) -> None:
    """The parcel comes in the time of grace, after the charge: the customer gets it back."""
    async with house.open_for_business():
        bazaar = await sent_in_advance(house)
        await bazaar.pass_time(15 * DAY)
        await until(lambda: house.collections.captured() == [1200])
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "exchanged"
    assert bazaar.refunded() == [1200]


async def test_less_than_promised_is_charged_in_part(house: House) -> None:
    """Two were replaced and one comes back: the other one is charged, the rest of the hold is let go."""
    async with house.open_for_business():
        bazaar = await sent_in_advance(house, units=2)
        await house.tell(bazaar.ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
        await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
        await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), grade="D", accepted=False))
        assert await bazaar.end() == "exchanged"
    assert house.collections.captured() == [1200]
    assert bazaar.case.collections[0].state is CollectionState.PARTLY_CAPTURED


async def test_a_hold_that_is_not_confirmed_sends_nothing(house: House) -> None:
    """The customer closes the page: nothing leaves, and the mug may come back as a plain return."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced(), in_advance=True)
        await until(lambda: bazaar.case.collections[0].state == "requested")
        await bazaar.pass_time(3 * DAY)
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "closed"
    assert not house.fulfilment.sent
    assert bazaar.refunded() == [1200]


async def test_the_difference_is_paid_beside_the_hold(house: House) -> None:
    """A dearer mug in advance: 3.00 are charged, 12.00 held."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(), in_advance=True)
        await bazaar.confirm(1)
        await bazaar.confirm(2)
        await bazaar.ship()
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "exchanged"
    assert house.collections.captured() == [300]
    assert bazaar.refunded() == []
