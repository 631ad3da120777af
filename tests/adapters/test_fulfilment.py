"""What the warehouse is told about goods going out, and what is made of its answers."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import httpx2
import pytest

from adapters.warehouse.fulfilment import RestFulfilment, parse_deliveries, reservation_body, shipment_body
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.replacement_shipments.case import DeliveryState
from tests.adapters.builders import RMA, a_reservation, a_shipment_order
from tests.sandbox.server import SandboxServer

UNTIL = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)
PARCEL = {
    "id": "dlv_1",
    "state": "delivered",
    "units": [{"sku": "MUG-BLUE", "quantity": 2}],
    "carrier": "Post",
    "tracking_number": "SB001",
    "changed_at": "2026-12-02T09:30:00Z",
}


def test_requests() -> None:
    """The warehouse is told what to put aside and until when, and what to send where."""
    assert reservation_body(a_reservation(until=UNTIL)) == {
        "merchant": "default",
        "reference": RMA,
        "warehouse": "main",
        "units": [{"sku": "MUG-BLUE", "quantity": 2}],
        "until": "2026-12-24T18:00:00+00:00",
    }
    assert "until" not in reservation_body(a_reservation())
    told = shipment_body(a_shipment_order())
    assert (told["reservation"], told["order_id"], told["address"]["city"]) == ("stock-1", "A-1001", "York")
    assert "from_return" not in told
    back = a_shipment_order().model_copy(update={"from_return": "7K3F-Q9X4", "reservation_key": ""})
    assert shipment_body(back)["from_return"] == "7K3F-Q9X4"


def test_calls(sandbox: SandboxServer) -> None:
    """Each order is one request under our key; a key with colons and slashes stays one key."""
    sandbox.control("PUT", "/warehouse/stock/MUG-BLUE", {"available": 5})
    warehouse = RestFulfilment(base_url=f"{sandbox.address}/warehouse", token="adapter")
    key = "replacement_shipment:a/b:9WQ4-T6MX:stock"

    warehouse.reserve(a_reservation(key=key))
    warehouse.release("default", key)

    assert [seen["idempotency_key"] for seen in sandbox.requests("/v1/reservations")] == [key]
    assert [(each["key"], each["state"]) for each in sandbox.state("reservations")] == [(key, "released")]


def test_parsed_answer() -> None:
    """Each parcel is read with its units, its number and the time of its last move."""
    (parcel,) = parse_deliveries(httpx2.Response(200, json={"deliveries": [PARCEL]})) or ()

    assert (parcel.delivery_id, parcel.state, parcel.units[0].quantity) == ("dlv_1", DeliveryState.DELIVERED, 2)
    assert parcel.at == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    assert parse_deliveries(httpx2.Response(404, json={"code": "not_found"})) is None


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx2.Response(200, text="<html>"), Rejected),
        (httpx2.Response(200, json={"deliveries": [{**PARCEL, "state": "stolen"}]}), Rejected),
        (httpx2.Response(200, json=[]), Rejected),
        (httpx2.Response(500), Unavailable),
        (httpx2.Response(503), Unavailable),
        (httpx2.Response(401), Unavailable),
        (httpx2.Response(410), Rejected),
    ],
)
def test_parsed_error(response: httpx2.Response, expected: type[PortError]) -> None:
    """An answer that cannot be read is a mistake to look at; a question that failed is asked again."""
    with pytest.raises(expected):
        parse_deliveries(response)


TRANSPORT_ERRORS = [
    kind for _, kind in inspect.getmembers(httpx2, inspect.isclass) if issubclass(kind, httpx2.TransportError)
]
NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}


@pytest.mark.parametrize("kind", TRANSPORT_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_transport(kind: type[httpx2.TransportError], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can happen on the wire is either surely not done or not known, never an unread error."""
    warehouse = RestFulfilment(base_url="http://127.0.0.1:9", token="adapter")

    def fail(*_: object, **__: object) -> httpx2.Response:
        raise kind("on the wire")

    monkeypatch.setattr(warehouse._client, "request", fail)

    with pytest.raises(Unavailable if kind.__name__ in NEVER_SENT else OutcomeUnknown):
        warehouse.ship(a_shipment_order())
    with pytest.raises(Unavailable):
        warehouse.find_deliveries("default", "goods-1")
