"""Weeks pass: what happens when nobody comes in time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.cases import EventKind, WaitingFor
from domain.errors import Unavailable
from domain.returns.progress import ReturnState
from tests.builders import a_policy, a_return_line, an_order, an_order_line, received
from tests.workflows.house import House, until

DEADLINES = a_policy().deadlines
DAY = timedelta(days=1)


async def test_a_parcel_that_never_comes(house: House) -> None:
    """Overdue after 21 days, expired after 14 more, the unused label voided and the units free again."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.pass_time(ref, DEADLINES.parcel.length + DAY)
        await until(lambda: house.view(ref).state == ReturnState.OVERDUE)
        await house.pass_time(ref, DEADLINES.grace.length + DAY)
        ended = await house.end(ref)
        assert ended.state == ReturnState.EXPIRED
        assert len(house.carrier.voided) == 1
        again = await house.ask_for(a_return_line(quantity=2))
        assert house.view(again).state == ReturnState.AUTHORIZED


async def test_a_late_parcel_revives_an_overdue_return(house: House) -> None:
    """In the grace period the goods are taken in, inspected and refunded as usual."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.pass_time(ref, DEADLINES.parcel.length + 5 * DAY)
        await until(lambda: house.view(ref).state == ReturnState.OVERDUE)
        await house.take_in(ref)
        assert (await house.end(ref)).state == ReturnState.CLOSED
    assert len(house.payments.made) == 1


async def test_a_scan_gives_the_parcel_its_time_anew(house: House) -> None:
    """Handed over on the last day: it is in transit, not overdue."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.pass_time(ref, DEADLINES.parcel.length - DAY)
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await house.pass_time(ref, 10 * DAY)
        assert house.view(ref).state == ReturnState.IN_TRANSIT
        await house.handle(ref).terminate()


async def test_a_second_box_that_never_comes(house: House) -> None:
    """After ten days the return goes on with the one unit that arrived, and pays for one."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.pass_time(ref, DEADLINES.remaining_parcels.length + DAY)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.INSPECTION)
        await house.take_in_inspection(ref, ("1", 1))
        ended = await house.end(ref)
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 1200


async def test_a_supervisor_who_is_late_is_escalated_and_may_still_decide(house: House) -> None:
    """Two days pass: escalated once, never expired; the decision then counts."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.pass_time(ref, 30 * DAY)
        await until(lambda: "approval.escalated" in house.timeline(ref))
        view = house.view(ref)
        assert (view.waiting_for, view.deadline) == (WaitingFor.APPROVAL, None)
        await house.decide(ref)
        await house.end(ref)
    assert house.timeline(ref).count("approval.escalated") == 1


async def test_goods_that_come_while_an_expired_return_cannot_close(house: House) -> None:
    """The carrier is down, so its label cannot be voided and the return stays; one mug of two comes, and is paid for."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await until(lambda: house.view(ref).label is not None)
        house.carrier.void_faults.fail(Unavailable("down"), times=2)
        await house.pass_time(ref, DEADLINES.parcel.length + DAY)
        await until(lambda: house.view(ref).state == ReturnState.OVERDUE)
        while house.view(ref).waiting_for is not WaitingFor.CLOSING:
            await house.pass_time(ref, DAY)
            await asyncio.sleep(0.1)
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await until(lambda: house.view(ref).waiting_for is WaitingFor.REMAINING_PARCELS)
        await house.pass_time(ref, DEADLINES.remaining_parcels.length + DAY)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.INSPECTION)
        await house.take_in_inspection(ref, ("1", 1))
        ended = await house.end(ref)
        history = await house.handle(ref).fetch_history()
    assert (ended.state, len(house.payments.made), len(house.warehouse.instructions)) == (ReturnState.CLOSED, 1, 1)
    # A story that tried to close again and again would have thousands.
    assert len(history.events) < 400
