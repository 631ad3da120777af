"""Goods that go out to the customer: promised from real stock, shipped once, and followed to the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.addresses import Address
from domain.cases import CaseKind, CaseRef, EventKind, WaitingFor
from domain.errors import Rejected, Unavailable
from domain.orders import Customer
from domain.replacement_shipments.case import DeliveryState, Goods
from domain.replacement_shipments.opening import ShipmentPlan
from tests.builders import SUPERVISOR, an_order
from tests.workflows.house import House, until
from tests.workflows.promising import Promise, promise

DAY = timedelta(days=1)
BLUE = "MUG-BLUE"


def a_plan(*units: tuple[str, int], number: int = 1, **more: Any) -> ShipmentPlan:
    """Two blue mugs, put aside until the case says that they may ship."""
    goods = tuple(Goods(sku=sku, quantity=quantity) for sku, quantity in units or ((BLUE, 2),))
    return ShipmentPlan(number_in_case=number, goods=goods, warehouse="main", **more)


@pytest.fixture
def stocked(house: House) -> House:
    """A shop that sold an order and has ten blue mugs left."""
    house.sell(an_order())
    house.fulfilment.free[BLUE] = 10
    return house


async def test_goods_are_put_aside_shipped_and_delivered(stocked: House) -> None:
    """What is promised is put aside at once, ships when its case says so, and is followed to the door."""
    async with promise(stocked, a_plan()) as promised:
        reserved = await promised.stands_at("reserved")
        assert (reserved.waiting_for, stocked.fulfilment.free[BLUE]) == (WaitingFor.GO_AHEAD, 8)
        await promised.say(EventKind.APPROVAL_DECIDED)
        await promised.told_to_ship()
        await promised.tell("p1", "shipped")
        assert promised.the_shipment().state == "shipped"
        await promised.tell("p1", "delivered")
        assert await promised.end() == "done"
    ended = promised.the_shipment()
    assert (ended.state, ended.goods[0].delivered, ended.goods[0].remaining) == ("delivered", 2, 0)
    assert stocked.fulfilment.calls == ["reserve", "ship"]
    (order,) = stocked.fulfilment.sent.values()
    assert (order.address.street1, order.order_id) == ("1 Example Street", "A-1001")


async def test_ten_in_two_parcels(stocked: House) -> None:
    """Ten are replaced and two come first: two are delivered, eight are waited for, and then all is done."""
    async with promise(stocked, a_plan((BLUE, 10), ship_at_once=True)) as promised:
        await promised.told_to_ship()
        await promised.tell("p1", "shipped", (BLUE, 2))
        await promised.tell("p1", "delivered", (BLUE, 2))
        partly = promised.the_shipment()
        assert (partly.state, partly.waiting_for) == ("partly_shipped", WaitingFor.DISPATCH)
        assert (partly.goods[0].delivered, partly.goods[0].remaining) == (2, 8)
        await promised.tell("p2", "delivered", (BLUE, 8))
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "delivered"


async def test_nothing_on_the_shelf(stocked: House) -> None:
    """A promise that the shelf cannot keep ends at once, and its case is told."""
    async with promise(stocked, a_plan((BLUE, 11))) as promised:
        assert await promised.end() == "done"
    ended = promised.the_shipment()
    assert (ended.state, stocked.fulfilment.free[BLUE]) == ("out_of_stock", 10)
    assert BLUE in ended.shortage


async def test_cancelled_before_it_ships(stocked: House) -> None:
    """An exchange that is called off gives its goods back, once."""
    async with promise(stocked, a_plan()) as promised:
        await promised.stands_at("reserved")
        await promised.say(EventKind.CANCEL_REQUESTED)
        assert await promised.end() == "done"
    assert (promised.the_shipment().state, stocked.fulfilment.free[BLUE]) == ("released", 10)
    assert stocked.fulfilment.calls.count("release") == 1


async def test_cancelled_while_the_warehouse_is_down(stocked: House) -> None:
    """Nobody knows whether the goods were put aside; taking the promise back settles it either way."""
    stocked.fulfilment.faults.lose_answer()
    stocked.fulfilment.faults.fail(Unavailable("down", retry_after=timedelta(hours=6)))
    async with promise(stocked, a_plan()) as promised:
        await until(lambda: stocked.fulfilment.calls.count("reserve") == 2, seconds=20)
        assert stocked.fulfilment.free[BLUE] == 8
        await promised.say(EventKind.CANCEL_REQUESTED)
        assert await promised.end() == "done"
    assert (promised.the_shipment().state, stocked.fulfilment.free[BLUE]) == ("released", 10)


async def test_too_late_to_cancel(stocked: House) -> None:
    """Once the warehouse was told to ship it is not taken back: the case hears that it ships, and goes on."""
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await promised.told_to_ship()
        await promised.say(EventKind.CANCEL_REQUESTED)
        await until(lambda: "cancel_requested.kept" in _timeline(promised), seconds=20)
        await promised.tell("p1", "delivered")
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "delivered"
    assert "release" not in stocked.fulfilment.calls


async def test_nobody_says_that_it_may_ship(stocked: House) -> None:
    """Goods are not kept from other customers for ever: when the time is over they are on the shelf again."""
    plan = a_plan(reserve_until=datetime.now(UTC) + 14 * DAY)
    async with promise(stocked, plan) as promised:
        await promised.stands_at("reserved")
        await stocked.pass_time(promised.ref, 13 * DAY)
        assert promised.the_shipment().state == "reserved"
        await stocked.pass_time(promised.ref, 2 * DAY)
        assert await promised.end() == "done"
    assert (promised.the_shipment().state, stocked.fulfilment.free[BLUE]) == ("lapsed", 10)


@pytest.mark.parametrize("lost", ["answer", "request"])
async def test_lost_on_the_way_to_the_warehouse(stocked: House, lost: str) -> None:
    """Whatever is lost between us and the warehouse, the goods leave once."""
    async with promise(stocked, a_plan()) as promised:
        await promised.stands_at("reserved")
        if lost == "answer":
            stocked.fulfilment.faults.lose_answer()
        else:
            stocked.fulfilment.faults.lose_request()
        await promised.say(EventKind.APPROVAL_DECIDED)
        await until(lambda: len(stocked.fulfilment.sent) == 1, seconds=20)
        await promised.told_to_ship()
        await promised.tell("p1", "delivered")
        await promised.end()
    assert len(stocked.fulfilment.sent) == 1
    assert stocked.fulfilment.free[BLUE] == 8


async def test_a_bad_address_is_mended(stocked: House) -> None:
    """The warehouse refuses the address, somebody sees why, and after the order is corrected it ships."""
    nowhere = Customer(customer_id="c-1", name="Ada Sample", address=Address(name="Ada Sample"))
    stocked.sell(an_order(customer=nowhere))
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await until(lambda: bool(promised.shipments()) and "unusable" in promised.the_shipment().next_step, seconds=20)
        assert promised.the_shipment().may_be_cancelled
        stocked.sell(an_order())
        await stocked.pass_time(promised.ref, timedelta(hours=1))
        await until(lambda: len(stocked.fulfilment.sent) == 1, seconds=20)
        await promised.told_to_ship()
        assert promised.the_shipment().warehouse_problem == ""
        await promised.tell("p1", "delivered")
        await promised.end()


async def test_the_warehouse_lost_the_goods(stocked: House) -> None:
    """The reservation did not hold: the case hears that there is nothing, and nothing stays put aside."""
    async with promise(stocked, a_plan()) as promised:
        await promised.stands_at("reserved")
        stocked.fulfilment.faults.fail(Rejected("out_of_stock", "somebody dropped it"))
        await promised.say(EventKind.APPROVAL_DECIDED)
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "out_of_stock"
    assert stocked.fulfilment.free[BLUE] == 10


async def test_news_that_never_came(stocked: House) -> None:
    """When nothing is heard for too long the warehouse is asked; only what it does not know is escalated."""
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await promised.told_to_ship()
        parcel = stocked.fulfilment.hand_over(promised.goods_key)
        await stocked.pass_time(promised.ref, 3 * DAY)
        shipped = await promised.stands_at("shipped")
        assert shipped.deliveries[0].tracking_number == "OUT-dlv-1"
        await stocked.pass_time(promised.ref, 11 * DAY)
        await until(lambda: "escalated" in promised.the_shipment().next_step, seconds=20)
        stocked.fulfilment.move(promised.goods_key, parcel, DeliveryState.LOST)
        await promised.tell(parcel, "lost")
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "lost"


async def test_two_shipments_of_one_case(stocked: House) -> None:
    """Each promise of a case has its own goods, and the case ends when both have arrived."""
    stocked.fulfilment.free["MUG-RED"] = 1
    plans = (a_plan(), a_plan(("MUG-RED", 1), number=2))
    async with promise(stocked, *plans) as promised:
        await until(lambda: [each.state for each in promised.shipments()] == ["reserved", "reserved"], seconds=20)
        await promised.say(EventKind.CANCEL_REQUESTED)
        assert await promised.end() == "done"
    assert [each.state for each in promised.shipments()] == ["released", "released"]


async def test_its_case_ends_first(stocked: House) -> None:
    """What is on its way arrives whether or not the case that promised it is still there."""
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await promised.told_to_ship()
        await stocked.handle(promised.case).terminate("a test ends it")
        await promised.tell("p1", "delivered")
        assert await stocked.handle(promised.ref).result() == "delivered"


async def test_dispatch_was_quicker(stocked: House) -> None:
    """Whoever starts a shipment, it is one story, and its case hears of it all the same."""
    async with promise(stocked, a_plan(ship_at_once=True), forget_to_start=True) as promised:
        await until(lambda: bool(promised.shipments()), seconds=20)
        await stocked.gateway.open(promised.ref)
        await promised.told_to_ship()
        promised.steps.forget_to_start = False
        await promised.tell("p1", "delivered")
        assert await promised.end() == "done"
    assert stocked.fulfilment.calls == ["reserve", "ship"]


async def test_an_agent_cancels_the_shipment_itself(stocked: House) -> None:
    """A person may take a shipment back before it leaves; its case hears of it."""
    async with promise(stocked, a_plan()) as promised:
        await promised.stands_at("reserved")
        kind = CaseKind.REPLACEMENT_SHIPMENT
        event = stocked.keep(
            promised.ref, EventKind.CANCEL_REQUESTED, actor=SUPERVISOR, awaits_answer=True, case_kind=kind
        )
        answer = await stocked.gateway.ask(promised.ref, event)
        assert answer.code == "applied"
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "released"


async def test_hand_typed_signals_decide_nothing(stocked: House) -> None:
    """Whatever is typed into the Temporal UI names no event that came through the door, so nothing ships."""
    async with promise(stocked, a_plan()) as promised:
        await promised.stands_at("reserved")
        await stocked.handle(promised.ref).signal("ship_requested", "evt_made_up")
        foreign = stocked.keep(promised.case, EventKind.CANCEL_REQUESTED)
        await stocked.handle(promised.ref).signal("ship_requested", foreign.event_id)
        await promised.say(EventKind.CANCEL_REQUESTED)
        assert await promised.end() == "done"
    assert "ship" not in stocked.fulfilment.calls


def _timeline(promised: Promise) -> list[str]:
    ref: CaseRef = promised.ref
    return promised.house.timeline(ref)


async def test_held_back_although_the_warehouse_was_told(stocked: House) -> None:
    """One of two parcels has left: the other goods stay, are free again, and what is on its way is followed to the door."""
    async with promise(stocked, a_plan((BLUE, 3), ship_at_once=True)) as promised:
        await promised.told_to_ship()
        stocked.fulfilment.hand_over(promised.goods_key, (BLUE, 1))
        await promised.write(EventKind.STOP_REQUESTED)
        stopped = await promised.stands_at("shipped")
        assert (stopped.goods[0].shipped, stopped.goods[0].remaining) == (1, 1)
        await promised.tell("dlv-1", "delivered", (BLUE, 1))
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "delivered"
    assert stocked.fulfilment.free[BLUE] == 9


async def test_nothing_has_left_that_is_held_back(stocked: House) -> None:
    """The warehouse was told and had packed nothing: it ends as if it had been cancelled."""
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await promised.told_to_ship()
        stocked.fulfilment.faults.lose_answer()
        await promised.write(EventKind.STOP_REQUESTED)
        assert await promised.end() == "done"
    assert (promised.the_shipment().state, stocked.fulfilment.free[BLUE]) == ("released", 10)


async def test_what_is_packed_is_not_held_back(stocked: House) -> None:
    """The warehouse says that it is too late: the goods go on their way, and nobody can ask again."""
    async with promise(stocked, a_plan(ship_at_once=True)) as promised:
        await promised.told_to_ship()
        stocked.fulfilment.packed.add(promised.goods_key)
        await promised.write(EventKind.STOP_REQUESTED)
        await promised.told_to_ship()
        again = await promised.write(EventKind.STOP_REQUESTED, awaits_answer=True)
        assert (again.outcome, again.code) == ("refused", "nothing_to_stop")
        await promised.tell("p1", "delivered")
        assert await promised.end() == "done"
    assert promised.the_shipment().state == "delivered"


async def test_the_rest_is_lost_at_the_warehouse(stocked: House) -> None:
    """Two of ten have left and the others are broken: nobody waits for them any more."""
    async with promise(stocked, a_plan((BLUE, 10), ship_at_once=True)) as promised:
        await promised.told_to_ship()
        await promised.tell("p1", "delivered", (BLUE, 2))
        await promised.write(EventKind.SHORTAGE_REPORTED)
        assert await promised.end() == "done"
    ended = promised.the_shipment()
    assert (ended.state, ended.goods[0].remaining, ended.shortage) == (
        "delivered",
        0,
        f"8 of {BLUE} cannot be supplied",
    )
