"""Spoiling requests on purpose: an error, a delay, a dropped connection or a killed process, before or after the work."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.connections import abort

# Far more than any test sends; only there so that a sandbox that runs for weeks does not grow.
REMEMBERED_REQUESTS = 20_000


class When(StrEnum):
    """Whether the request is spoilt before its work is done or after that was committed."""

    BEFORE = "before"
    AFTER = "after"


class Spoil(StrEnum):
    """What the caller sees."""

    NOTHING = "nothing"
    STATUS = "status"
    DROP = "drop"
    CRASH = "crash"


class Fault(BaseModel):
    """Spoils the next `times` requests that match, after letting `skip` pass. Faults do not survive a restart."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(description="Regular expression, searched in the path.")]
    method: Annotated[str, Field(description="Such as POST; empty means any.")] = ""
    about: Annotated[str, Field(description="Regular expression, searched in query and body; empty means any.")] = ""
    skip: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] = 1
    when: When = When.BEFORE
    spoil: Annotated[Spoil, Field(description="`nothing` with a delay only makes it slow.")] = Spoil.NOTHING
    status: Annotated[int, Field(ge=400, le=599)] = 500
    code: Annotated[str, Field(description="Error code in the vendor's shape.")] = ""
    retry_after: Annotated[int | None, Field(ge=0, description="Seconds, sent as Retry-After.")] = None
    delay_seconds: Annotated[float, Field(ge=0, le=120)] = 0

    def matches(self, method: str, path: str, content: str) -> bool:
        """Whether this fault is meant for such a request."""
        is_there = self.method in ("", method) and re.search(self.path, path) is not None
        return is_there and re.search(self.about, content) is not None


class SeenRequest(BaseModel):
    """One request that reached the sandbox."""

    method: str
    path: str
    idempotency_key: str = ""
    fault: Fault | None = None


Refusal = Callable[[Fault], Response]


class FaultPlan:
    """The faults that wait, first come first served, and the requests that arrived."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.seen: deque[SeenRequest] = deque(maxlen=REMEMBERED_REQUESTS)

    def take(self, method: str, path: str, content: str) -> Fault | None:
        """The fault that is meant for this request; it has one time less to go."""
        fault = next((fault for fault in self.faults if fault.matches(method, path, content)), None)
        if fault is None:
            return None
        if fault.skip:
            fault.skip -= 1
            return None
        fault.times -= 1
        if not fault.times:
            self.faults.remove(fault)
        return fault.model_copy()


class FaultInjector:
    """ASGI middleware; `refusals` shape an error as the vendor under that path prefix would."""

    def __init__(self, app: ASGIApp, *, plan: FaultPlan, refusals: dict[str, Refusal]) -> None:
        self._app = app
        self._plan = plan
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = next((shape for prefix, shape in self._refusals.items() if _path(scope).startswith(prefix)), None)
        if scope["type"] != "http" or refusal is None:
            await self._app(scope, receive, send)
            return
        body, receive = await _received(receive)
        content = scope["query_string"].decode("latin-1") + "\n" + body.decode(errors="replace")
        fault = self._plan.take(scope["method"], _path(scope), content)
        key = _header(scope, b"idempotency-key")
        self._plan.seen.append(SeenRequest(method=scope["method"], path=_path(scope), idempotency_key=key, fault=fault))
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.when is When.BEFORE:
            await self._spoil_before(fault, refusal, scope, receive, send)
        else:
            await self._spoil_after(fault, refusal, scope, receive, send)

    async def _spoil_before(self, fault: Fault, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.delay_seconds)
        if fault.spoil is Spoil.NOTHING:
            await self._app(scope, receive, send)
        else:
            await _answer(fault, refusal, scope, receive, send)

    async def _spoil_after(self, fault: Fault, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        held_back: list[Message] = []

        async def hold_back(message: Message) -> None:
            held_back.append(message)

        await self._app(scope, receive, hold_back)
        await asyncio.sleep(fault.delay_seconds)
        if fault.spoil is Spoil.NOTHING:
            for message in held_back:
                await send(message)
        else:
            await _answer(fault, refusal, scope, receive, send)


async def _received(receive: Receive) -> tuple[bytes, Receive]:
    """The whole request is here: what was sent is worked on, even if the client leaves during a delay."""
    messages = deque([await receive()])
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def replay() -> Message:
        return messages.popleft() if messages else await receive()

    return body, replay


async def _answer(fault: Fault, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if fault.spoil is Spoil.CRASH:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.spoil is Spoil.DROP:
        await abort(scope["client"])
        return
    response = refusal(fault)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    await response(scope, receive, send)


def _path(scope: Scope) -> str:
    return str(scope.get("path", ""))


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
