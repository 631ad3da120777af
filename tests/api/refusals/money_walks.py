"""Refused news about money: adjustments, payment issues, what was paid outside, and what payment providers tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any

from domain.cases import SYSTEM, CaseKind, CaseRef, Role
from domain.money import Money
from domain.orders import Payment
from domain.payment_issues.opening import open_overpaid
from domain.payouts import PayoutState
from tests.api.deciders import decide, inspected, pounds, rules, somebody, waiting
from tests.api.house import House
from tests.api.refusals.spoken import Said, change, coded, parked_payment, refusal
from tests.api.test_adjustments import PAID, goodwill
from tests.api.test_adjustments import ask as adjust
from tests.api.test_collections import INTENT, a_request
from tests.api.test_payment_events import DISPUTE, send
from tests.builders import ASKED, MERCHANT, an_order

OUTSIDE: dict[str, Any] = {"amount": "1.00", "currency": "GBP", "paid": PAID}


def asking_for_amounts(house: House) -> Iterator[Said]:
    """An amount that cannot be, each told what is left."""
    house.has_order()
    for wish in (
        goodwill("-1.00"),
        goodwill("1.005"),
        goodwill("1.00", currency="EUR"),
        goodwill("24.01"),
        goodwill("1.00", payment_id="paypal"),
        goodwill("1.00", line_id="9"),
        goodwill("1.00", paid_outside=PAID | {"paid_on": "2027-01-01"}),
    ):
        yield coded(adjust(house, wish))
    adjust(house, goodwill("24.00"), key="all")
    yield coded(adjust(house, goodwill("1.00"), key="more"))
    house.has_order(an_order("A-2", payments=(Payment(payment_id="card", reference="pi_2", captured_minor=0),)))
    yield coded(adjust(house, goodwill("1.00", order_id="A-2"), key="unpaid"))


def correcting(house: House) -> Iterator[Said]:
    """A correction of what is not closed, not on the return, or comes to the same."""
    rma = house.has_return(order=house.has_order())

    def correct(line_id: str, accepted: int) -> Any:
        units = [{"line_id": line_id, "accepted": accepted}]
        asked = {"kind": "correction", "rma": rma, "units": units, "why": "counted wrongly"}
        return adjust(house, asked, key=f"{line_id}-{accepted}")

    yield coded(correct("1", 1))
    inspected(house, rma)
    _close(house, rma)
    yield coded(correct("9", 1))
    yield coded(correct("1", 5))
    yield coded(correct("1", 1))
    number = correct("1", 0).json()["number"]
    supervisor = somebody(house, Role.SUPERVISOR, "sue")
    waits = supervisor.get(f"/v1/adjustments/{number}").json()
    if waits["waiting_for"] == "approval":
        supervisor.post(f"/v1/adjustments/{number}/approval_decided", json={"decision": "approve"})
    address = f"/v1/adjustments/{number}/resolution_decided"
    yield refusal(supervisor.post(address, json={"resolution": "received"}))


def correcting_what_paid_nothing(house: House) -> Iterator[Said]:
    """A return that was called off, and one whose refund somebody refused."""

    def correct(rma: str) -> Any:
        units = [{"line_id": "1", "accepted": 1}]
        return adjust(house, {"kind": "correction", "rma": rma, "units": units, "why": "counted"}, key=rma)

    rules(house)
    off = house.has_return(order=house.has_order())
    house.to(Role.AGENT).post(f"/v1/returns/{off}/cancel_requested")
    yield coded(correct(off))
    refused = waiting(house, order_id="A-7", key="seven")
    assert decide(somebody(house, Role.SUPERVISOR, "sue"), refused, "refuse").status_code == 200
    house.gateway.put_away(refused)
    yield coded(correct(refused))


def deciding_adjustments(house: House) -> Iterator[Said]:
    """Nothing to decide any more; a correction is not lowered; the payments hold less by now."""
    rules(house, refund_above=pounds(5))
    house.has_order()
    sue = somebody(house, Role.SUPERVISOR, "sue")
    outside = adjust(house, goodwill("2.00", paid_outside=PAID), key="outside").json()["number"]
    yield refusal(sue.post(f"/v1/adjustments/{outside}/approval_decided", json={"decision": "approve"}))
    number = adjust(house, goodwill("20.00"), key="large").json()["number"]
    send(house, DISPUTE)
    lower = {"decision": "reduce", "amount_minor": 1900}
    yield refusal(sue.post(f"/v1/adjustments/{number}/approval_decided", json=lower))


def paying_outside(house: House) -> Iterator[Said]:
    """Nobody confirms their own word, and one at a time."""
    house.has_order()
    rma = house.has_return()
    agent, finance = house.to(Role.AGENT), house.to(Role.FINANCE)
    yield refusal(agent.post(f"/v1/returns/{rma}/manual_refund_recorded", json=OUTSIDE))
    yield refusal(finance.post(f"/v1/returns/{rma}/manual_refund_decided", json={"decision": "approve"}))
    number = adjust(house, goodwill("2.00", paid_outside=PAID), role=Role.FINANCE).json()["number"]
    yield refusal(finance.post(f"/v1/adjustments/{number}/manual_refund_recorded", json=OUTSIDE))
    yield refusal(finance.post(f"/v1/adjustments/{number}/manual_refund_decided", json={"decision": "approve"}))


def owing_the_shop(house: House) -> Iterator[Said]:
    """What a customer owes to the shop is not paid a second time; that it came back is on record."""
    case = house.records.reads.return_case(MERCHANT, house.has_return()).case
    make = partial(open_overpaid, case=case, amount=Money(minor=500, currency="GBP"), at=ASKED)
    with house.records.transaction() as tx:
        ref, _ = tx.open_issue(MERCHANT, "overpaid", make)
    asyncio.run(house.gateway.open(ref))
    finance, address = house.to(Role.FINANCE), f"/v1/payment_issues/{ref.rma}/resolution_decided"
    yield refusal(finance.post(address, json={"resolution": "pay_again"}))
    received = finance.post(address, json={"resolution": "received"})
    assert (received.status_code, received.json()["case"]["open"]) == (200, False), received.text
    entries = finance.get(f"/v1/payment_issues/{ref.rma}/ledger").json()["entries"]
    assert [(each["kind"], each["amount_minor"]) for each in entries] == [("receivable_received", 500)]


def following_issues(house: House) -> Iterator[Said]:
    """A disputed payment pays nothing again, owes the shop nothing, and holds too little for another refund."""
    rma = house.has_return()
    inspected(house, rma)
    refund = _close(house, rma)
    send(house, {**refund, "status": "failed"}, event_id="evt_failed")
    send(house, DISPUTE, event_id="evt_dispute")
    finance = house.to(Role.FINANCE)
    issues = finance.get("/v1/payment_issues").json()["payment_issues"]
    numbers = {each["cause"]: each["number"] for each in issues}
    for number in numbers.values():
        asyncio.run(house.gateway.open(CaseRef(merchant=MERCHANT, rma=number, kind=CaseKind.PAYMENT_ISSUE)))
    failed, dispute = (f"/v1/payment_issues/{numbers[cause]}" for cause in ("refund_failed", "dispute"))
    yield refusal(finance.post(f"{failed}/resolution_decided", json={"resolution": "pay_again"}))
    yield refusal(finance.post(f"{failed}/resolution_decided", json={"resolution": "received"}))
    yield refusal(finance.post(f"{dispute}/resolution_decided", json={"resolution": "pay_again"}))


def hearing_providers(house: House) -> Iterator[Said]:
    """News that cannot be brought to a case waits for a person, with what to do."""
    stranger = {
        "id": "re_9",
        "object": "refund",
        "amount": 100,
        "currency": "gbp",
        "status": "succeeded",
        "metadata": {},
    }
    send(house, stranger | {"payment_intent": "pi_nobody"}, event_id="evt_1")
    yield parked_payment(house, "evt_1")
    rma = house.has_return()
    send(house, stranger | {"payment_intent": "pi_A-1001"}, event_id="evt_2")
    yield parked_payment(house, "evt_2")
    inspected(house, rma)
    refund = _paid(house, rma)
    send(house, {**refund, "id": "re_other", "amount": 1}, event_id="evt_3")
    yield parked_payment(house, "evt_3")
    send(house, DISPUTE | {"currency": "eur"}, event_id="evt_4")
    yield parked_payment(house, "evt_4")
    send(house, DISPUTE | {"status": "won"}, event_id="evt_5")
    send(house, DISPUTE | {"status": "lost"}, event_id="evt_6")
    yield parked_payment(house, "evt_6")


def hearing_of_payments(house: House) -> Iterator[Said]:
    """A customer paid under another number, or when the case had ended."""
    ref = a_request(house)
    key = {"metadata": {"key": f"{MERCHANT}:{ref.rma}:collection:1"}}
    send(house, INTENT | key | {"id": "pi_other"}, event_id="evt_1")
    yield parked_payment(house, "evt_1")
    house.to(Role.AGENT).post(f"/v1/returns/{ref.rma}/cancel_requested")
    send(house, INTENT | key, event_id="evt_2")
    yield parked_payment(house, "evt_2")


def deciding_many(house: House) -> Iterator[Said]:
    """One that is not equal to the others is left, and told why."""
    rma = waiting(house)
    body = {"approvals": [f"{rma}.refund"], "decision": "approve", "action": "refund", "at_most_minor": 1}
    sue = somebody(house, Role.SUPERVISOR, "sue")
    told = sue.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": "b"}).json()["outcomes"][0]
    assert decide(sue, rma).status_code == 200, "it was left undecided"
    yield Said(told["code"], told["detail"])


def _paid(house: House, rma: str, state: PayoutState = PayoutState.SETTLED) -> dict[str, Any]:
    """The provider has the first payout of the return; what it would tell of it."""
    ref = CaseRef(merchant=MERCHANT, rma=rma)
    with house.records.transaction() as tx:
        (payout, *_) = tx.payouts(ref)
        told = payout.model_copy(update={"state": state, "provider_reference": "re_1"})
        tx.record_payout(ref, told, SYSTEM)
    about = {"id": "re_1", "object": "refund", "amount": payout.amount_minor, "currency": "gbp"}
    return about | {"status": "succeeded", "payment_intent": "pi_A-1001", "metadata": {"key": payout.key}}


def _close(house: House, rma: str) -> dict[str, Any]:
    """The return has paid and is closed; what Stripe would tell of its payout."""
    about = _paid(house, rma, PayoutState.ACCEPTED)
    with house.records.transaction() as tx:
        payouts = tx.payouts(CaseRef(merchant=MERCHANT, rma=rma))
    change(house, rma, payouts=payouts)
    house.gateway.put_away(rma)
    return about


WALKS = {
    asking_for_amounts: (
        *("amount_not_positive", "unusable_amount", "wrong_currency", "refund_exceeds_balance", "unknown_payment"),
        *("unknown_position", "paid_in_future", "nothing_left", "nothing_paid"),
    ),
    correcting: (
        *("return_not_closed", "unknown_position", "more_than_returned", "nothing_to_correct", "proof_missing"),
    ),
    correcting_what_paid_nothing: ("return_not_settled", "return_was_rejected"),
    deciding_adjustments: ("nothing_to_decide", "payments_hold_less"),
    paying_outside: ("nothing_left", "nothing_to_confirm", "confirmation_pending", "recorder_cannot_confirm"),
    owing_the_shop: ("nothing_to_pay",),
    following_issues: ("not_enough_left", "nothing_to_receive", "nothing_to_decide"),
    hearing_providers: ("unknown_payment", "refund_not_ours", "refund_differs", "wrong_currency", "dispute_differs"),
    hearing_of_payments: ("payment_differs", "collected_after_close"),
    deciding_many: ("not_equal",),
}
