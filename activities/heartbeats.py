"""Provider calls heartbeat while they run, so that the death of their worker is noticed in seconds.

The call itself is never interrupted: an exception between a provider's answer and our record of it would lose a label.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

# Three heartbeats fit into one time-out, so that one lost on the way does no harm.
BEATS_PER_TIMEOUT = 3


class Heartbeats(Interceptor):
    """Gives every activity with a heartbeat time-out its heartbeats."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wraps the activity call."""
        return _HeartbeatsInbound(next)


class _HeartbeatsInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        timeout = activity.info().heartbeat_timeout
        if not timeout:
            return await super().execute_activity(input)
        beating = asyncio.create_task(_beat(timeout / BEATS_PER_TIMEOUT))
        try:
            return await super().execute_activity(input)
        finally:
            beating.cancel()


async def _beat(every: timedelta) -> None:
    while True:
        # The heartbeat of an activity that runs in a thread waits for the event loop, so it may not be called on it.
        await asyncio.to_thread(activity.heartbeat)
        await asyncio.sleep(every.total_seconds())
