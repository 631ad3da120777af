"""Numbers, dates and texts beyond all sense are the sender's mistake, named by field, never an accident of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import an_order

ORDER = an_order().model_dump(mode="json")
LINE, PAYMENT, PARCEL = ORDER["lines"][0], ORDER["payments"][0], ORDER["parcels"][0]
LONG_AGO, NEVER = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payments": [PAYMENT | {"captured_minor": 10**30}]}, "payments.0.captured_minor"),
        ({"payments": [PAYMENT | {"reference": "pi_\x00"}]}, "payments.0.reference"),
        ({"lines": [LINE | {"quantity": 10**20}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"unit_price_minor": 10**40}]}, "lines.0.unit_price_minor"),
        ({"placed_at": LONG_AGO}, "placed_at"),
        ({"placed_at": NEVER}, "placed_at"),
        ({"parcels": [PARCEL | {"delivered_at": NEVER}]}, "parcels.0.delivered_at"),
        ({"customer": {"name": "\ud800"}}, "customer.name"),
    ],
)
def test_order(house: House, change: dict[str, Any], field: str) -> None:
    """An order with an impossible amount, quantity, date or text is refused."""
    answer = house.to(Role.STOREFRONT).put(
        "/v1/orders/A-1001", content=json.dumps(ORDER | change), headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_return_from_before_all_time(house: House) -> None:
    """Nobody asked for a return in the year one."""
    house.has_order()

    asked = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    answer = house.to(Role.ADMIN).post("/v1/returns/quote", json=asked | {"requested_at": LONG_AGO})

    assert [error["field"] for error in answer.json()["errors"]] == ["requested_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"occurred_at": LONG_AGO}, "occurred_at"),
        ({"units": [{"line_id": "1", "quantity": 10**30}]}, "units.0.quantity"),
    ],
)
def test_event(house: House, body: dict[str, Any], field: str) -> None:
    """An event with an impossible time or count is refused before it is kept."""
    answer = house.to(Role.WAREHOUSE).post("/v1/returns/2222-2222/item_received", json=body)

    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("wanted", [{"requested_from": LONG_AGO}, {"requested_before": NEVER}])
def test_filter(house: House, wanted: dict[str, str]) -> None:
    """A filter by an impossible date is refused."""
    assert problem_of(house.to(Role.AGENT).get("/v1/returns", params=wanted)) == "invalid-request"


def test_search_for_nothing_that_can_be(house: House) -> None:
    """A search for a text that no database holds finds nothing."""
    assert house.to(Role.AGENT).get("/v1/returns", params={"q": "\x00"}).json()["returns"] == []


@pytest.mark.parametrize("tag", ['"' + "9" * 5000 + '"', '"x"', "", '"1", "2"', 'W/"7"'])
def test_tag_that_we_never_gave(house: House, tag: str) -> None:
    """A version that the order never had is simply not the present one."""
    house.has_order()

    body = ORDER | {"customer": {"name": "Somebody else"}}
    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=body, headers={"If-Match": tag})

    assert problem_of(answer) == "precondition-failed"


def test_deeply_nested_body(house: House) -> None:
    """A body made to exhaust the reader is refused."""
    answer = house.to(Role.STOREFRONT).put(
        "/v1/orders/A-1001", content=b"[" * 100_000, headers={"Content-Type": "application/json"}
    )

    assert problem_of(answer) == "invalid-request"
