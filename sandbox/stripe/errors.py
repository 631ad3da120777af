"""Errors in Stripe's shape. The messages are our own; programs rely on status, type, code and param."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.faults import Fault


class StripeRefusal(Exception):
    """A request that Stripe refuses. `remembered` refusals are replayed under the same idempotency key."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        type: str = "invalid_request_error",
        remembered: bool = True,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.remembered = remembered
        facts = {"code": code, "message": message, "param": param, "type": type, **(extra or {})}
        self.body = {"error": {name: fact for name, fact in facts.items() if fact is not None}}


def malformed(message: str, *, code: str, param: str) -> StripeRefusal:
    """A parameter that is wrong by itself: refused before execution begins, so its answer is not remembered."""
    return StripeRefusal(message, code=code, param=param, remembered=False)


def missing(kind: str, id: str, *, param: str, status: int = 404) -> StripeRefusal:
    """No such object."""
    return StripeRefusal(f"No such {kind}: '{id}'", code="resource_missing", param=param, status=status)


def unexpected_state(message: str) -> StripeRefusal:
    """The payment intent is in a state that does not allow this."""
    return StripeRefusal(message, code="payment_intent_unexpected_state")


def injected(fault: Fault) -> Response:
    """The answer of an injected fault."""
    types = {429: "invalid_request_error", 402: "card_error", 409: "idempotency_error"}
    kind = types.get(fault.status, "api_error" if fault.status >= 500 else "invalid_request_error")
    error = {"type": kind, "code": fault.code or None, "message": f"Sandbox fault: status {fault.status}"}
    body = {"error": {name: fact for name, fact in error.items() if fact is not None}}
    return JSONResponse(body, status_code=fault.status, headers={"Request-Id": "req_sandboxfault"})
