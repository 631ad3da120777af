"""The explanation of a return over HTTP: whatever was sold, changed and sent back, it comes out as it is stored."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from domain.explanations import ReturnExplanation
from domain.orders import Order, OrderDiscount, Payment
from domain.policies import AmountByCurrency, Fees, PayoutOrder, PayoutRules, PromotionRule, always
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy, an_order, an_order_line
from tests.domain.baskets import basket, delivery, goods, off, tax

FEES = Fees(restocking_percent=15, return_shipping=AmountByCurrency(minor={"GBP": 395, "KWD": 1000}))
THIRDS = basket(goods("1", 3, 1000, discount_minor=1), order_id="thirds")
TAX_ON_TOP = basket(
    goods("1", 3, 999, tax("0.20", 551)),
    goods("2", 2, 4999, tax("0.05", 461), tax("0.02", 184)),
    discounts=(OrderDiscount(discount_id="TEN", amount_minor=1000),),
    shipping=(delivery(395, tax("0.20", 79)),),
    order_id="tax-on-top",
)
TAX_INCLUDED = basket(
    goods("1", 3, 1111, tax("0.19", 532)),
    goods("2", 1, 777, tax("0.07", 51)),
    tax_included=True,
    order_id="tax-included",
)
YEN = basket(goods("1", 3, 333), discounts=(off(100),), currency="JPY", order_id="yen")
DINAR = basket(goods("1", 3, 1001, tax("0.05", 150)), currency="KWD", order_id="dinar")
PROMOTION = basket(goods("1", 4, 1000), discounts=(off(1000, minimum_minor=4000),), order_id="promotion")
TWO_PAYMENTS = basket(goods("1", 2, 2500), paid=[1500, 3500], order_id="two-payments")

# Each order comes back in these returns, one after the other.
SEQUENCES: list[tuple[Order, list[list[tuple[str, int]]]]] = [
    (THIRDS, [[("1", 1)], [("1", 1)], [("1", 1)]]),
    (TAX_ON_TOP, [[("1", 1)], [("1", 2), ("2", 1)], [("2", 1)]]),
    (TAX_INCLUDED, [[("1", 2), ("2", 1)], [("1", 1)]]),
    (YEN, [[("1", 2)], [("1", 1)]]),
    (DINAR, [[("1", 1)], [("1", 2)]]),
    (PROMOTION, [[("1", 1)], [("1", 1)], [("1", 2)]]),
    (TWO_PAYMENTS, [[("1", 1)], [("1", 1)]]),
]


def send_back(
    house: House, order: Order, units: list[tuple[str, int]], *, key: str, reason: str = "changed_mind"
) -> str:
    """The RMA of a return that was received, inspected and, where it must be, approved."""
    lines = [{"line_id": line_id, "quantity": quantity, "reason": reason} for line_id, quantity in units]
    asked = {"order_id": order.order_id, "lines": lines}
    opened = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": key})
    assert opened.status_code == 201, opened.text
    rma = str(opened.json()["rma"])
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received")
    found = [{"line_id": line_id, "quantity": number, "condition": "as_new", "grade": "A"} for line_id, number in units]
    inspected = dock.post(f"/v1/returns/{rma}/inspection_recorded", json={"units": found})
    assert inspected.status_code == 200, inspected.text
    if inspected.json()["case"]["waiting_for"] == "approval":
        house.to(Role.SUPERVISOR).post(f"/v1/returns/{rma}/approval_decided", json={"decision": "approve"})
    return rma


def explained(house: House, rma: str) -> Any:
    """What finance reads."""
    answer = house.to(Role.FINANCE).get(f"/v1/returns/{rma}/explanation")
    assert answer.status_code == 200, answer.text
    ReturnExplanation.model_validate(answer.json())
    return answer.json()


@pytest.mark.parametrize("fees", [Fees(), FEES], ids=["free", "with fees"])
@pytest.mark.parametrize("rule", [PromotionRule.SHARE, PromotionRule.KEEP, PromotionRule.TEST_AGAIN])
def test_every_return_comes_out_as_stored(house: House, fees: Fees, rule: PromotionRule) -> None:
    """Thirds, taxes on top and inside, yen and dinar, promotions, two payments: each computed again is equal."""
    house.records.put_policy(MERCHANT, a_policy(fees=always(fees), promotions=rule))
    for order, returns in SEQUENCES:
        house.has_order(order)
        for number, units in enumerate(returns):
            rma = send_back(house, order, units, key=f"{order.order_id}-{number}")
            found = explained(house, rma)
            assert found["recomputation"]["differences"] == []
            assert found["recomputation"]["without_basis"] == []
            assert found["recomputation"]["computed"][:2] == ["eligibility", "reimbursement"]
            proposed = house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()["refund"]["proposed_minor"]
            assert found["reimbursement"]["total_minor"] == proposed


def test_a_changed_order_and_policy_do_not_matter(house: House) -> None:
    """Long after, when the shop has changed order and policy, the explanation still tells what was the case then."""
    order = house.has_order(TAX_ON_TOP)
    rma = send_back(house, order, [("1", 1)], key="before")
    before = explained(house, rma)
    dearer = order.lines[0].model_copy(update={"unit_price_minor": 1999, "title": "Golden mug"})
    house.has_order(order.model_copy(update={"lines": (dearer, order.lines[1])}))
    house.records.put_policy(MERCHANT, a_policy(fees=always(FEES)))

    after = explained(house, rma)

    assert after == before
    assert (after["reimbursement"]["order_version"], after["reimbursement"]["policy_version"]) == (1, 1)
    later = explained(house, send_back(house, order, [("1", 1)], key="after"))
    assert (later["reimbursement"]["order_version"], later["reimbursement"]["policy_version"]) == (2, 2)
    assert later["recomputation"]["equal"]


def test_the_configured_order_of_payments_is_kept(house: House) -> None:
    """A shop that empties gift cards first sees that in the payouts and in their explanation."""
    rules = PayoutRules(order=PayoutOrder.OLDEST_FIRST)
    house.records.put_policy(MERCHANT, a_policy(payouts=rules))
    house.has_order(TWO_PAYMENTS)

    found = explained(house, send_back(house, TWO_PAYMENTS, [("1", 1)], key="1"))

    (allocation,) = found["payouts"]
    assert [each["paid_minor"] for each in allocation["payments"]] == [1500, 1000]
    assert allocation["rules"][0]["value"]["order"] == "oldest_first"
    assert {each["payment_id"]: each["left_minor"] for each in found["payments"]} == {"p1": 0, "p2": 2500}


def test_the_same_at_both_addresses(house: House) -> None:
    """A case has one explanation, whether one asks for the case or for the return."""
    rma = house.has_return()
    auditor = house.to(Role.AUDITOR)

    assert auditor.get(f"/v1/cases/{rma}/explanation").json() == auditor.get(f"/v1/returns/{rma}/explanation").json()


def test_before_anything_came_back(house: House) -> None:
    """A return that waits for its parcel explains why it was allowed; there is no amount yet."""
    found = explained(house, house.has_return())

    assert {decision["decision"] for decision in found["decisions"]} == {"eligibility"}
    assert found["reimbursement"] is None
    assert found["recomputation"]["computed"] == ["eligibility"]


def test_a_refused_return(house: House) -> None:
    """A refused request is a case, and its explanation says what would have changed the answer."""
    order = house.has_order(an_order(lines=(an_order_line(final_sale=True),)))
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    answer = house.to(Role.STOREFRONT).post(
        "/v1/returns", json={"order_id": order.order_id, "lines": lines}, headers={"Idempotency-Key": "no"}
    )

    found = explained(house, answer.json()["case"]["rma"])

    overall, line = found["decisions"]
    assert overall["outcome"] == line["outcome"] == "refused"
    assert overall["matched"][0]["policy"][0]["policy_field"] == "acceptance.final_sale"
    assert any(words.startswith("With the reason") for words in line["would_change_it"])
    assert found["recomputation"]["equal"]


def test_an_approved_refund(house: House) -> None:
    """Who approved, of whom it was asked, and which limit made it necessary."""
    order = house.has_order(an_order(lines=(an_order_line(unit_price_minor=9000),)))
    found = explained(house, send_back(house, order, [("1", 1)], key="large"))

    *_, authority, approval = found["decisions"]
    assert (authority["decision"], approval["decision"]) == ("authority", "approval")
    asked = {"roles": "supervisor, admin", "approvals": 1}
    assert authority["inputs"] == {"refund_minor": 9000, "currency": "GBP", "limit_minor": 5000, **asked}
    assert approval["decided_by"]["role"] == "supervisor"
    assert found["payouts"][0]["payments"][0]["payout"] == 1


def test_nothing_personal(house: House) -> None:
    """An explanation can be handed around: it names goods and amounts, never the customer."""
    payment = Payment(payment_id="card", reference="pi_secret", captured_minor=2400)
    order = house.has_order(an_order(payments=(payment,)))
    text = str(explained(house, send_back(house, order, [("1", 1)], key="1")))

    for personal in ("Ada", "Example Street", "ada@shop.example", "N1 1AA"):
        assert personal not in text


@pytest.mark.parametrize("kind", ["returns", "cases"])
def test_unknown(house: House, kind: str) -> None:
    """A number that nobody has is unknown, and a misread one is told apart from it."""
    finance = house.to(Role.FINANCE)

    assert problem_of(finance.get(f"/v1/{kind}/2222-2222/explanation")) == "return-not-found"
    assert problem_of(finance.get(f"/v1/{kind}/2222-2223/explanation")) == "malformed-rma"
