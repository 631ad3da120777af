"""The recorded stories of labels whose time is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.calendar import Span
from domain.cases import CaseRef, EventKind, WaitingFor
from domain.errors import Unavailable
from tests.builders import a_policy, a_return_line, an_order, received
from tests.replay.stories import Story
from tests.workflows.house import House, until
from tests.workflows.test_labels import DAY, expired_while_the_carrier_is_down


async def label_expired_unused(house: House) -> CaseRef:
    """Given back after a week; the goods come without it."""
    _sell(house)
    ref = await house.ask_for()
    await until(lambda: house.view(ref).deliveries[0].label_expires_at is not None)
    await house.pass_time(ref, 8 * DAY)
    await until(lambda: house.carrier.voided == [ref.workflow_id])
    await house.take_in(ref)
    await house.end(ref)
    return ref


async def label_expired_while_the_carrier_was_down(house: House) -> CaseRef:
    """The goods come before the carrier answers, and the return ends when it has."""
    _sell(house)
    house.carrier.void_faults.fail(Unavailable("down", retry_after=timedelta(hours=4)))
    ref = await expired_while_the_carrier_is_down(house)
    await until(lambda: len(house.payments.made) == 1)
    await house.pass_time(ref, timedelta(hours=5))
    await house.end(ref)
    return ref


async def came_while_it_could_not_close(house: House) -> CaseRef:
    """Expired, with a label that the carrier cannot void: one of two mugs comes, goes the whole way, and is paid for."""
    house.sell(an_order())
    deadlines = a_policy().deadlines
    ref = await house.ask_for(a_return_line(quantity=2))
    await until(lambda: house.view(ref).label is not None)
    house.carrier.void_faults.fail(Unavailable("down"), times=2)
    await house.pass_time(ref, deadlines.parcel.length + DAY)
    await until(lambda: house.view(ref).state == "overdue")
    while house.view(ref).waiting_for is not WaitingFor.CLOSING:
        await house.pass_time(ref, DAY)
        await asyncio.sleep(0.1)
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
    await until(lambda: house.view(ref).waiting_for is WaitingFor.REMAINING_PARCELS)
    await house.pass_time(ref, deadlines.remaining_parcels.length + DAY)
    await until(lambda: house.view(ref).waiting_for is WaitingFor.INSPECTION)
    await house.take_in_inspection(ref, ("1", 1))
    await house.end(ref)
    return ref


def _sell(house: House) -> None:
    house.sell(an_order(), a_policy(deadlines=a_policy().deadlines.model_copy(update={"label": Span.of("7 days")})))


LABEL_STORIES: tuple[Story, ...] = (
    label_expired_unused,
    label_expired_while_the_carrier_was_down,
    came_while_it_could_not_close,
)
