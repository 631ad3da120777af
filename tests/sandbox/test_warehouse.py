"""The sandbox plays a warehouse by our own contract."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from api.replacement_shipments.events import ShipmentChanged
from tests.sandbox.server import SandboxServer

INSTRUCTION = {
    "merchant": "default",
    "rma": "7K3F-Q9X4",
    "warehouse": "main",
    "units": [{"sku": "MUG-01", "quantity": 2, "disposition": "restock"}],
}


def tell(sandbox: SandboxServer, body: Any, *, key: str = "once", token: str = "token") -> httpx2.Response:
    """The warehouse's answer to an instruction."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return httpx2.post(f"{sandbox.address}/warehouse/v1/dispositions", json=body, headers=headers)


def read(sandbox: SandboxServer, path: str) -> httpx2.Response:
    """What the warehouse says when it is asked."""
    return httpx2.get(f"{sandbox.address}/warehouse/v1/{path}", headers={"Authorization": "Bearer token"})


def test_once(sandbox: SandboxServer) -> None:
    """The first time an instruction is carried out, later it is only confirmed."""
    first, second = tell(sandbox, INSTRUCTION), tell(sandbox, INSTRUCTION)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert read(sandbox, "stock/MUG-01").json()["warehouses"] == {"main": {"available": 2, "quarantined": 0}}


def test_read_back(sandbox: SandboxServer) -> None:
    """An instruction can be read back by its key."""
    tell(sandbox, INSTRUCTION, key="return:default:7K3F-Q9X4:dispositions")

    answer = read(sandbox, "dispositions/return:default:7K3F-Q9X4:dispositions")

    assert answer.json()["units"] == INSTRUCTION["units"]
    assert read(sandbox, "dispositions/other").status_code == 404


def test_other_instruction_under_the_same_key(sandbox: SandboxServer) -> None:
    """A key stands for one instruction."""
    tell(sandbox, INSTRUCTION)

    answer = tell(sandbox, {**INSTRUCTION, "warehouse": "north"})

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    "units",
    [
        [],
        [{"sku": "MUG-01", "quantity": 0, "disposition": "restock"}],
        [{"sku": "MUG-01", "quantity": 1, "disposition": "hide"}],
        [{"sku": "", "quantity": 1, "disposition": "restock"}],
    ],
    ids=["none", "zero", "unknown disposition", "no SKU"],
)
def test_malformed(sandbox: SandboxServer, units: list[dict[str, Any]]) -> None:
    """A malformed instruction is refused as a problem document that names the place."""
    answer = tell(sandbox, {**INSTRUCTION, "units": units})

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_instruction")
    assert "units" in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_key_or_token(sandbox: SandboxServer) -> None:
    """Without a key nothing is done, and strangers are sent away."""
    assert tell(sandbox, INSTRUCTION, key="").status_code == 422
    assert httpx2.get(f"{sandbox.address}/warehouse/v1/stock/MUG-01").status_code == 401


RESERVATION = {
    "merchant": "default",
    "reference": "9WQ4-T6MX",
    "warehouse": "main",
    "units": [{"sku": "MUG-02", "quantity": 2}],
}
SHIPMENT = {
    **RESERVATION,
    "reservation": "stock-1",
    "order_id": "1042",
    "address": {"name": "Ada", "street1": "12 Mill Lane", "city": "York", "country": "GB"},
}
HEADERS = {"Authorization": "Bearer token"}


def order(sandbox: SandboxServer, path: str, body: Any, *, key: str) -> httpx2.Response:
    """The warehouse's answer to an order for goods going out."""
    return httpx2.post(f"{sandbox.address}/warehouse/v1/{path}", json=body, headers={**HEADERS, "Idempotency-Key": key})


def test_time_of_a_reservation_is_over(sandbox: SandboxServer) -> None:
    """Goods that nobody fetched in time can be sold again."""
    sandbox.control("PUT", "/warehouse/stock/MUG-02", {"available": 2})
    held = order(sandbox, "reservations", {**RESERVATION, "until": "2020-01-01T00:00:00Z"}, key="stock-1")

    assert held.status_code == 201
    assert order(sandbox, "reservations", RESERVATION, key="stock-2").status_code == 201
    assert read(sandbox, "reservations/stock-1").json()["state"] == "lapsed"


def test_more_than_is_left(sandbox: SandboxServer) -> None:
    """A parcel cannot hold what the shipment does not; what is left goes when nothing is said."""
    sandbox.control("PUT", "/warehouse/stock/MUG-02", {"available": 2})
    order(sandbox, "shipments", SHIPMENT, key="goods-1")
    parcels = "/_control/warehouse/shipments/goods-1/parcels"
    sandbox.http.post(parcels, json={"units": [{"sku": "MUG-02", "quantity": 1}]}).raise_for_status()

    too_many = sandbox.http.post(parcels, json={"units": [{"sku": "MUG-02", "quantity": 2}]})
    rest = sandbox.http.post(parcels, json={})
    nothing = sandbox.http.post(parcels, json={})

    assert [each.status_code for each in (too_many, rest, nothing)] == [409, 201, 409]
    assert rest.json()["units"] == [{"sku": "MUG-02", "quantity": 1}]


def test_goods_go_back_to_their_customer(sandbox: SandboxServer) -> None:
    """Two lie there for the customer of a return: they are sent once, never were on the shelf, and a third is not there."""
    back = {**INSTRUCTION, "units": [{"sku": "MUG-02", "quantity": 2, "disposition": "back_to_customer"}]}
    tell(sandbox, back)
    parcel = {**SHIPMENT, "reservation": "", "from_return": INSTRUCTION["rma"]}

    assert order(sandbox, "shipments", parcel, key="goods-1").status_code == 201
    again = order(sandbox, "shipments", {**parcel, "units": [{"sku": "MUG-02", "quantity": 1}]}, key="goods-2")
    assert (again.status_code, again.json()["code"]) == (409, "out_of_stock")
    assert read(sandbox, "stock/MUG-02").json()["warehouses"]["main"]["available"] == 0


def test_news_of_a_parcel(sandbox: SandboxServer) -> None:
    """Each move of a parcel is told to whoever gave the order, at the address of its case, in words that our API reads."""
    sandbox.control("PUT", "/webhooks/warehouse", {"url": "http://127.0.0.1:9/{reference}/news", "secret": "ak_1"})
    sandbox.control("PUT", "/warehouse/stock/MUG-02", {"available": 2})
    order(sandbox, "shipments", SHIPMENT, key="goods-1")
    parcel = sandbox.control("POST", "/warehouse/shipments/goods-1/parcels", {})
    sandbox.control("POST", f"/warehouse/shipments/goods-1/parcels/{parcel['id']}", {"state": "delivered"})

    told = [each["body"] for each in sandbox.control("GET", "/webhooks") if each["vendor"] == "warehouse"]

    assert [(each["reference"], each["news"]["state"]) for each in told] == [
        ("9WQ4-T6MX", "shipped"),
        ("9WQ4-T6MX", "delivered"),
    ]
    assert [str(ShipmentChanged.model_validate(each["news"]).state) for each in told] == ["shipped", "delivered"]


@pytest.mark.parametrize(
    ("disposition", "counted"),
    [
        ("restock", {"available": 1, "quarantined": 0}),
        ("quarantine", {"available": 0, "quarantined": 1}),
        ("refurbish", {"available": 0, "quarantined": 0, "refurbishing": 1}),
        *(
            (leaves, {"available": 0, "quarantined": 0})
            for leaves in ("return_to_vendor", "liquidate", "scrap", "donate", "back_to_customer")
        ),
    ],
)
def test_every_disposition_is_carried_out(sandbox: SandboxServer, disposition: str, counted: dict[str, int]) -> None:
    """Only what is restocked can be sold again; what leaves the building is on no shelf."""
    units = [{"sku": f"SKU-{disposition}", "quantity": 1, "disposition": disposition}]

    assert tell(sandbox, INSTRUCTION | {"units": units}, key=disposition).status_code == 201
    assert read(sandbox, f"stock/SKU-{disposition}").json()["warehouses"] == {"main": counted}
