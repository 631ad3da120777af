"""Errors in EasyPost's shape. The messages are our own; programs rely on status and code."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.faults import Fault


class EasyPostRefusal(Exception):
    """A request that EasyPost refuses."""

    def __init__(self, code: str, message: str, *, status: int = 422, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "errors": errors or []}}


def not_found() -> EasyPostRefusal:
    """No such object."""
    return EasyPostRefusal("NOT_FOUND", "The requested resource could not be found.", status=404)


def field_missing(field: str) -> EasyPostRefusal:
    """A parameter that must be there."""
    errors = [{"field": field, "message": "cannot be blank"}]
    return EasyPostRefusal("PARAMETER.REQUIRED", "Missing required parameter.", errors=errors)


def injected(fault: Fault) -> Response:
    """The answer of an injected fault."""
    codes = {429: "RATE_LIMITED", 500: "INTERNAL_SERVER_ERROR", 503: "SERVICE_UNAVAILABLE"}
    code = fault.code or codes.get(fault.status, "UNPROCESSABLE_ENTITY")
    refusal = EasyPostRefusal(code, f"Sandbox fault: status {fault.status}", status=fault.status)
    return JSONResponse(refusal.body, status_code=fault.status)
