"""Exchanges over HTTP: quoted, asked for under either address, refused with a way out."""

from __future__ import annotations

from typing import Any

from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import MERCHANT
from tests.exchanges import a_mug_order, an_exchange_policy
from tests.goods import a_product


def ask(sku: str = "MUG-L-BLUE", **line: Any) -> dict[str, Any]:
    """One small mug for another one."""
    wanted = {"line_id": "1", "quantity": 1, "reason": "too_small", "resolution": "exchange"}
    return {"order_id": "A-1001", "lines": [wanted | {"wanted": [{"sku": sku, "quantity": 1}]} | line]}


def open_shop(house: House) -> Any:
    """A shop that exchanges within a product."""
    house.records.put_policy(MERCHANT, an_exchange_policy())
    house.records.put_product(MERCHANT, a_product())
    house.records.put_order(MERCHANT, a_mug_order())
    return house.to(Role.STOREFRONT)


def test_a_quote_tells_who_owes_whom(house: House) -> None:
    """The large mug costs 3.00 more; two small ones for it leave 9.00."""
    shop = open_shop(house)
    dearer = shop.post("/v1/exchanges/quote", json=ask()).json()["exchange"]
    assert (dearer["difference"], dearer["customer_pays_minor"]) == ("customer_owes", 300)
    cheaper = shop.post("/v1/returns/quote", json=ask(quantity=2)).json()
    assert (cheaper["exchange"]["shop_pays_minor"], cheaper["refund"]["total_minor"]) == (900, 900)


def test_goods_that_cannot_be_had_are_refused_with_a_way_out(house: House) -> None:
    """Unknown, sold out, or none named: each says so."""
    shop = open_shop(house)
    for body, rule in (
        (ask("NO-SUCH"), "unknown_goods"),
        (ask("MUG-S-RED"), "goods_out_of_stock"),
        (ask(wanted=[]), "nothing_wanted"),
    ):
        (line,) = shop.post("/v1/exchanges/quote", json=body).json()["lines"]
        assert [finding["rule"] for finding in line["findings"]] == [rule]


def test_an_exchange_wants_goods(house: House) -> None:
    """Who asks for an exchange and wants nothing has mistaken the address."""
    body = ask(resolution="original_payment", wanted=[])
    answer = open_shop(house).post("/v1/exchanges", json=body, headers={"Idempotency-Key": "one"})
    assert (problem_of(answer), answer.json()["errors"][0]["field"]) == ("invalid-request", "lines")


def test_both_addresses_find_it(house: House) -> None:
    """Opened as a return or as an exchange, it is one case of one kind."""
    shop = open_shop(house)
    opened = shop.post("/v1/returns", json=ask(), headers={"Idempotency-Key": "one"})
    assert opened.status_code == 201, opened.text
    rma = opened.json()["rma"]
    assert opened.headers["Location"] == f"/v1/exchanges/{rma}"
    assert shop.get(f"/v1/exchanges/{rma}").json() == shop.get(f"/v1/returns/{rma}").json()
    assert [each["rma"] for each in shop.get("/v1/exchanges").json()["returns"]] == [rma]
    assert [each["kind"] for each in shop.get("/v1/returns").json()["returns"]] == ["exchange"]
