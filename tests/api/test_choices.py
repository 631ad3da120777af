"""Choosing what else to take when goods are out of stock, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import CaseRef, Role
from domain.exchanges.progress import derive_progress
from domain.exchanges.shipping import hear_shipments
from domain.policies import OutOfStockRule
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import report_shipment
from tests.api.house import House, problem_of
from tests.api.test_exchanges import ask
from tests.builders import ASKED, MERCHANT
from tests.exchanges import a_mug_order, an_exchange_policy
from tests.goods import a_product

RED = {"choice": "other_goods", "lines": [{"line_id": "1", "wanted": [{"sku": "MUG-L-RED", "quantity": 1}]}]}


def asked(house: House) -> str:
    """An exchange whose new mug is out of stock."""
    policy = an_exchange_policy(out_of_stock=OutOfStockRule.ASK)
    house.records.put_policy(MERCHANT, policy)
    house.records.put_product(MERCHANT, a_product())
    house.records.put_order(MERCHANT, a_mug_order())
    opened = house.to(Role.STOREFRONT).post("/v1/exchanges", json=ask(), headers={"Idempotency-Key": "one"})
    assert opened.status_code == 201, opened.text
    rma = str(opened.json()["rma"])
    ref = house.records.reads.return_case(MERCHANT, rma).case.ref
    with house.records.transaction() as tx:
        case = tx.return_case(CaseRef(merchant=MERCHANT, rma=rma, kind=ref.kind))
        (shipment,) = tx.replacement_shipments_of(ref, case.order_id)
        short = shipment.with_facts(short_at=ASKED, shortage="none left")
        report = report_shipment(short, policy).model_copy(update={"state": ReplacementShipmentState.OUT_OF_STOCK})
        change = hear_shipments(case, (report,), policy=policy, at=ASKED)
        tx.save_case(short, house.records.reads.shipments.of_order(MERCHANT, case.order_id)[0].progress, ())
        tx.save_case(change.case, derive_progress(change.case, policy), change.entries)
    return rma


def test_the_customer_chooses_another_colour(house: House) -> None:
    """Until when they may choose is told, the choice is promised anew, and the explanation says what was out of stock."""
    rma, shop = asked(house), house.to(Role.STOREFRONT)
    (choice,) = shop.get(f"/v1/exchanges/{rma}").json()["exchange"]["choices"]
    assert (choice["missing"], choice["answer"]) == ([{"sku": "MUG-L-BLUE", "quantity": 1}], None)
    answer = shop.post(f"/v1/exchanges/{rma}/choice_given", json=RED)
    assert answer.status_code == 200, answer.text
    exchange = answer.json()["case"]["exchange"]
    assert exchange["choices"][0]["answer"] == "other_goods"
    assert exchange["lines"][0]["new_goods"][0]["sku"] == "MUG-L-RED"
    explained = house.to(Role.AUDITOR).get(f"/v1/exchanges/{rma}/explanation").json()
    (told,) = [each for each in explained["decisions"] if each["decision"] == "out_of_stock"]
    assert (told["outcome"], told["matched"][0]["rule"]) == ("other_goods", "out_of_stock.ask")
    again = shop.post(f"/v1/exchanges/{rma}/choice_given", json={"choice": "wait"})
    assert (problem_of(again), again.json()["code"]) == ("event-refused", "nothing_asked")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"choice": "other_goods"}, "nothing_wanted"),
        ({"choice": "other_goods", "lines": [RED["lines"][0] | {"line_id": "9"}]}, "unknown_line"),  # type: ignore[operator]
        (
            {"choice": "other_goods", "lines": [{"line_id": "1", "wanted": [{"sku": "MUG-L-BLUE", "quantity": 1}]}]},
            "goods_out_of_stock",
        ),
        (
            {"choice": "other_goods", "lines": [{"line_id": "1", "wanted": [{"sku": "CUP", "quantity": 1}]}]},
            "unknown_goods",
        ),
    ],
)
def test_choices_that_cannot_be(house: House, body: dict[str, Any], code: str) -> None:
    """Each is refused with the reason, and the customer may choose again."""
    rma, shop = asked(house), house.to(Role.STOREFRONT)
    refused = shop.post(f"/v1/exchanges/{rma}/choice_given", json=body)
    assert (problem_of(refused), refused.json()["code"]) == ("event-refused", code)
    assert shop.post(f"/v1/exchanges/{rma}/choice_given", json={"choice": "refund"}).status_code == 200


def test_a_plain_return_has_nothing_to_choose(house: House) -> None:
    """It is said so."""
    refused = house.to(Role.AGENT).post(f"/v1/exchanges/{house.has_return()}/choice_given", json={"choice": "wait"})
    assert (problem_of(refused), refused.json()["code"]) == ("event-refused", "not_for_returns")
