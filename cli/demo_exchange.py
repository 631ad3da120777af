"""A small mug is exchanged for a large one: the customer pays the difference, and the sandbox's warehouse ships."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from cli.demo_shop import PLENTY, demo_product
from cli.failures import WalkThroughFailed
from cli.stage import CLOSES_WITHIN_SECONDS, POLL_SECONDS, Stage, money
from domain.cases import Role

NEW_SKU = "MUG-BLUE-L"


def play_exchange(stage: Stage, order_id: str, now: datetime) -> str:
    """The exchange has closed with the goods at the customer; its address."""
    _stock_up(stage)
    stage.sell(order_id, delivered=now - timedelta(days=5), now=now)
    case = _ask(stage, order_id)
    _pay_difference(stage, order_id, case)
    _send_back(stage, case)
    _ship(stage, case)
    return case


def _stock_up(stage: Stage) -> None:
    product = demo_product()
    address = f"/v1/products/{product['product_id']}"
    stage.players.call(Role.STOREFRONT, "PUT", address, product, expect=(200, 201))
    stage.players.direct("PUT", f"/warehouse/stock/{NEW_SKU}", {"available": PLENTY})
    known = stage.players.call(Role.AGENT, "GET", address)
    sizes = ", ".join(
        f"{each['options']['size']} {money(each['prices'][0]['amount_minor'])}" for each in known["product"]["variants"]
    )
    stage.say("storefront", f"sells the {known['product']['title'].lower()} in two sizes: {sizes}")


def _ask(stage: Stage, order_id: str) -> str:
    wanted = [{"sku": NEW_SKU, "quantity": 1}]
    line = {"line_id": "2", "quantity": 1, "reason": "too_small", "resolution": "exchange", "wanted": wanted}
    asked = {"order_id": order_id, "lines": [line]}
    quote = stage.players.call(Role.STOREFRONT, "POST", "/v1/exchanges/quote", asked)["exchange"]
    (swap,) = quote["lines"]
    stage.say(
        "storefront",
        f"quotes the large mug for a small one: {money(swap['new_minor'])} for {money(swap['value_minor'])}, "
        f"the customer pays {money(quote['customer_pays_minor'])}",
    )
    opened = stage.players.call(Role.STOREFRONT, "POST", "/v1/exchanges", asked, key=f"{order_id}-1", expect=201)
    stage.say("storefront", f"opens it: RMA {opened['rma']}, {opened['state']}")
    return f"/v1/exchanges/{opened['rma']}"


def _pay_difference(stage: Stage, order_id: str, case: str) -> None:
    address = f"/v1/collections?order_id={order_id}"
    (due,) = stage.players.call(Role.STOREFRONT, "GET", address)["collections"]
    stage.players.confirm(due["provider_reference"])
    stage.reach(case, "authorized")
    (paid,) = stage.players.call(Role.STOREFRONT, "GET", address)["collections"]
    stage.say("customer", f"pays {money(paid['captured_minor'])} by card: {paid['state']}")


def _send_back(stage: Stage, case: str) -> None:
    stage.players.call(Role.WAREHOUSE, "POST", f"{case}/label_scanned", {}, expect=202)
    stage.say("carrier", f"scans the label: {stage.reach(case, 'in_transit')['state']}")
    stage.players.call(Role.WAREHOUSE, "POST", f"{case}/item_received", {}, expect=202)
    stage.say("dock", f"takes the parcel in: {stage.reach(case, 'received')['state']}")
    found = {"line_id": "2", "quantity": 1, "condition": "as_new", "grade": "A"}
    answer = stage.players.call(Role.WAREHOUSE, "POST", f"{case}/inspection_recorded", {"units": [found]})
    stage.say("inspector", f"{answer['detail']} {answer['case']['next_step']}")


def _ship(stage: Stage, case: str) -> None:
    (shipment,) = stage.players.call(Role.AGENT, "GET", case)["exchange"]["shipments"]
    address = f"/v1/replacement_shipments/{shipment['number']}"
    parcels = f"/warehouse/shipments/{_told_to_ship(stage, shipment['number'])['key']}/parcels"
    parcel = stage.players.direct("POST", parcels, {})
    stage.say("Aftercart", f"has the new goods shipped and closes: {stage.reach(case, 'exchanged')['state']}")
    stage.players.direct("POST", f"{parcels}/{parcel['id']}", {"state": "delivered"})
    arrived = stage.reach(address, "delivered")
    (delivery,) = arrived["deliveries"]
    stage.say("warehouse", f"{delivery['carrier']} {delivery['tracking_number']}: {arrived['state']}")


def _told_to_ship(stage: Stage, number: str) -> dict[str, Any]:
    """The order to ship as the sandbox's warehouse has it, as soon as it does."""
    give_up = time.monotonic() + CLOSES_WITHIN_SECONDS
    while time.monotonic() < give_up:
        for order in stage.players.direct("GET", "/state")["replacements"]:
            if order["reference"] == number:
                return dict(order)
        time.sleep(POLL_SECONDS)
    raise WalkThroughFailed(f"the warehouse was never told to ship {number}")
