"""The real worker, which says at the gate when each activity begins and ends."""

from __future__ import annotations

import asyncio
import json
import os
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from worker import main

# Every return of a round is held at the same time, each with a thread of its own.
HELD_AT_ONCE = 100
REPORTERS = ThreadPoolExecutor(HELD_AT_ONCE)

GATE = os.environ.get("CRASH_GATE", "")


class AtGate(Interceptor):
    """Reports every activity."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wraps the activity call."""
        return _AtGateInbound(next)


class _AtGateInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        rma, name = input.args[0].ref.rma, activity.info().activity_type
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(REPORTERS, _report, rma, name, "before")
        result = await super().execute_activity(input)
        await loop.run_in_executor(REPORTERS, _report, rma, name, "after")
        return result


def _report(rma: str, name: str, moment: str) -> None:
    body = json.dumps({"rma": rma, "activity": name, "moment": moment}).encode()
    request = urllib.request.Request(f"{GATE}/boundary", data=body, method="POST")
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=150) as answer:
        answer.read()


if __name__ == "__main__":
    main(interceptors=[AtGate()], activity_threads=HELD_AT_ONCE)
