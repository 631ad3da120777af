"""The shop is asked over HTTP, and what it answers counts from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.cases import Role
from domain.errors import Rejected, Unavailable
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import MERCHANT
from tests.fakes.storefront import FakeStorefront
from tests.goods import KNOWN, a_product, a_variant

ASK = "/v1/products/mug/asked"


@pytest.fixture
def shop(house: House) -> Iterator[FakeStorefront]:
    """Our merchant's shop, which sells mugs; the other merchant's cannot be asked."""
    fake = FakeStorefront(house.clock)
    fake.products["mug"] = a_product()
    fake.stock["MUG-S-BLUE"] = 9
    services = house.app.state.services
    house.app.state.services = replace(services, storefronts={MERCHANT: fake}.get)
    yield fake
    house.app.state.services = services


def test_ask_for_a_product(house: House, shop: FakeStorefront) -> None:
    """A product that nobody told is fetched from the shop; that it was asked, and when, is shown."""
    answer = house.to(Role.AGENT).post(ASK)
    view = house.to(Role.AGENT).get("/v1/products/mug").json()

    assert (answer.status_code, answer.json()["outcome"]) == (200, "created")
    assert (view["source"], view["as_of"]) == ("asked", "2026-03-10T09:00:00Z")
    assert [(each["sku"], each["available"]) for each in view["availability"]] == [("MUG-S-BLUE", 9)]


def test_ask_how_many(house: House, shop: FakeStorefront) -> None:
    """The shop's present number replaces what was told this morning; what it does not count is named."""
    house.records.put_product(MERCHANT, a_product("mug", a_variant(available=1), as_of=KNOWN))

    answer = house.to(Role.STOREFRONT).post("/v1/availability_asked", json={"skus": ["MUG-S-BLUE", "CUP", "CUP"]})

    assert [each["available"] for each in answer.json()["availability"]] == [9]
    assert answer.json()["not_counted"] == ["CUP"]
    (known,) = house.to(Role.AGENT).get("/v1/products/mug").json()["availability"]
    assert (known["available"], known["source"]) == (9, "asked")


def test_no_such_product(house: House, shop: FakeStorefront) -> None:
    """A product that the shop does not sell is unknown; what was told of it before stays."""
    house.records.put_product(MERCHANT, a_product("cup", a_variant("CUP")))

    assert problem_of(house.to(Role.AGENT).post("/v1/products/cup/asked")) == "product-not-found"
    assert house.to(Role.AGENT).get("/v1/products/cup").status_code == 200


def test_shop_is_down(house: House, shop: FakeStorefront) -> None:
    """A shop that does not answer is said to be away for the moment, and nothing changes."""
    shop.faults.fail(Unavailable("down"))
    answer = house.to(Role.AGENT).post(ASK)

    assert (answer.status_code, problem_of(answer)) == (503, "unavailable")
    assert answer.headers["Retry-After"]


def test_answer_that_cannot_be_used(house: House, shop: FakeStorefront) -> None:
    """An answer that breaks the contract is named as such, so that somebody mends the shop."""
    shop.faults.fail(Rejected("unreadable_answer", "the shop's product cannot be used: title: too long"))
    answer = house.to(Role.AGENT).post(ASK)

    assert (answer.status_code, problem_of(answer)) == (502, "shop-answer-unusable")
    assert "title: too long" in answer.json()["detail"]


def test_shop_without_an_address(house: House, shop: FakeStorefront) -> None:
    """A shop that cannot be asked tells its products instead."""
    stranger = house.to(Role.ADMIN, merchant=OTHER_MERCHANT)

    assert problem_of(stranger.post(ASK)) == "shop-not-connected"
