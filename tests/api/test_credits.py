"""Store credit and gift cards over HTTP: offered, chosen, read and spent."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import SYSTEM, CaseRef, Role
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.policies import Method, Methods, StoreCreditRules, always
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy

SPEND = {"reference": "c-1", "amount_minor": 500, "currency": "GBP", "order_id": "A-2002"}
BOTH = (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT)


def ask(**line: Any) -> dict[str, Any]:
    """A request for one mug."""
    return {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind", **line}]}


def spend(house: House, body: dict[str, Any], key: str = "checkout-1") -> Any:
    """The storefront pays a purchase."""
    return house.to(Role.STOREFRONT).post("/v1/credit_spends", json=body, headers={"Idempotency-Key": key})


@pytest.fixture
def credited(house: House) -> House:
    """Customer c-1 has 12.00 of store credit and a bonus of 1.20."""
    ref = CaseRef(merchant=MERCHANT, rma=house.has_return())
    payout = Payout(
        number=1,
        payment_id="card",
        amount_minor=1200,
        currency="GBP",
        state=PayoutState.PLANNED,
        key="k",
        method=PayoutMethod.STORE_CREDIT,
        bonus_minor=120,
        account="store_credit:c-1",
    )
    with house.records.transaction() as tx:
        tx.plan_payouts(ref, [payout], SYSTEM)
        tx.record_payout(ref, payout.model_copy(update={"state": PayoutState.SETTLED}), SYSTEM)
    return house


def test_a_quote_offers_the_credit_with_its_bonus(house: House) -> None:
    """The customer sees 12.00 of money beside 13.20 of credit, and choosing the credit is on record."""
    rules = StoreCreditRules(bonus_percent=10)
    house.records.put_policy(MERCHANT, a_policy(methods=always(Methods(offer=BOTH, store_credit=rules))))
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    quote = shop.post("/v1/returns/quote", json=ask(resolution="store_credit")).json()
    assert [each["total_minor"] for each in quote["methods"]] == [1200, 1320]
    assert [each["method"] for each in quote["paid_as"]] == ["store_credit"]
    headers = {"Idempotency-Key": "one"}
    opened = shop.post("/v1/returns", json=ask(resolution="store_credit"), headers=headers).json()
    assert opened["lines"][0]["resolution"] == "store_credit"


@pytest.mark.parametrize(
    ("resolution", "rule"), [("store_credit", "method_not_offered"), ("replacement", "method_not_offered")]
)
def test_what_is_not_offered_is_refused_with_a_way_out(house: House, resolution: str, rule: str) -> None:
    """The default shop offers money alone."""
    house.has_order()
    headers = {"Idempotency-Key": "one"}
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ask(resolution=resolution), headers=headers)
    assert problem_of(answer) == "return-refused"
    (reason,) = answer.json()["reasons"]
    assert reason["rule"] == rule
    assert "original_payment" in reason["way_out"]


def test_a_resolution_that_does_not_exist_is_malformed(house: House) -> None:
    """A typing mistake is named."""
    house.has_order()
    answer = house.to(Role.STOREFRONT).post("/v1/returns/quote", json=ask(resolution="vouchers"))
    assert (problem_of(answer), answer.json()["errors"][0]["field"]) == ("invalid-request", "lines.0.resolution")


def test_an_account_is_read_with_its_movements(credited: House) -> None:
    """An agent sees what there is and how it came."""
    account = credited.to(Role.AGENT).get("/v1/credit_accounts/store_credit/c-1").json()
    (balance,) = account["balances"]
    assert (balance["available_minor"], balance["issued_minor"]) == (1320, 1320)
    assert [each["kind"] for each in account["movements"]] == ["store_credit_bonus", "store_credit_issued"]


def test_an_account_that_holds_nothing_is_no_mistake(house: House) -> None:
    """A customer without credit has an empty account, whatever characters the id has."""
    account = house.to(Role.STOREFRONT).get("/v1/credit_accounts/gift_card/GC%2F7 x").json()
    assert (account["reference"], account["balances"]) == ("GC/7 x", [])
    answer = house.to(Role.STOREFRONT).get("/v1/credit_accounts/points/c-1")
    assert problem_of(answer) == "invalid-request"


def test_a_purchase_is_paid_once(credited: House) -> None:
    """The storefront may send it again; a key is for one purchase."""
    first, again = spend(credited, SPEND), spend(credited, SPEND)
    assert (first.status_code, first.json()["left_minor"]) == (201, 820)
    assert (again.status_code, again.json()["outcome"], again.json()["left_minor"]) == (200, "known", 820)
    assert problem_of(spend(credited, {**SPEND, "amount_minor": 1})) == "idempotency-key-reused"


def test_too_large_a_purchase_is_told_what_is_left(credited: House) -> None:
    """15.00 of 13.20, or euros of pounds: nothing is taken, and the answer says what could be."""
    answer = spend(credited, {**SPEND, "amount_minor": 1500})
    assert (problem_of(answer), answer.json()["left_minor"]) == ("credit-too-low", 1320)
    assert "Take 13.20 GBP or less" in answer.json()["detail"]
    answer = spend(credited, {**SPEND, "currency": "EUR"})
    assert (problem_of(answer), answer.json()["left_minor"]) == ("credit-too-low", 0)
    assert "13.20 GBP" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 1.5}, "amount_minor"),
        ({"currency": "PTS"}, "currency"),
        ({"reference": ""}, "reference"),
        ({"bonus": 1}, "bonus"),
    ],
)
def test_a_malformed_purchase_names_the_field(house: House, change: dict[str, Any], field: str) -> None:
    """Nothing is taken."""
    answer = spend(house, {**SPEND, **change})
    assert (problem_of(answer), answer.json()["errors"][0]["field"]) == ("invalid-request", field)


def test_a_purchase_needs_a_key(house: House) -> None:
    """Without it, a lost answer would be paid twice."""
    answer = house.to(Role.STOREFRONT).post("/v1/credit_spends", json=SPEND)
    assert problem_of(answer) == "idempotency-key-missing"
