"""What tests and demonstrations do to the warehouse; no real one has this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field

from sandbox.store import Document, Store, Transaction
from sandbox.warehouse import shipments, stock
from sandbox.warehouse.calls import Goods, Order, Problem

router = APIRouter(prefix="/_control/warehouse")


class StockLevel(Order):
    """How many units are free."""

    warehouse: str = "main"
    available: Annotated[int, Field(ge=0)]


class Parcel(Order):
    """What goes into the next parcel of a shipment; nothing means all that is left."""

    units: tuple[Goods, ...] = ()


class ParcelMove(Order):
    """What became of a parcel."""

    state: Literal["shipped", "in_transit", "delivered", "returned", "lost"]


@router.put("/stock/{sku}")
async def set_stock(request: Request, sku: str, level: StockLevel) -> Document:
    """So many units are free in that building."""
    return _do(request, lambda tx: stock.set_available(tx, sku, level.warehouse, level.available))


@router.post("/shipments/{key:path}/parcels", status_code=201)
async def hand_over(request: Request, key: str, parcel: Parcel) -> Document:
    """A parcel of the shipment goes to the carrier."""
    units: list[dict[str, Any]] = [goods.model_dump() for goods in parcel.units]
    return _do(request, lambda tx: shipments.hand_over(tx, key, units))


@router.post("/shipments/{key:path}/packed", status_code=201)
async def pack(request: Request, key: str) -> Document:
    """What is left of the shipment is packed, so that it cannot be held back any more."""
    return _do(request, lambda tx: shipments.pack(tx, key))


@router.post("/shipments/{key:path}/parcels/{delivery_id}")
async def move(request: Request, key: str, delivery_id: str, change: ParcelMove) -> Document:
    """The carrier did something with the parcel."""
    return _do(request, lambda tx: shipments.move(tx, key, delivery_id, change.state))


def _do(request: Request, carry_out: Callable[[Transaction], Document]) -> Document:
    store: Store = request.app.state.store
    try:
        with store.transaction() as tx:
            return carry_out(tx)
    except Problem as problem:
        raise HTTPException(problem.status, problem.body) from None
