"""What becomes of goods that came back: carried out once per key, and counted."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from sandbox.ids import iso_time
from sandbox.store import Document, Transaction
from sandbox.warehouse.calls import PREFIX, Goods, Order, known, once, show
from sandbox.warehouse.stock import AVAILABLE, QUARANTINED, REFURBISHING, STOCK, count

router = APIRouter(prefix=PREFIX)

DISPOSITION = "warehouse.disposition"
# Where goods of each disposition are counted; what is on no shelf leaves the building.
COUNTED_AS = {"restock": AVAILABLE, "quarantine": QUARANTINED, "refurbish": REFURBISHING}


class Units(Goods):
    """Alike units with one disposition."""

    disposition: Literal[
        "restock",
        "refurbish",
        "quarantine",
        "return_to_vendor",
        "liquidate",
        "scrap",
        "donate",
        "back_to_customer",
    ]


class Instruction(Order):
    """What to do with received goods."""

    merchant: Annotated[str, Field(min_length=1)]
    rma: Annotated[str, Field(min_length=1)]
    warehouse: Annotated[str, Field(min_length=1)]
    units: Annotated[list[Units], Field(min_length=1)]


@router.post("/dispositions")
async def record_disposition(request: Request) -> Response:
    """The instruction is carried out, once for each key."""
    return await once(request, Instruction, carry_out)


@router.get("/dispositions/{key:path}")
async def show_disposition(request: Request, key: str) -> Response:
    """The instruction as it was carried out."""
    return show(request, lambda tx: tx.get(DISPOSITION, key), key)


@router.get("/stock/{sku}")
async def show_stock(request: Request, sku: str) -> Response:
    """What lies on the shelves."""
    return show(request, lambda tx: tx.get(STOCK, sku), sku)


def carry_out(tx: Transaction, key: str, asked: str, instruction: Instruction) -> tuple[Document, bool]:
    """The instruction is carried out unless it was before; raises Problem when the key stands for another one."""
    if earlier := known(tx.get(DISPOSITION, key), asked):
        return earlier, False
    for units in instruction.units:
        place = COUNTED_AS.get(units.disposition, "")
        count(tx, units.sku, instruction.warehouse, {place: units.quantity} if place else {})
    done = {"id": key, "key": key, "asked": asked, "done_at": iso_time(), **instruction.model_dump()}
    return tx.put(DISPOSITION, done), True
