"""The catalogue over HTTP: told by the shop, read and searched by everybody, and what a line could be exchanged for."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from domain.catalogue import Product
from domain.orders import TaxLine
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import an_order, an_order_line
from tests.goods import KNOWN, a_product, a_variant

MUG = "/v1/products/mug"
LINE = "/v1/orders/A-1001/lines/1/alternatives"


def told(house: House, product: Product | None = None, **headers: str) -> Any:
    """The answer to the shop that tells a product."""
    product = product or a_product()
    body = product.model_dump(mode="json")
    return house.to(Role.STOREFRONT).put(f"/v1/products/{product.product_id}", json=body, headers=headers)


def test_new_product(house: House) -> None:
    """The shop tells a product and learns its version; an agent reads it with its stock and since when that is known."""
    answer = told(house, a_product(as_of=KNOWN))
    view = house.to(Role.AGENT).get(MUG)

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json() == {"product_id": "mug", "version": 1, "outcome": "created"}
    assert view.json()["availability"][0] == {
        "sku": "MUG-L-BLUE",
        "available": 4,
        "as_of": "2026-03-09T08:00:00Z",
        "source": "told",
    }
    assert [each["sku"] for each in view.json()["availability"]] == ["MUG-L-BLUE", "MUG-S-BLUE", "MUG-S-RED"]


def test_same_product_again(house: House) -> None:
    """The same product sent twice is one product of one version, also when it is sold out by now."""
    told(house, a_product("mug", a_variant()))
    again = told(house, a_product("mug", a_variant(available=0)))

    assert (again.status_code, again.json()["outcome"], again.json()["version"]) == (200, "unchanged", 1)
    assert house.to(Role.AGENT).get(MUG).json()["availability"][0]["available"] == 0


def test_stale_change(house: House) -> None:
    """Who changes a product that somebody else changed meanwhile is stopped; the tag of the answer serves to change it."""
    told(house)
    tag = house.to(Role.AGENT).get(MUG).headers["ETag"]
    told(house, a_product(title="Mug, new"))

    stale = told(house, a_product(title="Mug, other"), **{"If-Match": tag})

    assert (stale.status_code, problem_of(stale), stale.headers["ETag"]) == (412, "precondition-failed", '"2"')
    assert told(house, a_product(title="Mug, other"), **{"If-Match": '"2"'}).json()["version"] == 3
    assert problem_of(told(house, a_product(title="x"), **{"If-None-Match": "*"})) == "precondition-failed"


def test_read_again_unchanged(house: House) -> None:
    """A page that asks again is told that nothing changed, until the stock did."""
    told(house)
    agent = house.to(Role.AGENT)
    tag = agent.get(MUG).headers["ETag"]

    assert agent.get(MUG, headers={"If-None-Match": tag}).status_code == 304
    told(house, a_product("mug", *[each.model_copy(update={"available": 1}) for each in a_product().variants]))
    assert agent.get(MUG, headers={"If-None-Match": tag}).status_code == 200


def test_sku_of_another_product(house: House) -> None:
    """A SKU that another product has is refused with that product's id."""
    told(house)
    refused = told(house, a_product("cup", a_variant()))

    assert (refused.status_code, problem_of(refused)) == (409, "sku-taken")
    assert "product mug" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"variants": []}, "variants"),
        ({"colour": "blue"}, "colour"),
        ({"variants": [{"sku": "A", "gtin": "4006381333930"}]}, "variants.0.gtin"),
        ({"variants": [{"sku": "A", "prices": [{"currency": "XXL", "amount_minor": 1}]}]}, "variants.0.prices.0.currency"),
        ({"variants": [{"sku": "A", "prices": [{"currency": "GBP", "amount_minor": -1}]}]}, "variants.0.prices.0.amount_minor"),
        ({"variants": [{"sku": "A", "available": -1}]}, "variants.0.available"),
        ({"as_of": "yesterday"}, "as_of"),
    ],
)  # fmt: skip
def test_malformed(house: House, changes: dict[str, Any], field: str) -> None:
    """A wrong field of a product is named with its place."""
    body = a_product().model_dump(mode="json") | changes
    answer = house.to(Role.STOREFRONT).put(MUG, json=body)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_product_under_another_address(house: House) -> None:
    """A product sent to the address of another one is a mistake that is named."""
    answer = house.to(Role.STOREFRONT).put("/v1/products/cup", json=a_product().model_dump(mode="json"))

    assert answer.json()["errors"][0]["field"] == "product_id"


def test_search(house: House) -> None:
    """The warehouse finds a product by the SKU on the shelf, page by page; another shop finds nothing."""
    told(house)
    told(house, a_product("lamp", a_variant("LAMP"), title="Lamp", category="light"))
    dock = house.to(Role.WAREHOUSE)

    assert [each["product"]["product_id"] for each in dock.get("/v1/products?q=mug-l").json()["products"]] == ["mug"]
    assert [each["product"]["product_id"] for each in dock.get("/v1/products?category=light").json()["products"]] == [
        "lamp"
    ]
    first = dock.get("/v1/products?limit=1").json()
    rest = dock.get(f"/v1/products?limit=1&cursor={first['next_cursor']}").json()
    assert [first["products"][0]["product"]["product_id"], rest["products"][0]["product"]["product_id"]] == [
        "lamp",
        "mug",
    ]
    assert rest["next_cursor"] is None
    assert house.to(Role.ADMIN, merchant=OTHER_MERCHANT).get("/v1/products?q=mug").json()["products"] == []
    assert problem_of(dock.get("/v1/products?cursor=x")) == "invalid-request"


def test_unknown_product(house: House) -> None:
    """A product that the shop never told is unknown, and what to do is said."""
    answer = house.to(Role.AGENT).get(MUG)

    assert (answer.status_code, problem_of(answer)) == (404, "product-not-found")


def test_alternatives(house: House) -> None:
    """A customer who wants another size of the same colour sees it, taxed as the order is, with how many are left."""
    line = an_order_line(sku="MUG-S-BLUE", taxes=(TaxLine(rate="0.20", amount_minor=400),))  # type: ignore[arg-type]
    house.has_order(an_order(lines=(line,)))
    told(house, a_product(as_of=KNOWN))

    answer = house.to(Role.STOREFRONT).get(LINE, params={"same": "colour", "quantity": 2}).json()

    assert (answer["product_id"], answer["options"]) == ("mug", {"size": "S", "colour": "blue"})
    (large,) = answer["alternatives"]
    assert (large["sku"], large["changes"], large["enough"]) == ("MUG-L-BLUE", {"size": "L"}, True)
    assert large["price"]["total_minor"] == 3000
    assert large["price"]["taxes"] == [{"rate": "0.20", "amount_minor": 500}]
    assert large["availability"]["as_of"] == "2026-03-09T08:00:00Z"


def test_alternatives_of_an_order_with_a_slash(house: House) -> None:
    """Shops number orders as they like, also here."""
    house.has_order(an_order("2026/0042", lines=(an_order_line(sku="MUG-S-BLUE"),)))
    told(house)

    assert len(house.to(Role.AGENT).get("/v1/orders/2026/0042/lines/1/alternatives").json()["alternatives"]) == 3


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/v1/orders/nowhere/lines/1/alternatives", "order-not-found"),
        ("/v1/orders/A-1001/lines/9/alternatives", "order-line-not-found"),
        (LINE, "product-not-found"),
    ],
)
def test_nothing_to_compare_with(house: House, address: str, slug: str) -> None:
    """An unknown order, line or product is named, with what to do."""
    house.has_order()

    assert problem_of(house.to(Role.AGENT).get(address)) == slug


def test_unknown_option(house: House) -> None:
    """An option that the product does not have is named, with those that it has."""
    house.has_order(an_order(lines=(an_order_line(sku="MUG-S-BLUE"),)))
    told(house)

    answer = house.to(Role.AGENT).get(LINE, params={"same": "fabric"})

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert "it has: size, colour" in answer.json()["detail"]
