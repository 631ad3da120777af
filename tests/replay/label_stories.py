"""The recorded stories of labels whose time is over."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import Span
from domain.cases import CaseRef
from domain.errors import Unavailable
from tests.builders import a_policy, an_order
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


def _sell(house: House) -> None:
    house.sell(an_order(), a_policy(deadlines=a_policy().deadlines.model_copy(update={"label": Span.of("7 days")})))


LABEL_STORIES: tuple[Story, ...] = (label_expired_unused, label_expired_while_the_carrier_was_down)
