"""Goods put aside: all of an order or none, until they are released, shipped, or their time is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field
from starlette.responses import Response

from sandbox.ids import iso_time
from sandbox.store import Document, Store, Transaction
from sandbox.warehouse.calls import PREFIX, Goods, Order, Problem, known, once, refuse_strangers, show
from sandbox.warehouse.stock import AVAILABLE, PUT_ASIDE, count, require_available

router = APIRouter(prefix=PREFIX)
RESERVATION = "warehouse.reservation"
HELD, RELEASED, LAPSED, SHIPPED = "held", "released", "lapsed", "shipped"


class Reservation(Order):
    """Goods to put aside."""

    merchant: Annotated[str, Field(min_length=1)]
    reference: Annotated[str, Field(min_length=1)]
    warehouse: Annotated[str, Field(min_length=1)]
    units: Annotated[list[Goods], Field(min_length=1)]
    until: AwareDatetime | None = None


@router.post("/reservations")
async def reserve(request: Request) -> Response:
    """The goods are put aside, once for each key."""
    return await once(request, Reservation, put_aside)


@router.get("/reservations/{key:path}")
async def show_reservation(request: Request, key: str) -> Response:
    """The reservation as it now is."""
    return show(request, lambda tx: find(tx, key), key)


@router.delete("/reservations/{key:path}")
async def release(request: Request, key: str) -> Response:
    """Nothing is held under the key any more, and nothing ever will be."""
    store: Store = request.app.state.store
    try:
        refuse_strangers(request)
        with store.transaction() as tx:
            give_back(tx, key)
    except Problem as problem:
        return problem.response()
    return Response(status_code=204)


def put_aside(tx: Transaction, key: str, asked: str, order: Reservation) -> tuple[Document, bool]:
    """The goods are held unless they were before; raises Problem when they are not there or the key is spent."""
    lapse(tx)
    earlier = tx.get(RESERVATION, key)
    if earlier and earlier["state"] == RELEASED:
        raise Problem(409, "reservation_released", "This reservation was released; a new one needs a new key.")
    if earlier and known(earlier, asked):
        return earlier, False
    require_available(tx, order.warehouse, order.units)
    done = {"id": key, "key": key, "asked": asked, "state": HELD, "at": iso_time(), **order.model_dump(mode="json")}
    _move(tx, done, {AVAILABLE: -1, PUT_ASIDE: 1})
    return tx.put(RESERVATION, done), True


def find(tx: Transaction, key: str) -> Document | None:
    """The reservation of that key; its time may be over."""
    lapse(tx)
    return tx.get(RESERVATION, key)


def give_back(tx: Transaction, key: str) -> None:
    """What was held is free again; raises Problem when it is going out."""
    held = find(tx, key)
    if held and held["state"] == SHIPPED:
        raise Problem(409, "already_shipping", "The goods are going out.")
    if held and held["state"] == HELD:
        _move(tx, held, {AVAILABLE: 1, PUT_ASIDE: -1})
    tx.put(RESERVATION, {**(held or {"id": key, "key": key, "units": []}), "state": RELEASED})


def use_up(tx: Transaction, key: str) -> bool:
    """What was held leaves the shelf; False when nothing is held under the key."""
    held = find(tx, key)
    if not held or held["state"] != HELD:
        return False
    _move(tx, held, {PUT_ASIDE: -1})
    tx.put(RESERVATION, {**held, "state": SHIPPED})
    return True


def lapse(tx: Transaction) -> None:
    """Reservations whose time is over hold nothing any more."""
    now = datetime.now(UTC)
    for held in tx.newest(RESERVATION):
        if held["state"] == HELD and held["until"] and datetime.fromisoformat(held["until"]) <= now:
            _move(tx, held, {AVAILABLE: 1, PUT_ASIDE: -1})
            tx.put(RESERVATION, {**held, "state": LAPSED})


def _move(tx: Transaction, held: Document, signs: dict[str, int]) -> None:
    for units in held["units"]:
        changes = {place: sign * units["quantity"] for place, sign in signs.items()}
        count(tx, units["sku"], held["warehouse"], changes)
