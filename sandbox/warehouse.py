"""The warehouse: carries out dispositions once per key and counts its stock; the contract is docs/warehouse-contract.md."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from sandbox.faults import Fault
from sandbox.ids import iso_time
from sandbox.store import Document, Store, Transaction

router = APIRouter(prefix="/warehouse/v1")

DISPOSITION = "warehouse.disposition"
STOCK = "warehouse.stock"
# Where goods of each disposition are counted; what goes back to the customer leaves the building.
COUNTED_AS = {"restock": "available", "quarantine": "quarantined", "back_to_customer": ""}


class Units(BaseModel):
    """Alike units with one disposition."""

    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(gt=0, strict=True)]
    disposition: Literal["restock", "quarantine", "back_to_customer"]


class Instruction(BaseModel):
    """What to do with received goods."""

    model_config = ConfigDict(extra="forbid")

    merchant: Annotated[str, Field(min_length=1)]
    rma: Annotated[str, Field(min_length=1)]
    warehouse: Annotated[str, Field(min_length=1)]
    units: Annotated[list[Units], Field(min_length=1)]


class Problem(Exception):
    """A refusal as an RFC 9457 problem document."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {
            "type": "about:blank",
            "title": code.replace("_", " "),
            "status": status,
            "code": code,
            "detail": detail,
        }

    def response(self) -> Response:
        """The document."""
        return JSONResponse(self.body, status_code=self.status, media_type="application/problem+json")


def injected(fault: Fault) -> Response:
    """The answer of an injected fault."""
    return Problem(fault.status, fault.code or "sandbox_fault", f"Sandbox fault: status {fault.status}").response()


@router.post("/dispositions")
async def record_disposition(
    request: Request, idempotency_key: Annotated[str, Header()] = "", authorization: Annotated[str, Header()] = ""
) -> Response:
    body = await request.body()
    store: Store = request.app.state.store
    try:
        _refuse_strangers(authorization)
        instruction = _read(idempotency_key, body)
        with store.transaction() as tx:
            done, first = carry_out(tx, idempotency_key, instruction)
    except Problem as problem:
        return problem.response()
    if first:
        return JSONResponse(done, status_code=201)
    return JSONResponse(done, status_code=200, headers={"Idempotent-Replayed": "true"})


@router.get("/dispositions/{key:path}")
async def show_disposition(request: Request, key: str, authorization: Annotated[str, Header()] = "") -> Response:
    return _show(request, authorization, DISPOSITION, key)


@router.get("/stock/{sku}")
async def show_stock(request: Request, sku: str, authorization: Annotated[str, Header()] = "") -> Response:
    return _show(request, authorization, STOCK, sku)


def carry_out(tx: Transaction, key: str, instruction: Instruction) -> tuple[Document, bool]:
    """The instruction is carried out unless it was before; raises Problem when the key stands for another one."""
    asked = hashlib.sha256(json.dumps(instruction.model_dump(), sort_keys=True).encode()).hexdigest()
    if earlier := tx.get(DISPOSITION, key):
        if earlier["asked"] != asked:
            raise Problem(409, "idempotency_key_reused", "This key was used for another instruction.")
        return earlier, False
    for units in instruction.units:
        _count(tx, instruction.warehouse, units)
    done = {"id": key, "key": key, "asked": asked, "done_at": iso_time(), **instruction.model_dump()}
    return tx.put(DISPOSITION, done), True


def _count(tx: Transaction, warehouse: str, units: Units) -> None:
    stock = tx.get(STOCK, units.sku) or {"id": units.sku, "sku": units.sku, "warehouses": {}}
    counts = stock["warehouses"].setdefault(warehouse, {"available": 0, "quarantined": 0})
    if place := COUNTED_AS[units.disposition]:
        counts[place] += units.quantity
    tx.put(STOCK, stock)


def _read(key: str, body: bytes) -> Instruction:
    if not 0 < len(key) <= 255:
        raise Problem(422, "idempotency_key_missing", "Send an Idempotency-Key of 1 to 255 characters.")
    try:
        return Instruction.model_validate_json(body)
    except ValidationError as invalid:
        first: Any = invalid.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Problem(422, "malformed_instruction", f"{place}: {first['msg']}") from None


def _show(request: Request, authorization: str, kind: str, id: str) -> Response:
    store: Store = request.app.state.store
    try:
        _refuse_strangers(authorization)
        with store.transaction() as tx:
            document = tx.get(kind, id)
        if document is None:
            raise Problem(404, "not_found", f"Nothing is known of {id}.")
    except Problem as problem:
        return problem.response()
    return JSONResponse(document)


def _refuse_strangers(authorization: str) -> None:
    if not authorization.startswith("Bearer "):
        raise Problem(401, "unauthorized", "Send the token as bearer token.")
