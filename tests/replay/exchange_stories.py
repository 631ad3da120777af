"""The stories of exchanges that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from domain.cases import CaseRef, EventKind, WaitingFor
from tests.builders import STOREFRONT
from tests.exchanges import replaced, swapped
from tests.workflows.exchanging import DAY, an_exchange
from tests.workflows.house import House, until

Story = Callable[[House], Awaitable[CaseRef]]


async def exchange_for_dearer_goods(house: House) -> CaseRef:
    """The customer pays the difference, the old goods come, the new ones leave."""
    bazaar = await an_exchange(house, swapped())
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await house.take_in(bazaar.ref)
    await bazaar.ship()
    await bazaar.end()
    return bazaar.ref


async def exchange_for_cheaper_goods(house: House) -> CaseRef:
    """The shop pays what is left over."""
    bazaar = await an_exchange(house, swapped(units=2))
    await house.take_in(bazaar.ref, ("1", 2))
    await bazaar.ship()
    await bazaar.end()
    return bazaar.ref


async def exchange_for_goods_that_are_gone(house: House) -> CaseRef:
    """The warehouse does not have them: it becomes a plain return."""
    bazaar = await an_exchange(house, swapped(), stock=0)
    await until(lambda: "exchange.fell_back" in bazaar.events())
    await house.take_in(bazaar.ref)
    await bazaar.end()
    return bazaar.ref


async def exchange_called_off(house: House) -> CaseRef:
    """Paid, and cancelled before anything moved."""
    bazaar = await an_exchange(house, swapped())
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await house.ask(bazaar.ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
    await bazaar.end()
    return bazaar.ref


async def exchange_in_advance_charged(house: House) -> CaseRef:
    """The new goods arrived, the old ones never came: the hold is charged."""
    bazaar = await an_exchange(house, replaced(), in_advance=True)
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await bazaar.ship(state="delivered")
    await until(lambda: all(not each.open for each in bazaar.case.exchange.shipments))  # type: ignore[union-attr]
    await bazaar.pass_time(15 * DAY)
    await until(lambda: house.collections.captured() == [1200])
    await bazaar.pass_time(15 * DAY)
    await bazaar.end()
    return bazaar.ref


EXCHANGE_STORIES: tuple[Story, ...] = (
    exchange_for_dearer_goods,
    exchange_for_cheaper_goods,
    exchange_for_goods_that_are_gone,
    exchange_called_off,
    exchange_in_advance_charged,
)
