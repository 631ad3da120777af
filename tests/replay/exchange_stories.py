"""The stories of exchanges that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from domain.cases import CaseRef, EventKind, WaitingFor
from domain.policies import OutOfStockRule
from tests.builders import STOREFRONT, SUPERVISOR
from tests.exchanges import an_exchange_policy, replaced, swapped
from tests.workflows.adjusting import AGENT
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


async def exchange_held_back(house: House) -> CaseRef:
    """Let go, called back by somebody whom the matrix does not trust alone, and held back at the warehouse."""
    bazaar = await an_exchange(house, swapped())
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await house.take_in(bazaar.ref)
    await bazaar.waits_for(WaitingFor.REPLACEMENT)
    await bazaar.start_shipments()
    await until(lambda: bool(house.fulfilment.sent), seconds=10)
    await house.ask(bazaar.ref, EventKind.LATE_CANCELLATION_REQUESTED, {"note": "She has moved."}, actor=AGENT)
    body = {"decision": "approve", "exception": 1}
    await house.ask(bazaar.ref, EventKind.APPROVAL_DECIDED, body, actor=SUPERVISOR)
    await bazaar.end()
    return bazaar.ref


async def exchange_for_other_goods_in_the_end(house: House) -> CaseRef:
    """Out of stock; the customer chooses dearer goods and pays the rest when the old ones are here."""
    policy = an_exchange_policy(out_of_stock=OutOfStockRule.ASK)
    bazaar = await an_exchange(house, swapped(), policy=policy, stock=0)
    await until(lambda: "exchange.choice_asked" in bazaar.events(), seconds=10)
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    house.fulfilment.free["MUG-L-RED"] = 5
    wanted = [{"line_id": "1", "wanted": [{"sku": "MUG-L-RED", "quantity": 2}]}]
    body = {"choice": "other_goods", "lines": wanted}
    await house.ask(bazaar.ref, EventKind.CHOICE_GIVEN, body, actor=STOREFRONT)
    await house.take_in(bazaar.ref)
    await bazaar.waits_for(WaitingFor.PAYMENT)
    await bazaar.confirm(2)
    await bazaar.ship()
    await bazaar.end()
    return bazaar.ref


async def exchange_that_nobody_chose(house: House) -> CaseRef:
    """Out of stock, the old goods are here, and nobody chooses in time."""
    policy = an_exchange_policy(out_of_stock=OutOfStockRule.ASK)
    bazaar = await an_exchange(house, replaced(), policy=policy, stock=0)
    await bazaar.start_shipments()
    await until(lambda: "exchange.choice_asked" in bazaar.events(), seconds=10)
    await house.take_in(bazaar.ref)
    await bazaar.waits_for(WaitingFor.CHOICE)
    await bazaar.pass_time(8 * DAY)
    await bazaar.end()
    return bazaar.ref


EXCHANGE_STORIES: tuple[Story, ...] = (
    exchange_for_dearer_goods,
    exchange_for_cheaper_goods,
    exchange_for_goods_that_are_gone,
    exchange_called_off,
    exchange_in_advance_charged,
    exchange_held_back,
    exchange_for_other_goods_in_the_end,
    exchange_that_nobody_chose,
)
