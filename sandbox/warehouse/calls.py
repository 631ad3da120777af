"""What every call to the warehouse has in common: who may call, what a body must be, and how a refusal looks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from sandbox.faults import Fault
from sandbox.store import Document, Store, Transaction

PREFIX = "/warehouse/v1"
Body = TypeVar("Body", bound=BaseModel)


class Order(BaseModel):
    """What the warehouse is told; a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class Goods(Order):
    """Units of one SKU."""

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(gt=0, strict=True)]


class Problem(Exception):
    """A refusal as an RFC 9457 problem document."""

    def __init__(self, status: int, code: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {
            "type": "about:blank",
            "title": code.replace("_", " "),
            "status": status,
            "code": code,
            "detail": detail,
            **members,
        }

    def response(self) -> Response:
        """The document."""
        return JSONResponse(self.body, status_code=self.status, media_type="application/problem+json")


def injected(fault: Fault) -> Response:
    """The answer of an injected fault."""
    return Problem(fault.status, fault.code or "sandbox_fault", f"Sandbox fault: status {fault.status}").response()


async def once(
    request: Request, kind: type[Body], carry_out: Callable[[Transaction, str, str, Body], tuple[Document, bool]]
) -> Response:
    """The answer to an order under an idempotency key: 201 the first time, 200 when it was carried out before.

    `carry_out` gets the key, a digest of what is asked and the order; it answers the document and whether it is new.
    """
    key, body = request.headers.get("idempotency-key", ""), await request.body()
    store: Store = request.app.state.store
    try:
        refuse_strangers(request)
        order = read(kind, key, body)
        with store.transaction() as tx:
            done, first = carry_out(tx, key, digest(order), order)
    except Problem as problem:
        return problem.response()
    if first:
        return JSONResponse(done, status_code=201)
    return JSONResponse(done, status_code=200, headers={"Idempotent-Replayed": "true"})


def show(request: Request, look: Callable[[Transaction], Document | None], name: str) -> Response:
    """The document that `look` finds, or 404."""
    store: Store = request.app.state.store
    try:
        refuse_strangers(request)
        with store.transaction() as tx:
            document = look(tx)
        if document is None:
            raise Problem(404, "not_found", f"Nothing is known of {name}.")
    except Problem as problem:
        return problem.response()
    return JSONResponse(document)


def known(earlier: Document | None, asked: str) -> Document | None:
    """What was done under the key before; raises Problem when that was another order."""
    if earlier and earlier["asked"] != asked:
        raise Problem(409, "idempotency_key_reused", "This key was used for another instruction.")
    return earlier


def digest(order: BaseModel) -> str:
    """By what the same order is known again."""
    return hashlib.sha256(json.dumps(order.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def read(kind: type[Body], key: str, body: bytes) -> Body:
    """The order in the body; raises Problem."""
    if not 0 < len(key) <= 255:
        raise Problem(422, "idempotency_key_missing", "Send an Idempotency-Key of 1 to 255 characters.")
    try:
        return kind.model_validate_json(body)
    except ValidationError as invalid:
        first: Any = invalid.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Problem(422, "malformed_instruction", f"{place}: {first['msg']}") from None


def refuse_strangers(request: Request) -> None:
    """Raises Problem for a caller without a token."""
    if not request.headers.get("authorization", "").startswith("Bearer "):
        raise Problem(401, "unauthorized", "Send the token as bearer token.")
