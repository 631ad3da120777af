"""Following returns over HTTP, with nothing but the records running."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import an_order


@pytest.fixture
def five(house: House) -> list[str]:
    """Five returns of five orders, oldest first; the last was cancelled."""
    rmas = []
    for number in range(5):
        order = house.has_order(an_order(f"A-{number}"))
        rmas.append(house.has_return(order=order, key=str(number)))
    house.to(Role.STOREFRONT).post(f"/v1/returns/{rmas[-1]}/cancel_requested")
    return rmas


def rmas_of(answer: Any) -> list[str]:
    """The returns of a page."""
    return [each["rma"] for each in answer.json()["returns"]]


def test_one(house: House, five: list[str]) -> None:
    """Anybody who may sees where a return stands and what happens next, also with Temporal down."""
    house.gateway.is_down = True

    view = house.to(Role.WAREHOUSE).get(f"/v1/returns/{five[0]}").json()

    assert (view["rma"], view["state"], view["waiting_for"]) == (five[0], "authorized", "parcel")
    assert view["deadline"]
    assert view["next_step"]


def test_one_unchanged(house: House, five: list[str]) -> None:
    """A page that asks again is told that nothing changed."""
    agent = house.to(Role.AGENT)
    tag = agent.get(f"/v1/returns/{five[0]}").headers["ETag"]

    assert agent.get(f"/v1/returns/{five[0]}", headers={"If-None-Match": tag}).status_code == 304


def test_unknown(house: House) -> None:
    """A well-written number that nobody has is unknown."""
    assert problem_of(house.to(Role.AGENT).get("/v1/returns/2222-2222")) == "return-not-found"


def test_timeline(house: House, five: list[str]) -> None:
    """Everything that happened is told in order, with who did it."""
    entries = house.to(Role.AUDITOR).get(f"/v1/returns/{five[-1]}/timeline").json()["entries"]

    assert [entry["event"] for entry in entries][:2] == ["return.requested", "return.authorized"]
    assert entries[0]["actor"] == {"name": "storefront-1", "role": "storefront"}


def test_ledger_without_money(house: House, five: list[str]) -> None:
    """A return of which no money has moved has an empty ledger; an unknown one has none."""
    finance = house.to(Role.FINANCE)

    assert finance.get(f"/v1/returns/{five[0]}/ledger").json() == {"rma": five[0], "entries": []}
    assert problem_of(finance.get("/v1/returns/2222-2222/ledger")) == "return-not-found"


def test_ledger_of_a_planned_refund(house: House) -> None:
    """Finance sees a refund from the moment it is intended."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received")
    found = {"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}
    dock.post(f"/v1/returns/{rma}/inspection_recorded", json={"units": [found]})

    entries = house.to(Role.FINANCE).get(f"/v1/returns/{rma}/ledger").json()["entries"]

    assert [(entry["kind"], entry["amount_minor"], entry["currency"]) for entry in entries] == [
        ("refund_intended", 1200, "GBP")
    ]
    payment = house.to(Role.FINANCE).get("/v1/orders/A-1001").json()["payments"][0]
    assert (payment["pending_minor"], payment["left_minor"]) == (1200, 1200)


def test_list(house: House, five: list[str]) -> None:
    """The list shows every return of the shop, newest request first, each with its state and next step."""
    answer = house.to(Role.AGENT).get("/v1/returns")

    assert sorted(rmas_of(answer)) == sorted(five)
    assert answer.json()["next_cursor"] is None
    assert all(each["next_step"] for each in answer.json()["returns"])


def test_pages(house: House, five: list[str]) -> None:
    """Page after page shows each return once."""
    agent, cursor, seen = house.to(Role.AGENT), None, []
    for _ in range(3):
        page = agent.get("/v1/returns", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += rmas_of(page)
        cursor = page.json()["next_cursor"]

    assert cursor is None
    assert sorted(seen) == sorted(five)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "cancelled"}, [4]),
        ({"waiting_for": "parcel"}, [0, 1, 2, 3]),
        ({"order_id": "A-2"}, [2]),
        ({"q": "A-3"}, [3]),
        ({"q": "ada@shop.example", "state": "cancelled"}, [4]),
        ({"requested_from": "2026-03-10T09:00:00Z", "requested_before": "2026-03-10T09:00:00Z"}, []),
        ({"customer_id": "nobody"}, []),
    ],
)
def test_filters(house: House, five: list[str], wanted: dict[str, str], found: list[int]) -> None:
    """Agents find returns by what they know; all that they give must hold."""
    answer = house.to(Role.AGENT).get("/v1/returns", params=wanted)

    assert sorted(rmas_of(answer)) == sorted(five[number] for number in found)


def test_search_by_number_as_typed(house: House, five: list[str]) -> None:
    """A number is found as a person types it."""
    answer = house.to(Role.AGENT).get("/v1/returns", params={"q": five[1].lower().replace("-", "")})

    assert rmas_of(answer) == [five[1]]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"state": "lost"}, "query.state"),
        ({"limit": "1000"}, "query.limit"),
        ({"cursor": "nonsense"}, "query.cursor"),
        ({"colour": "blue"}, "query.colour"),
        ({"requested_from": "2026-03-10"}, "query.requested_from"),
    ],
)
def test_malformed_filters(house: House, wanted: dict[str, str], field: str) -> None:
    """A filter that cannot be understood is named instead of ignored."""
    answer = house.to(Role.AGENT).get("/v1/returns", params=wanted)

    assert problem_of(answer) == "invalid-request"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_totals(house: House, five: list[str]) -> None:
    """A dashboard shows how many returns wait for what."""
    assert house.to(Role.AGENT).get("/v1/returns/totals").json() == {
        "returns": 5,
        "open": 4,
        "totals": [
            {"kind": "return", "state": "authorized", "waiting_for": "parcel", "returns": 4},
            {"kind": "return", "state": "cancelled", "waiting_for": "nothing", "returns": 1},
        ],
    }


def test_another_shop(house: House, five: list[str]) -> None:
    """Another shop sees nothing of all this."""
    other = house.to(Role.ADMIN, merchant=OTHER_MERCHANT)

    assert rmas_of(other.get("/v1/returns")) == []
    assert rmas_of(other.get("/v1/returns", params={"q": five[0]})) == []
    assert other.get("/v1/returns/totals").json()["returns"] == 0
