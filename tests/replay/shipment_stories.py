"""The stories of replacement shipments that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from domain.cases import CaseRef, EventKind, WaitingFor
from domain.errors import Unavailable
from domain.replacement_shipments.case import Goods, shipment_key
from domain.replacement_shipments.opening import ShipmentPlan, open_shipment
from tests.builders import MERCHANT, STOREFRONT, an_order
from tests.workflows.house import House, until

DAY = timedelta(days=1)
Story = Callable[[House], Awaitable[CaseRef]]


async def replacement_in_two_parcels(house: House) -> CaseRef:
    """Put aside, let go, shipped in two parcels after a lost answer, delivered."""
    ref = await _promised(house)
    house.fulfilment.faults.lose_answer()
    await _say(house, ref, EventKind.SHIP_REQUESTED)
    await _waits_for(house, ref, WaitingFor.DISPATCH)
    for parcel in ("p1", "p2"):
        for state in ("shipped", "delivered"):
            units = [{"sku": "MUG-BLUE", "quantity": 1}]
            told = {"delivery_id": parcel, "state": state, "units": units}
            await _say(house, ref, EventKind.SHIPMENT_CHANGED, told)
    await house.handle(ref).result()
    return ref


async def replacement_cancelled_while_warehouse_is_down(house: House) -> CaseRef:
    """Taken back before anybody knows whether the goods were put aside."""
    house.fulfilment.faults.fail(Unavailable("down", retry_after=6 * timedelta(hours=1)))
    ref = await _promised(house, waits_for=WaitingFor.STOCK)
    await until(lambda: "reserve" in house.fulfilment.calls)
    await _say(house, ref, EventKind.CANCEL_REQUESTED)
    await house.handle(ref).result()
    return ref


async def replacement_lapsed(house: House) -> CaseRef:
    """Nobody said in time that it may ship."""
    ref = await _promised(house)
    await house.pass_time(ref, 15 * DAY)
    await house.handle(ref).result()
    return ref


async def replacement_held_back(house: House) -> CaseRef:
    """Of two mugs one has left when the other is held back, and is followed to the door."""
    ref = await _promised(house)
    await _say(house, ref, EventKind.SHIP_REQUESTED)
    await _waits_for(house, ref, WaitingFor.DISPATCH)
    house.fulfilment.hand_over(f"{ref.workflow_id}:goods", ("MUG-BLUE", 1))
    await _say(house, ref, EventKind.STOP_REQUESTED)
    await _waits_for(house, ref, WaitingFor.DELIVERY)
    units = [{"sku": "MUG-BLUE", "quantity": 1}]
    await _say(house, ref, EventKind.SHIPMENT_CHANGED, {"delivery_id": "dlv-1", "state": "delivered", "units": units})
    await house.handle(ref).result()
    return ref


async def replacement_out_of_stock(house: House) -> CaseRef:
    """The shelf is empty."""
    ref = await _promised(house, stock=0, waits_for=WaitingFor.NOTHING)
    await house.handle(ref).result()
    return ref


async def replacement_asked_about(house: House) -> CaseRef:
    """Nothing was heard of it, so the warehouse is asked; still open in the middle of its story."""
    ref = await _promised(house)
    await _say(house, ref, EventKind.SHIP_REQUESTED)
    await _waits_for(house, ref, WaitingFor.DISPATCH)
    house.fulfilment.hand_over(f"{ref.workflow_id}:goods")
    await house.pass_time(ref, 3 * DAY)
    await _waits_for(house, ref, WaitingFor.DELIVERY)
    return ref


SHIPMENT_STORIES: tuple[Story, ...] = (
    replacement_in_two_parcels,
    replacement_cancelled_while_warehouse_is_down,
    replacement_lapsed,
    replacement_out_of_stock,
    replacement_held_back,
    replacement_asked_about,
)


async def _promised(house: House, *, stock: int = 5, waits_for: WaitingFor = WaitingFor.GO_AHEAD) -> CaseRef:
    """A shipment of two mugs that a return promised."""
    house.sell(an_order())
    house.fulfilment.free["MUG-BLUE"] = stock
    case = house.claim()
    plan = ShipmentPlan(
        number_in_case=1,
        goods=(Goods(sku="MUG-BLUE", quantity=2),),
        warehouse="main",
        reserve_until=datetime.now(UTC) + 14 * DAY,
    )
    with house.records.transaction() as tx:
        make = partial(open_shipment, for_case=tx.return_case(case), plan=plan, actor=STOREFRONT, at=datetime.now(UTC))
        ref, _ = tx.open_replacement_shipment(MERCHANT, shipment_key(case, 1), make)
    await house.gateway.open(ref)
    await _waits_for(house, ref, waits_for)
    return ref


async def _say(house: House, ref: CaseRef, kind: EventKind, payload: dict[str, Any] | None = None) -> None:
    event = house.keep(ref, kind, payload, case_kind=ref.kind)
    assert await house.gateway.deliver(ref, event)
    await house.gateway.ask(ref, event)


async def _waits_for(house: House, ref: CaseRef, waiting_for: WaitingFor) -> None:
    shipments = house.records.reads.shipments
    await until(lambda: shipments.shipment(ref.merchant, ref.rma).progress.waiting_for is waiting_for, seconds=20)
