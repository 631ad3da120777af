"""Gifts over HTTP: who got one returns it, and the buyer's pages stay as they were."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.cases import SYSTEM, CaseRef, Role
from domain.gifts import Gift, Recipient
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.policies import GiftValue
from records.tables import outbox
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy, an_order, an_order_line
from tests.exchanges import an_exchange_policy
from tests.goods import a_product

LEE = Recipient(customer_id="c-lee", email="lee@mail.example", postal_code="N1 1AA")
GIVEN = an_order(
    lines=(an_order_line("1"), an_order_line("2")), gifts=(Gift(code="XMAS-24", line_ids=("1",), recipient=LEE),)
)


BUYERS = {
    "order": "/v1/orders/A-1001?view=buyer",
    "returns": "/v1/exchanges?view=buyer",
    "notes": "/v1/credit_notes?view=buyer",
    "payments": "/v1/collections?order_id=A-1001&view=buyer",
}


def ask(line: str = "1", *, order: str = "A-1001", **gift: str) -> dict[str, Any]:
    """A request of somebody who got a mug."""
    lines = [{"line_id": line, "quantity": 1, "reason": "changed_mind"}]
    return {"order_id": order, "lines": lines, "gift": gift or {"code": "XMAS-24"}}


def opened(house: House, key: str = "k") -> dict[str, Any]:
    """The gift's return, as its recipient reads it."""
    house.has_order(GIVEN)
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=ask(), headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    read: dict[str, Any] = answer.json()
    return read


def test_the_recipient_gets_credit_and_nothing_else(house: House) -> None:
    """The shop offers the original payment alone; for a gift that is store credit, and asking for money is refused."""
    view = opened(house)
    assert [line["resolution"] for line in view["lines"]] == ["store_credit"]
    wanted = ask("1")
    wanted["lines"][0]["resolution"] = "original_payment"
    refused = house.to(Role.STOREFRONT).post("/v1/returns", json=wanted, headers={"Idempotency-Key": "money"})
    assert refused.status_code == 422
    assert refused.json()["reasons"][0]["rule"] == "method_not_offered"


@pytest.mark.parametrize(
    "asked",
    [ask(code="WRONG"), ask("2"), ask("99"), ask(order="A-9999"), ask(email="lee@mail.example"), ask(postal_code="E1")],
)
@pytest.mark.parametrize("place", ["/v1/returns", "/v1/returns/quote"])
def test_whatever_is_wrong_has_one_answer(house: House, asked: dict[str, Any], place: str) -> None:
    """Order, code, address or line: nobody learns which it was."""
    house.has_order(GIVEN)
    answer = house.to(Role.STOREFRONT).post(place, json=asked, headers={"Idempotency-Key": "k"})
    assert problem_of(answer) == "gift-not-found"
    assert answer.json()["detail"] == house.to(Role.STOREFRONT).post(
        place, json=ask(code="NO"), headers={"Idempotency-Key": "k2"}
    ).json()["detail"]  # fmt: skip


def test_a_proof_of_nothing_is_malformed(house: House) -> None:
    """An empty `gift` is no gift: the sender reads which field to fill in."""
    house.has_order(GIVEN)
    body = ask() | {"gift": {}}
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")


def test_the_buyer_sees_nothing(house: House) -> None:
    """The order, its payments, the list and the return itself are for the buyer as if the recipient had kept the mug."""
    house.has_order(GIVEN)
    shop = house.to(Role.STOREFRONT)
    before = shop.get("/v1/orders/A-1001?view=buyer").json()
    rma = opened(house)["rma"]
    _credited(house, rma)
    assert shop.get("/v1/orders/A-1001?view=buyer").json() == before
    assert shop.get("/v1/returns?view=buyer&order_id=A-1001").json()["returns"] == []
    assert problem_of(shop.get(f"/v1/returns/{rma}?view=buyer")) == "return-not-found"
    assert problem_of(shop.get(f"/v1/returns/{rma}/timeline?view=buyer")) == "return-not-found"
    own = house.has_return(order=GIVEN, key="own", line_id="2")
    assert [each["rma"] for each in shop.get("/v1/returns?view=buyer").json()["returns"]] == [own]
    assert problem_of(shop.get(f"/v1/returns/{own}?view=recipient")) == "return-not-found"


def test_agents_see_everything(house: House) -> None:
    """Without a view the case, its unit and its money are there."""
    rma = opened(house)["rma"]
    _credited(house, rma)
    agent = house.to(Role.AGENT)
    order = agent.get("/v1/orders/A-1001").json()
    assert [case["rma"] for case in order["cases"]] == [rma]
    assert (order["units"][0]["in_cases"], order["payments"][0]["refunded_minor"]) == (1, 1200)
    assert [each["rma"] for each in agent.get("/v1/returns?order_id=A-1001").json()["returns"]] == [rma]
    assert [each["amount_minor"] for each in agent.get(f"/v1/returns/{rma}").json()["payouts"]] == [1200]


@pytest.mark.parametrize(("shown", "amounts"), [(GiftValue.HIDDEN, []), (GiftValue.CREDIT, [1200])])
def test_the_policy_says_what_the_recipient_is_told(house: House, shown: GiftValue, amounts: list[int]) -> None:
    """Nothing of its worth, or the credit; what was paid for it in no case."""
    house.records.put_policy(MERCHANT, a_policy(gift_value=shown))
    rma = opened(house)["rma"]
    _credited(house, rma)
    shop = house.to(Role.STOREFRONT)
    view = shop.get(f"/v1/returns/{rma}?view=recipient").json()
    assert [(each["amount_minor"], each["payment_id"]) for each in view["payouts"]] == [(each, "") for each in amounts]
    quote = shop.post("/v1/returns/quote", json=ask()).json()
    assert (quote["refund"], [each["total_minor"] for each in quote["methods"]]) == (None, amounts)


def test_messages_are_for_the_recipient(house: House) -> None:
    """What the shop's systems hear of the gift says for whom it is; of another return it does not."""
    rma = opened(house)["rma"]
    own = house.has_return(order=GIVEN, key="own", line_id="2")
    with house.records.reads.reading() as connection:
        told = {row.rma: row.facts.get("audience") for row in connection.execute(select(outbox))}
    assert told == {rma: "gift_recipient", own: None}


def test_an_exception_stays_the_recipients(house: House) -> None:
    """A supervisor lets a refused gift come back all the same: it is still the recipient's, and not the buyer's."""
    house.records.put_policy(MERCHANT, a_policy(windows=()))
    house.has_order(GIVEN)
    wanted = ask()
    wanted["lines"][0]["resolution"] = "original_payment"
    shop, chief = house.to(Role.STOREFRONT), house.to(Role.SUPERVISOR)
    refused = shop.post("/v1/returns", json=wanted, headers={"Idempotency-Key": "k"}).json()["case"]["rma"]
    body, key = {"note": "a good customer"}, {"Idempotency-Key": "x"}
    again = chief.post(f"/v1/returns/{refused}/exception_requested", json=body, headers=key)
    assert again.status_code == 201, again.text
    rma = again.json()["rma"]
    assert problem_of(shop.get(f"/v1/returns/{rma}?view=buyer")) == "return-not-found"


def _credited(house: House, rma: str) -> None:
    """The recipient has the 12.00."""
    ref = CaseRef(merchant=MERCHANT, rma=rma)
    payout = Payout(
        number=1,
        payment_id="card",
        amount_minor=1200,
        currency="GBP",
        state=PayoutState.PLANNED,
        key="k",
        method=PayoutMethod.STORE_CREDIT,
        account="store_credit:c-lee",
    )
    settled = payout.model_copy(update={"state": PayoutState.SETTLED})
    with house.records.transaction() as tx:
        tx.plan_payouts(ref, [payout], SYSTEM)
        tx.record_payout(ref, settled, SYSTEM)
        case = tx.return_case(ref)
        stored = house.records.reads.return_case(MERCHANT, rma)
        tx.save_case(case.with_facts(payouts=(settled,)), stored.progress, ())


HOME = {"name": "Lee", "street1": "2 Gift Road", "city": "York", "postal_code": "YO1 1AA", "country": "GB"}


def swap(**gift: Any) -> dict[str, Any]:
    """A recipient who wants a large mug instead of the small one."""
    wanted = {"line_id": "1", "quantity": 1, "reason": "too_small", "resolution": "exchange"}
    wanted |= {"wanted": [{"sku": "MUG-L-BLUE", "quantity": 1}]}
    return {"order_id": "A-1001", "lines": [wanted], "gift": {"code": "XMAS-24"} | gift}


def test_a_recipient_exchanges(house: House) -> None:
    """Where the shop exchanges, so may who got the gift, once it is known where the goods go; no worth is told."""
    house.records.put_policy(MERCHANT, an_exchange_policy())
    house.records.put_product(MERCHANT, a_product())
    lines = (an_order_line("1", sku="MUG-S-BLUE"), an_order_line("2"))
    house.has_order(GIVEN.model_copy(update={"lines": lines}))
    shop = house.to(Role.STOREFRONT)
    buyer = {name: shop.get(path).json() for name, path in BUYERS.items()}
    nowhere = shop.post("/v1/exchanges", json=swap(), headers={"Idempotency-Key": "a"})
    assert [each["rule"] for each in nowhere.json()["reasons"]] == ["address_missing"]
    half = shop.post("/v1/exchanges", json=swap(ship_to=HOME | {"street1": ""}), headers={"Idempotency-Key": "b"})
    assert [each["rule"] for each in half.json()["reasons"]] == ["address_missing"]
    in_advance = swap(ship_to=HOME) | {"in_advance": True}
    early = shop.post("/v1/exchanges", json=in_advance, headers={"Idempotency-Key": "c"})
    assert [each["rule"] for each in early.json()["reasons"]] == ["advance_not_offered"]
    opened = shop.post("/v1/exchanges", json=swap(ship_to=HOME), headers={"Idempotency-Key": "d"})
    assert opened.status_code == 201, opened.text
    exchange = opened.json()["exchange"]
    assert (exchange["customer_pays_minor"], exchange["lines"][0]["value_minor"]) == (300, None)
    assert "2 Gift Road" not in opened.text
    assert len(shop.get("/v1/collections?order_id=A-1001").json()["collections"]) == 1
    assert {name: shop.get(path).json() for name, path in BUYERS.items()} == buyer
    quote = shop.post("/v1/exchanges/quote", json=swap(ship_to=HOME)).json()
    assert (quote["refund"], quote["exchange"] and quote["exchange"]["lines"][0]["value_minor"]) == (None, None)


def test_the_buyer_is_not_shown_what_opens_the_gift(house: House) -> None:
    """The code, and what else a recipient shows, is for the shop alone."""
    house.has_order(GIVEN)
    shop = house.to(Role.STOREFRONT)
    assert "XMAS-24" in shop.get("/v1/orders/A-1001").text
    seen = shop.get("/v1/orders/A-1001?view=buyer").text
    assert "XMAS-24" not in seen
    assert "lee@mail.example" not in seen
