"""Goodwill, corrections and money paid outside over HTTP: quoted, asked for, decided, explained, and refused plainly."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import CaseKind, CaseRef, Role
from domain.orders import Order, Payment
from domain.payouts import PayoutState
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, an_order, an_order_line

PAID = {"method": "bank_transfer", "proof": "FT-43", "paid_on": "2026-03-09"}


def goodwill(amount: str = "5.00", **more: Any) -> dict[str, Any]:
    """A request for an amount on the order."""
    return {"kind": "goodwill", "order_id": "A-1001", "amount": amount, "currency": "GBP", "why": "late"} | more


def ask(house: House, asked: dict[str, Any], *, key: str = "k-1", role: Role = Role.AGENT) -> Any:
    """Somebody asks for an adjustment."""
    return house.to(role).post("/v1/adjustments", json=asked, headers={"Idempotency-Key": key})


def all_are_paid(house: House) -> None:
    """The provider has settled every payout that is due."""
    with house.records.transaction() as tx:
        for stored in house.records.reads.money.adjustments(MERCHANT).adjustments:
            ref = stored.case.ref
            for payout in tx.payouts(ref):
                if payout.state is PayoutState.PLANNED:
                    settled = payout.model_copy(update={"state": PayoutState.SETTLED, "provider_reference": "re_1"})
                    tx.record_payout(ref, settled, stored.case.opened_by)


def test_the_quote_is_what_is_paid(house: House) -> None:
    """The agent sees what it comes to and that no one else must decide; asked for, it comes to the same."""
    house.has_order()

    quoted = house.to(Role.AGENT).post("/v1/adjustments/quote", json=goodwill())
    opened = ask(house, goodwill())

    assert (quoted.status_code, opened.status_code) == (200, 201), opened.text
    assert quoted.json()["total_minor"] == opened.json()["total_minor"] == 500
    assert quoted.json()["amounts"] == opened.json()["amounts"]
    assert quoted.json()["approval"] == []
    assert opened.headers["Location"] == f"/v1/adjustments/{opened.json()['number']}"
    (payment,) = house.to(Role.AGENT).get("/v1/orders/A-1001").json()["payments"]
    assert (payment["pending_minor"], payment["left_minor"]) == (500, 1900)


def test_the_same_request_is_one(house: House) -> None:
    """Sent twice it is one adjustment, also when everything has left meanwhile; another body needs another key."""
    house.has_order()
    first = ask(house, goodwill("24.00"))

    again, other = ask(house, goodwill("24.00")), ask(house, goodwill("1.00"))

    assert first.status_code == 201
    assert (again.status_code, again.json()) == (201, first.json())
    assert problem_of(other) == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("asked", "code", "left"),
    [
        (goodwill("-1.00"), "amount_not_positive", 2400),
        (goodwill("0"), "amount_not_positive", 2400),
        (goodwill("1.005"), "unusable_amount", 2400),
        (goodwill("1e3"), "unusable_amount", 2400),
        (goodwill("1.00", currency="EUR"), "wrong_currency", 2400),
        (goodwill("24.01"), "refund_exceeds_balance", 2400),
        (goodwill("1.00", payment_id="paypal"), "unknown_payment", 0),
        (goodwill("1.00", line_id="9"), "unknown_position", 0),
        (goodwill("1.00", paid_outside=PAID | {"paid_on": "2027-01-01"}), "paid_in_future", 0),
    ],
)
def test_an_amount_that_cannot_be(house: House, asked: dict[str, Any], code: str, left: int) -> None:
    """The problem says what is wrong, what is left and what to do; nothing is kept, so the same key may be used again."""
    house.has_order()
    for path in ("/v1/adjustments/quote", "/v1/adjustments"):
        answer = house.to(Role.AGENT).post(path, json=asked, headers={"Idempotency-Key": "k-1"})
        assert (answer.status_code, problem_of(answer)) == (422, "amount-refused"), answer.text
        assert (answer.json()["code"], answer.json()["left_minor"]) == (code, left)
        assert answer.json()["way_out"] in answer.json()["detail"]

    assert house.to(Role.FINANCE).get("/v1/adjustments").json()["adjustments"] == []
    assert ask(house, goodwill("1.00")).status_code == 201


def _unpaid() -> Order:
    return an_order(payments=(Payment(payment_id="card", reference="pi_1", captured_minor=0),))


@pytest.mark.parametrize(("order", "code"), [(_unpaid(), "nothing_paid"), (an_order(), "nothing_left")])
def test_an_order_without_money(house: House, order: Order, code: str) -> None:
    """An order that was not paid, or is refunded in full, has nothing to give back, and the problem says so."""
    house.has_order(order)
    if code == "nothing_left":
        ask(house, goodwill("24.00"), key="everything")
        all_are_paid(house)

    answer = ask(house, goodwill("1.00"))

    assert (problem_of(answer), answer.json()["code"], answer.json()["left_minor"]) == ("amount-refused", code, 0)


@pytest.mark.parametrize("amount", [5, 5.0, None, "x" * 33, {}])
def test_an_amount_is_a_text(house: House, amount: Any) -> None:
    """Numbers of JSON are floats to many programs: an amount is written as text, and what is none is malformed."""
    house.has_order()

    answer = ask(house, goodwill() | {"amount": amount})

    assert problem_of(answer) == "invalid-request"
    assert "amount" in answer.json()["errors"][0]["field"]


def test_unknown_names(house: House) -> None:
    """An unknown order, an unknown return and a number that is none are told apart."""
    correction = {"kind": "correction", "units": [{"line_id": "1", "accepted": 1}], "why": "wrong"}

    unknown_order = ask(house, goodwill())
    unknown_return = ask(house, correction | {"rma": "2222-2222"})
    no_number = ask(house, correction | {"rma": "nonsense"})

    assert problem_of(unknown_order) == "order-not-found"
    assert problem_of(unknown_return) == "return-not-found"
    assert problem_of(no_number) == "malformed-rma"


def test_an_open_return_is_not_corrected(house: House) -> None:
    """While the return is open its own inspection is recorded; the problem says so."""
    rma = house.has_return()
    asked = {"kind": "correction", "rma": rma, "units": [{"line_id": "1", "accepted": 1}], "why": "wrong"}

    answer = ask(house, asked)

    assert (problem_of(answer), answer.json()["code"]) == ("amount-refused", "return_not_closed")
    assert "inspection" in answer.json()["way_out"]


def test_above_the_limit_somebody_else_decides(house: House) -> None:
    """Whoever asked may not approve; somebody else may, and both are on the timeline."""
    house.has_order(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    number = ask(house, goodwill("80.00"), role=Role.SUPERVISOR).json()["number"]
    body = {"decision": "approve", "note": "long wait"}

    own = house.to(Role.SUPERVISOR).post(f"/v1/adjustments/{number}/approval_decided", json=body)
    other = house.to(Role.ADMIN).post(f"/v1/adjustments/{number}/approval_decided", json=body)

    assert (problem_of(own), own.json()["code"]) == ("event-refused", "requester_cannot_approve")
    assert other.status_code == 200, other.text
    assert other.json()["case"]["waiting_for"] == "refund"
    entries = house.to(Role.FINANCE).get(f"/v1/adjustments/{number}/timeline").json()["entries"]
    assert [entry["actor"]["name"] for entry in entries if entry["event"] == "approval_decided"] == ["admin-1"]


def test_money_paid_outside(house: House) -> None:
    """Recorded by one and confirmed by another; until then it waits, and the list to work off shows it."""
    house.has_order()
    number = ask(house, goodwill("20.00", paid_outside=PAID)).json()["number"]
    finance, agent = house.to(Role.FINANCE), house.to(Role.AGENT)
    (waiting,) = finance.get("/v1/adjustments?waiting_for=confirmation&open=true").json()["adjustments"]
    assert waiting["number"] == number

    not_enough = ask(house, goodwill("5.00"), key="k-2")
    by_agent = agent.post(f"/v1/adjustments/{number}/manual_refund_decided", json={"decision": "approve"})
    confirmed = finance.post(f"/v1/adjustments/{number}/manual_refund_decided", json={"decision": "approve"})
    again = finance.post(f"/v1/adjustments/{number}/manual_refund_decided", json={"decision": "approve"})

    assert (not_enough.json()["code"], not_enough.json()["left_minor"]) == ("refund_exceeds_balance", 400)
    assert by_agent.status_code == 403
    assert (confirmed.status_code, confirmed.json()["case"]["state"]) == (200, "settled")
    assert problem_of(again) == "adjustment-closed"
    ledger = finance.get(f"/v1/adjustments/{number}/ledger").json()["entries"]
    assert ledger[-1]["kind"] == "manual_refund"
    assert (ledger[-1]["provider_reference"], ledger[-1]["facts"]["recorded_by"]) == ("FT-43", "agent-1")


def test_nobody_confirms_their_own_word(house: House) -> None:
    """Finance recorded it, so finance-1 may not confirm it; another person with authority may."""
    house.has_order()
    number = ask(house, goodwill("20.00", paid_outside=PAID), role=Role.FINANCE).json()["number"]
    address, body = f"/v1/adjustments/{number}/manual_refund_decided", {"decision": "approve"}

    own = house.to(Role.FINANCE).post(address, json=body)
    other = house.to(Role.FINANCE, name="fred").post(address, json=body)

    assert (problem_of(own), own.json()["code"]) == ("event-refused", "recorder_cannot_confirm")
    assert other.status_code == 200


def test_the_explanation(house: House) -> None:
    """Each amount with its reason, what the payment held then and holds now, and it comes out the same again."""
    house.has_order()
    number = ask(house, goodwill("5.00", line_id="1")).json()["number"]

    explained = house.to(Role.AUDITOR).get(f"/v1/adjustments/{number}/explanation").json()

    assert (explained["total_minor"], explained["held_minor"], explained["left_minor"]) == (500, {"card": 2400}, 1900)
    assert explained["recomputation"] == {
        "equal": True,
        "computed": ["adjustment", "payouts 1"],
        "differences": [],
        "without_basis": [],
    }
    assert [(each["payment_id"], each["pending_minor"]) for each in explained["payments"]] == [("card", 500)]
    assert [(each["owed_minor"], each["unplaced_minor"]) for each in explained["payouts"]] == [(500, 0)]
    (authority,) = explained["decisions"]
    assert (authority["outcome"], authority["inputs"]["action"]) == ("the_rules_decide", "partial_refund")
    assert "late" in explained["amounts"][0]["explanation"]
    assert explained["credits"][0]["position"] == "line:1"


def test_one_address_explains_every_case(house: House) -> None:
    """Finance needs not know what kind of case a number stands for; a number of another kind has no such return."""
    house.has_order()
    number = ask(house, goodwill("24.00")).json()["number"]
    client = house.to(Role.FINANCE)

    explained = client.get(f"/v1/cases/{number}/explanation").json()

    assert explained == client.get(f"/v1/adjustments/{number}/explanation").json()
    assert (explained["kind"], explained["total_minor"]) == ("adjustment", 2400)
    assert problem_of(client.get(f"/v1/returns/{number}/explanation")) == "return-not-found"
    assert problem_of(client.get("/v1/cases/2222-2222/explanation")) == "return-not-found"


def test_the_order_lists_it(house: House) -> None:
    """Whoever reads the order sees the adjustment among its cases, with what it pays."""
    house.has_order()
    number = ask(house, goodwill()).json()["number"]

    (case,) = house.to(Role.AGENT).get("/v1/orders/A-1001").json()["cases"]

    assert (case["rma"], case["kind"], case["state"], case["open"]) == (number, "adjustment", "paying", True)
    assert (case["units"], case["payouts_minor"]) == ({}, 500)


def test_manual_money_on_a_return_that_owes_nothing(house: House) -> None:
    """A return that is not inspected owes nothing yet: nothing can be recorded as paid, and the answer says so."""
    rma = house.has_return()
    body = {"amount": "12.00", "currency": "GBP", "paid": PAID}

    answer = house.to(Role.AGENT).post(f"/v1/returns/{rma}/manual_refund_recorded", json=body)
    nothing = house.to(Role.FINANCE).post(f"/v1/returns/{rma}/manual_refund_decided", json={"decision": "approve"})

    assert (problem_of(answer), answer.json()["code"]) == ("event-refused", "nothing_left")
    assert (problem_of(nothing), nothing.json()["code"]) == ("event-refused", "nothing_to_confirm")


def test_reading_again_is_cheap(house: House) -> None:
    """Who has the present version is told so."""
    house.has_order()
    number = ask(house, goodwill()).json()["number"]
    client = house.to(Role.FINANCE)
    tag = client.get(f"/v1/adjustments/{number}").headers["ETag"]

    assert client.get(f"/v1/adjustments/{number}", headers={"If-None-Match": tag}).status_code == 304
    assert problem_of(client.get("/v1/adjustments/2222-2222")) == "adjustment-not-found"
    assert problem_of(client.get("/v1/adjustments?cursor=x")) == "invalid-request"
    assert isinstance(
        house.records.reads.standing(CaseRef(merchant=MERCHANT, rma=number, kind=CaseKind.ADJUSTMENT)), tuple
    )
