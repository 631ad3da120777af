"""Customers are reminded of their parcel before it is overdue, as often as the rules say, and no longer once it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.calendar import Span
from domain.cases import EventKind
from domain.policies import Policy
from domain.returns.progress import ReturnState
from tests.builders import a_policy, an_order
from tests.workflows.house import House, until

DAY = timedelta(days=1)


def reminding() -> Policy:
    """Three weeks for the parcel, a reminder a week and two days before they are over."""
    spans = (Span.of("7 days"), Span.of("2 days"))
    return a_policy(deadlines=a_policy().deadlines.model_copy(update={"parcel_reminders": spans}))


async def test_reminded_twice_then_overdue(house: House) -> None:
    """Nothing after 13 days, one reminder after 15, two after 20, overdue after 22; each is a message to the shop."""
    house.sell(an_order(), reminding())
    async with house.open_for_business():
        ref = await house.ask_for()
        deadline = house.view(ref).deadline
        await house.pass_time(ref, 13 * DAY)
        assert "parcel.reminded" not in house.timeline(ref)
        await house.pass_time(ref, 2 * DAY)
        await until(lambda: house.timeline(ref).count("parcel.reminded") == 1)
        assert house.view(ref).deadline == deadline
        await house.pass_time(ref, 5 * DAY)
        await until(lambda: house.timeline(ref).count("parcel.reminded") == 2)
        assert house.view(ref).state == ReturnState.AUTHORIZED
        await house.pass_time(ref, 2 * DAY)
        await until(lambda: house.view(ref).state == ReturnState.OVERDUE)
        await house.handle(ref).terminate()
    soon = datetime.now(UTC) + DAY
    sent = house.records.queues.lease_messages(soon, until=soon + DAY, limit=50)
    assert [message.topic for message in sent].count("return.parcel.reminded") == 2


async def test_not_reminded_once_it_is_sent(house: House) -> None:
    """The carrier has it: nobody is told to send what is on its way."""
    house.sell(an_order(), reminding())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await house.pass_time(ref, 20 * DAY)
        assert "parcel.reminded" not in house.timeline(ref)
        await house.handle(ref).terminate()
