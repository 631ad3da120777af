"""The stories of refunds ahead of the inspection, which are recorded as the others are."""

from __future__ import annotations

from domain.cases import CaseRef, EventKind
from domain.policies import RefundMoment, RefundTiming, always
from tests.builders import a_policy, an_order, an_order_line, received
from tests.replay.stories import DAY, Story
from tests.workflows.house import House, until

AT_THE_SCAN = always(RefundTiming(at=RefundMoment.FIRST_SCAN))


async def paid_ahead(house: House) -> CaseRef:
    """Paid at the first scan, before the goods came; the inspection bears it out."""
    house.sell(an_order(), a_policy(refund_timing=AT_THE_SCAN))
    ref = await house.ask_for()
    await house.tell(ref, EventKind.LABEL_SCANNED)
    await until(lambda: bool(house.payments.made))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
    await house.take_in_inspection(ref, ("1", 1))
    await house.end(ref)
    return ref


async def asked_ahead_and_never_came(house: House) -> CaseRef:
    """A supervisor approves a large refund at the scan, the parcel is lost, and the supervisor lets it be."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900, quantity=3),)), a_policy(refund_timing=AT_THE_SCAN))
    ref = await house.ask_for()
    await house.tell(ref, EventKind.LABEL_SCANNED)
    await house.decide(ref)
    await until(lambda: bool(house.payments.made))
    await house.pass_time(ref, 22 * DAY)
    await until(lambda: house.view(ref).state == "overdue")
    await house.pass_time(ref, 15 * DAY)
    await until(lambda: house.view(ref).waiting_for == "approval")
    await house.decide(ref)
    await house.end(ref)
    return ref


AHEAD_STORIES: tuple[Story, ...] = (paid_ahead, asked_ahead_and_never_came)
