"""Asking for a return over HTTP: the quote, the request, and the same request once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.cases import Role
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import ASKED, an_order, an_order_line

ONE_MUG: dict[str, Any] = {
    "order_id": "A-1001",
    "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}],
}
LATE = (ASKED + timedelta(days=90)).isoformat()


def key(text: str = "first") -> dict[str, str]:
    """The header that makes a request repeatable."""
    return {"Idempotency-Key": text}


def test_quote(house: House) -> None:
    """Before asking, a customer sees what may come back, until when, what is refunded and what happens next."""
    house.has_order()

    quote = house.to(Role.STOREFRONT).post("/v1/returns/quote", json=ONE_MUG).json()

    assert quote["verdict"] == "authorized"
    assert quote["lines"][0]["eligible"]
    assert (quote["refund"]["currency"], quote["refund"]["total_minor"]) == ("GBP", 1200)
    assert quote["next_step"].startswith("Open the return")


def test_quote_of_too_many(house: House) -> None:
    """A quote for more than was bought says so, and is an answer, not a problem."""
    house.has_order()

    lines = [{"line_id": "1", "quantity": 3, "reason": "changed_mind"}]
    answer = house.to(Role.STOREFRONT).post("/v1/returns/quote", json=ONE_MUG | {"lines": lines})

    assert answer.status_code == 200
    assert answer.json()["lines"][0]["findings"][0]["rule"] == "more_than_ordered"


def test_quote_keeps_nothing(house: House) -> None:
    """Asking for a quote opens no case and takes no units."""
    house.has_order()
    house.to(Role.STOREFRONT).post("/v1/returns/quote", json=ONE_MUG)

    order = house.to(Role.AGENT).get("/v1/orders/A-1001").json()

    assert (order["cases"], order["units"][0]["free"]) == ([], 2)


def test_open(house: House) -> None:
    """A permitted request is a return with a number at once, and says what happens next."""
    house.has_order()

    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG, headers=key())

    assert answer.status_code == 201
    view = answer.json()
    assert (view["state"], view["waiting_for"], view["label_follows"]) == ("authorized", "parcel", True)
    assert answer.headers["Location"] == f"/v1/returns/{view['rma']}"
    assert house.to(Role.AGENT).get(answer.headers["Location"]).json() == view


def test_refused(house: House) -> None:
    """A request that the policy forbids is refused with the reason and the way out, and is on record as a case."""
    house.has_order(an_order(lines=(an_order_line(final_sale=True),)))

    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG, headers=key())

    assert (answer.status_code, problem_of(answer)) == (422, "return-refused")
    refusal = answer.json()
    assert refusal["reasons"][0]["rule"] == "final_sale"
    assert refusal["reasons"][0]["way_out"]
    assert house.to(Role.AGENT).get(f"/v1/returns/{refusal['case']['rma']}").json()["state"] == "refused"


def test_same_request_again(house: House) -> None:
    """The same request sent twice is one return and gets the same answer, even when the return has moved on."""
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    first = shop.post("/v1/returns", json=ONE_MUG, headers=key())
    house.to(Role.WAREHOUSE).post(f"/v1/returns/{first.json()['rma']}/item_received")

    again = shop.post("/v1/returns", json=ONE_MUG, headers=key())

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert house.to(Role.AGENT).get("/v1/returns/totals").json()["returns"] == 1


def test_same_refused_request_again(house: House) -> None:
    """A refusal is repeated word for word too."""
    house.has_order(an_order(lines=(an_order_line(final_sale=True),)))
    shop = house.to(Role.STOREFRONT)

    answers = [shop.post("/v1/returns", json=ONE_MUG, headers=key()) for _ in range(2)]

    first, again = ({**answer.json(), "request_id": ""} for answer in answers)
    assert first == again


def test_same_request_while_temporal_is_down(house: House) -> None:
    """Once answered, a request is answered again without Temporal."""
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    first = shop.post("/v1/returns", json=ONE_MUG, headers=key())
    house.gateway.is_down = True

    assert shop.post("/v1/returns", json=ONE_MUG, headers=key()).content == first.content


def test_same_request_written_otherwise(house: House) -> None:
    """Spelled-out defaults and another order of fields do not make it another request."""
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    first = shop.post("/v1/returns", json=ONE_MUG, headers=key())

    line = {"comment": "", "reason": "changed_mind", "quantity": 1, "line_id": "1"}
    again = shop.post("/v1/returns", json={"lines": [line], "order_id": "A-1001"}, headers=key())

    assert again.content == first.content


def test_key_of_another_request(house: House) -> None:
    """A key used before for something else opens nothing."""
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    shop.post("/v1/returns", json=ONE_MUG, headers=key())

    other = ONE_MUG | {"lines": [{"line_id": "1", "quantity": 2, "reason": "changed_mind"}]}
    answer = shop.post("/v1/returns", json=other, headers=key())

    assert (answer.status_code, problem_of(answer)) == (422, "idempotency-key-reused")


def test_keys_of_two_shops(house: House) -> None:
    """Two shops may use the same key; neither learns of the other."""
    house.has_order()
    house.has_order(merchant=OTHER_MERCHANT)

    ours = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG, headers=key())
    theirs = house.to(Role.STOREFRONT, merchant=OTHER_MERCHANT).post("/v1/returns", json=ONE_MUG, headers=key())

    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["rma"] != theirs.json()["rma"]


def test_without_key(house: House) -> None:
    """A request without a key is told to send one, before anything is done."""
    house.has_order()

    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG)

    assert (answer.status_code, problem_of(answer)) == (422, "idempotency-key-missing")
    assert house.gateway.calls == []


def test_unknown_order(house: House) -> None:
    """A return of an order that nobody told us is refused before a case exists."""
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG, headers=key())

    assert (answer.status_code, problem_of(answer)) == (404, "order-not-found")
    assert house.to(Role.AGENT).get("/v1/returns/totals").json()["returns"] == 0


def test_no_worker(house: House) -> None:
    """When nobody can decide in time, the shop learns the number and that it may ask again; it stays one return."""
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    house.gateway.has_no_worker = True

    pending = shop.post("/v1/returns", json=ONE_MUG, headers=key())
    house.gateway.has_no_worker = False
    answer = shop.post("/v1/returns", json=ONE_MUG, headers=key())

    assert (pending.status_code, problem_of(pending)) == (503, "outcome-pending")
    assert int(pending.headers["Retry-After"]) > 0
    assert (answer.status_code, answer.json()["rma"]) == (201, pending.json()["rma"])


def test_temporal_down(house: House) -> None:
    """With Temporal down the request is kept all the same, and can be read."""
    house.has_order()
    house.gateway.is_down = True

    pending = house.to(Role.STOREFRONT).post("/v1/returns", json=ONE_MUG, headers=key())

    assert problem_of(pending) == "outcome-pending"
    view = house.to(Role.AGENT).get(f"/v1/returns/{pending.json()['rma']}").json()
    assert (view["state"], view["waiting_for"]) == ("requested", "decision")


def test_past_request_by_admin(house: House) -> None:
    """An administrator enters a request of the past; it is judged by its own date."""
    house.has_order()
    house.clock.advance(timedelta(days=90))

    past = ONE_MUG | {"requested_at": ASKED.isoformat()}
    answer = house.to(Role.ADMIN).post("/v1/returns", json=past, headers=key())

    assert (answer.status_code, answer.json()["requested_at"]) == (201, "2026-03-10T09:00:00Z")


def test_past_request_by_others(house: House) -> None:
    """Nobody else may pretend to have asked earlier."""
    house.has_order()

    past = ONE_MUG | {"requested_at": ASKED.isoformat()}
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=past, headers=key())

    assert (answer.status_code, problem_of(answer)) == (403, "forbidden")


def test_request_from_the_future(house: House) -> None:
    """Not even an administrator can ask for a return tomorrow."""
    house.has_order()

    answer = house.to(Role.ADMIN).post("/v1/returns", json=ONE_MUG | {"requested_at": LATE}, headers=key())

    assert (problem_of(answer), answer.json()["errors"][0]["field"]) == ("invalid-request", "requested_at")
