"""Work that a story calls off: whatever it was in the middle of, the story goes on."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.exceptions import ActivityError, CancelledError, RetryState

from workflows.steps import stop

TORN_OFF = (
    asyncio.CancelledError(),
    CancelledError("the signal to another story was called off"),
    ActivityError(
        "failed as it was called off",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="fulfilment.reserve",
        activity_id="1",
        retry_state=RetryState.CANCEL_REQUESTED,
    ),
)


@pytest.mark.parametrize("ending", TORN_OFF, ids=lambda ending: type(ending).__name__)
async def test_called_off_in_the_middle(ending: BaseException) -> None:
    """An activity, a wait, or a word to another story: each ends with an error of its own, and none ends the story."""

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ending from None

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    assert await stop(task) is False


async def test_done_before() -> None:
    """Work that had ended is done."""
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    assert await stop(task) is True
