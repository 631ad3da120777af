"""The order over HTTP: told by the shop, read joined up by everybody who may."""

from __future__ import annotations

from domain.cases import Role
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import an_order, an_order_line


def test_new_order(house: House) -> None:
    """The shop tells us an order and learns its version."""
    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=an_order().model_dump(mode="json"))

    assert answer.status_code == 201
    assert answer.json() == {"order_id": "A-1001", "version": 1, "outcome": "created"}
    assert answer.headers["ETag"] == '"1"'


def test_same_order_again(house: House) -> None:
    """The same order sent twice is one order of one version."""
    shop, body = house.to(Role.STOREFRONT), an_order().model_dump(mode="json")
    shop.put("/v1/orders/A-1001", json=body)

    answer = shop.put("/v1/orders/A-1001", json=body)

    assert (answer.status_code, answer.json()["outcome"], answer.json()["version"]) == (200, "unchanged", 1)


def test_changed_order(house: House) -> None:
    """A change of an order is a new version of it."""
    house.has_order()

    body = an_order(lines=(an_order_line(title="Mug, blue"),)).model_dump(mode="json")
    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=body)

    assert (answer.status_code, answer.json()["outcome"], answer.headers["ETag"]) == (200, "updated", '"2"')


def test_change_of_stale_order(house: House) -> None:
    """Who changes an order that somebody else changed meanwhile is stopped and told the present version."""
    shop = house.to(Role.STOREFRONT)
    house.has_order()
    house.has_order(an_order(lines=(an_order_line(title="Mug, blue"),)))

    body = an_order(lines=(an_order_line(title="Mug, red"),)).model_dump(mode="json")
    stale = shop.put("/v1/orders/A-1001", json=body, headers={"If-Match": '"1"'})

    assert (stale.status_code, problem_of(stale)) == (412, "precondition-failed")
    assert stale.headers["ETag"] == '"2"'
    assert shop.put("/v1/orders/A-1001", json=body, headers={"If-Match": '"2"'}).status_code == 200


def test_change_with_tag_of_joined_up_answer(house: House) -> None:
    """The tag of what an agent read also serves to change the order, although a return moved on since."""
    shop = house.to(Role.STOREFRONT)
    order = house.has_order()
    tag = shop.get("/v1/orders/A-1001").headers["ETag"]
    house.has_return(order=order)

    body = an_order(lines=(an_order_line(title="Mug, red"),)).model_dump(mode="json")

    assert shop.put("/v1/orders/A-1001", json=body, headers={"If-Match": tag}).status_code == 200


def test_only_if_new(house: House) -> None:
    """An order that must be new does not replace one that is there."""
    house.has_order()

    body = an_order(lines=(an_order_line(title="Mug, red"),)).model_dump(mode="json")
    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=body, headers={"If-None-Match": "*"})

    assert problem_of(answer) == "precondition-failed"


def test_order_that_takes_returned_units_away(house: House) -> None:
    """An order cannot lose units that are on their way back."""
    house.has_return()

    body = an_order(lines=(an_order_line("2"),)).model_dump(mode="json")
    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=body)

    assert (answer.status_code, problem_of(answer)) == (409, "order-in-use")
    assert answer.json()["code"] == "units_in_cases"


def test_order_under_another_address(house: House) -> None:
    """An order sent to the address of another one is a mistake that is named."""
    answer = house.to(Role.STOREFRONT).put("/v1/orders/B-1", json=an_order().model_dump(mode="json"))

    assert problem_of(answer) == "invalid-request"
    assert answer.json()["errors"][0]["field"] == "order_id"


def test_malformed_order(house: House) -> None:
    """Every wrong field of an order is named at once."""
    body = an_order().model_dump(mode="json") | {"currency": "XXL", "placed_at": "yesterday"}

    answer = house.to(Role.STOREFRONT).put("/v1/orders/A-1001", json=body)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert {error["field"] for error in answer.json()["errors"]} == {"currency", "placed_at"}


def test_read_joined_up(house: House) -> None:
    """One answer holds the order, the units that may still come back, the money, and the cases with their state."""
    rma = house.has_return()

    view = house.to(Role.AGENT).get("/v1/orders/A-1001").json()

    assert view["order"]["customer"]["email"] == "ada@shop.example"
    assert view["units"] == [{"line_id": "1", "sold": 2, "in_cases": 1, "free": 1}]
    assert view["payments"][0] | {"payment_id": ""} == {
        "payment_id": "",
        "captured_minor": 2400,
        "refunded_minor": 0,
        "pending_minor": 0,
        "disputed_minor": 0,
        "excess_minor": 0,
        "left_minor": 2400,
    }
    case = view["cases"][0]
    assert (case["rma"], case["state"], case["waiting_for"], case["units"]) == (rma, "authorized", "parcel", {"1": 1})


def test_read_again_unchanged(house: House) -> None:
    """An agent's page that asks again is told that nothing changed, until something did."""
    order = house.has_order()
    agent = house.to(Role.AGENT)
    tag = agent.get("/v1/orders/A-1001").headers["ETag"]

    unchanged = agent.get("/v1/orders/A-1001", headers={"If-None-Match": tag})
    house.has_return(order=order)
    changed = agent.get("/v1/orders/A-1001", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200


def test_unknown_order(house: House) -> None:
    """An order that the shop never told us is unknown."""
    answer = house.to(Role.AGENT).get("/v1/orders/A-1")

    assert (answer.status_code, problem_of(answer)) == (404, "order-not-found")


def test_order_of_another_shop(house: House) -> None:
    """What another shop sold does not exist for us."""
    house.has_order(merchant=OTHER_MERCHANT)

    assert problem_of(house.to(Role.ADMIN).get("/v1/orders/A-1001")) == "order-not-found"


def test_order_id_with_a_slash(house: House) -> None:
    """Shops number orders as they like, also with a slash."""
    shop = house.to(Role.STOREFRONT)
    shop.put("/v1/orders/2026/0042", json=an_order("2026/0042").model_dump(mode="json"))

    assert shop.get("/v1/orders/2026%2F0042").json()["order"]["order_id"] == "2026/0042"
