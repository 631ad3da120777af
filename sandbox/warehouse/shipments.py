"""Goods on their way to customers: told once per key, sent in one parcel or several, and every move reported."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from sandbox import webhooks
from sandbox.ids import easypost_id, iso_time
from sandbox.store import Document, Store, Transaction
from sandbox.warehouse.calls import PREFIX, Goods, Order, Problem, known, once, refuse_strangers, show
from sandbox.warehouse.dispositions import DISPOSITION
from sandbox.warehouse.reservations import lapse, use_up
from sandbox.warehouse.stock import AVAILABLE, count, require_available

router = APIRouter(prefix=PREFIX)
SHIPMENT = "warehouse.shipment"


class Shipment(Order):
    """Goods to send to a customer."""

    merchant: Annotated[str, Field(min_length=1)]
    reference: Annotated[str, Field(min_length=1)]
    reservation: str = ""
    from_return: str = ""
    order_id: Annotated[str, Field(min_length=1)]
    warehouse: Annotated[str, Field(min_length=1)]
    address: dict[str, str]
    units: Annotated[list[Goods], Field(min_length=1)]


@router.post("/shipments")
async def ship(request: Request) -> Response:
    """The goods are sent, once for each key."""
    return await once(request, Shipment, send)


@router.get("/shipments/{key:path}")
async def show_shipment(request: Request, key: str) -> Response:
    """The shipment with its parcels as they now are."""
    return show(request, lambda tx: tx.get(SHIPMENT, key), key)


@router.delete("/shipments/{key:path}")
async def stop(request: Request, key: str) -> Response:
    """What has not left stays; the answer are the parcels that have, and no other ever leaves under the key."""
    store: Store = request.app.state.store
    try:
        refuse_strangers(request)
        with store.transaction() as tx:
            stopped = hold_back(tx, key)
    except Problem as problem:
        return problem.response()
    return JSONResponse(stopped)


def hold_back(tx: Transaction, key: str) -> Document:
    """The shipment of which nothing more leaves; raises Problem when all of it is packed already."""
    shipment = tx.get(SHIPMENT, key)
    if shipment is None:
        spent = {"id": key, "key": key, "asked": "", "merchant": "", "reference": "", "warehouse": "", "units": []}
        return tx.put(SHIPMENT, {**spent, "stopped_at": iso_time(), "deliveries": []})
    if shipment.get("stopped_at") is None:
        if shipment.get("packed_at"):
            raise Problem(409, "already_packed", "The goods are packed and wait for the carrier.")
        # Goods of a return lie apart as before, and are not for sale.
        for sku, quantity in {} if shipment.get("from_return") else _left(shipment).items():
            count(tx, sku, shipment["warehouse"], {AVAILABLE: quantity})
        shipment |= {
            "stopped_at": iso_time(),
            "units": [each for one in shipment["deliveries"] for each in one["units"]],
        }
    return tx.put(SHIPMENT, shipment)


def pack(tx: Transaction, key: str) -> Document:
    """All that is left of the shipment is packed; raises Problem when nobody knows the shipment."""
    return tx.put(SHIPMENT, {**_find(tx, key), "packed_at": iso_time()})


def send(tx: Transaction, key: str, asked: str, order: Shipment) -> tuple[Document, bool]:
    """The goods leave the shelf; raises Problem when they are not there or the address is no address."""
    told = tx.get(SHIPMENT, key)
    if told and told.get("stopped_at"):
        raise Problem(409, "shipment_stopped", "This shipment was stopped; a new one needs a new key.")
    if earlier := known(told, asked):
        return earlier, False
    if not order.address.get("street1") or not order.address.get("country"):
        raise Problem(422, "unusable_address", "The address needs a street and a country.")
    if order.from_return:
        require_kept_apart(tx, order)
    elif not use_up(tx, order.reservation):
        lapse(tx)
        require_available(tx, order.warehouse, order.units)
        for units in order.units:
            count(tx, units.sku, order.warehouse, {AVAILABLE: -units.quantity})
    done = {"id": key, "key": key, "asked": asked, "told_at": iso_time(), **order.model_dump(), "deliveries": []}
    return tx.put(SHIPMENT, done), True


def require_kept_apart(tx: Transaction, order: Shipment) -> None:
    """Raises Problem unless these units of the return lie there for its customer and are in no other shipment."""
    place, lying = (order.merchant, order.from_return, order.warehouse), Counter[str]()
    for told in tx.newest(DISPOSITION):
        if (told["merchant"], told["rma"], told["warehouse"]) == place:
            for units in told["units"]:
                lying[units["sku"]] += units["quantity"] * (units["disposition"] == "back_to_customer")
    for sent in tx.newest(SHIPMENT):
        if (sent["merchant"], sent.get("from_return"), sent["warehouse"]) == place:
            for units in sent["units"]:
                lying[units["sku"]] -= units["quantity"]
    wanted: Counter[str] = Counter()
    for goods in order.units:
        wanted[goods.sku] += goods.quantity
    if short := wanted - lying:
        words = ", ".join(f"{missing} of {sku}" for sku, missing in short.items())
        raise Problem(409, "out_of_stock", f"Not kept apart for {order.from_return}: {words}.", short=dict(short))


def hand_over(tx: Transaction, key: str, units: list[dict[str, Any]]) -> Document:
    """A parcel with these units, or all that is left, goes to the carrier; raises Problem when there is nothing left."""
    shipment = _find(tx, key)
    left = {} if shipment.get("stopped_at") else _left(shipment)
    packed = units or [{"sku": sku, "quantity": many} for sku, many in left.items() if many > 0]
    if not packed or any(each["quantity"] > left.get(each["sku"], 0) for each in packed):
        raise Problem(409, "nothing_left", "The shipment has no such units left.")
    delivery = {
        "id": easypost_id("dlv"),
        "state": "shipped",
        "units": packed,
        "carrier": "Sandbox Post",
        "tracking_number": f"SB{len(shipment['deliveries']) + 1:03}{shipment['reference'].replace('-', '')}",
        "changed_at": iso_time(),
    }
    shipment["deliveries"].append(delivery)
    return _tell(tx, shipment, delivery)


def move(tx: Transaction, key: str, delivery_id: str, state: str) -> Document:
    """The parcel is now in that state; raises Problem when there is no such parcel."""
    shipment = _find(tx, key)
    delivery = next((each for each in shipment["deliveries"] if each["id"] == delivery_id), None)
    if delivery is None:
        raise Problem(404, "not_found", f"The shipment has no parcel {delivery_id}.")
    delivery.update(state=state, changed_at=iso_time())
    return _tell(tx, shipment, delivery)


def _left(shipment: Document) -> dict[str, int]:
    """What has not left, by SKU."""
    left = {each["sku"]: 0 for each in shipment["units"]}
    for each in shipment["units"]:
        left[each["sku"]] += each["quantity"]
    for parcel in shipment["deliveries"]:
        for each in parcel["units"]:
            left[each["sku"]] -= each["quantity"]
    return left


def _find(tx: Transaction, key: str) -> Document:
    shipment = tx.get(SHIPMENT, key)
    if shipment is None:
        raise Problem(404, "not_found", f"Nothing is known of {key}.")
    return shipment


def _tell(tx: Transaction, shipment: Document, delivery: dict[str, Any]) -> Document:
    """The change is stored, and news of it is on its way to whoever gave the order."""
    tx.put(SHIPMENT, shipment)
    news = {
        "event_id": easypost_id("news"),
        "occurred_at": delivery["changed_at"],
        "delivery_id": delivery["id"],
        **{name: delivery[name] for name in ("state", "units", "carrier", "tracking_number")},
    }
    webhooks.queue(tx, "warehouse", {"id": news["event_id"], "reference": shipment["reference"], "news": news})
    return dict(delivery)
