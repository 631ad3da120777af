"""The frame around every request: its id, its headers, its one log line, and the last answer when all else failed."""

from __future__ import annotations

import re
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.errors import ApiProblem, problem_response
from domain.ports import Clock

REQUEST_ID = "X-Request-Id"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Probes come every few seconds and say nothing.
QUIET = ("/healthz", "/readyz")
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Answers hold personal data: only the caller may keep them, and must ask again (an ETag makes that cheap).
    "Cache-Control": "private, no-cache",
}

# An order of a thousand lines is about half a megabyte; whole catalogues belong in an import.
LARGEST_BODY = 4 * 1024 * 1024

log = structlog.get_logger("api")


def note(request: Request, **keys: str) -> None:
    """The log line of this request names those ids. Ids only: never a name, an address or a search."""
    request.state.noted.update(keys)


class RequestFrame:
    """ASGI middleware: the outermost of ours, so that it also sees what the others break."""

    def __init__(self, app: ASGIApp, *, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Frames an HTTP request; other traffic passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._id_of(scope)
        state = scope.setdefault("state", {})
        state.update(request_id=request_id, noted={})
        started, status = time.perf_counter(), 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_framed)
        except Exception:
            # The edge of the process: whoever called gets an answer, the log gets the reason.
            log.exception("request.failed", request_id=request_id, route=_route(scope), **state["noted"])
            if status:
                raise
            answer = problem_response(ApiProblem(problems.INTERNAL_ERROR, _detail(request_id)), request_id)
            await answer(scope, receive, send_framed)
        self._log(scope, status, started)

    def _id_of(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(REQUEST_ID, "")
        return given if ACCEPTED_ID.fullmatch(given) else self._clock.new_id("req")

    def _log(self, scope: Scope, status: int, started: float) -> None:
        if scope["path"] in QUIET and status < 400:
            return
        state: dict[str, Any] = scope["state"]
        keys = {"problem": state["problem"]} if "problem" in state else {}
        log.info(
            "request.answered",
            request_id=state["request_id"],
            method=scope["method"],
            route=_route(scope),
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            **keys,
            **state["noted"],
        )


class BodyLimit:
    """ASGI middleware: a body that is too large is not read to its end. The framework's own answers in plain text."""

    def __init__(self, app: ASGIApp, *, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever reads the body too far gets the HTTP error, which becomes a problem document."""
        taken = 0

        async def receive_some() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                raise HTTPException(413, f"The body is larger than {self._largest} bytes.")
            return message

        await self._app(scope, receive_some, send)


def _route(scope: Scope) -> str:
    """The pattern, not the path: a caller may have typed anything into the path."""
    return getattr(scope.get("route"), "path_format", "unknown")


def _detail(request_id: str) -> str:
    return f"The program met something that it was not made for. Tell the operator the request id {request_id}."
