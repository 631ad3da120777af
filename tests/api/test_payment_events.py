"""Stripe's webhooks at our door, and what finance sees of them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import stripe

from domain.cases import Role
from tests.api.house import OTHER_MERCHANT, House, problem_of

ADDRESS = "/v1/webhooks/stripe"
DISPUTE = {
    "id": "du_1",
    "object": "dispute",
    "amount": 2400,
    "currency": "gbp",
    "charge": "ch_1",
    "payment_intent": "pi_A-1001",
    "metadata": {},
    "reason": "fraudulent",
    "status": "needs_response",
}


def send(house: House, about: dict[str, Any], *, event_id: str = "evt_1", secret: str = "") -> Any:
    """Stripe sends the event, signed."""
    body = json.dumps({"id": event_id, "created": int(time.time()), "type": "x", "data": {"object": about}})
    secret = secret or house.settings.stripe.webhook_secret.get_secret_value()
    signature = stripe.WebhookSignature.generate_signature_header(body, secret)
    return house.nobody.post(ADDRESS, content=body, headers={"Stripe-Signature": signature})


def test_an_event_is_kept_and_applied(house: House) -> None:
    """A dispute is answered at once, stops the money of its payment, and its issue is on the list to work off."""
    house.has_order()

    assert send(house, DISPUTE).json() == {"event_id": "evt_1", "outcome": "kept"}

    finance = house.to(Role.FINANCE)
    (payment,) = finance.get("/v1/orders/A-1001").json()["payments"]
    assert (payment["disputed_minor"], payment["left_minor"], payment["excess_minor"]) == (2400, 0, 0)
    (issue,) = finance.get("/v1/payment_issues?open=true").json()["payment_issues"]
    assert (issue["cause"], issue["state"], issue["dispute"]["reason"]) == ("dispute", "disputed", "fraudulent")
    number = issue["number"]
    assert finance.get(f"/v1/payment_issues/{number}").json() == issue
    assert finance.get(f"/v1/payment_issues/{number}/timeline").json()["entries"][0]["event"] == "payment_issue.opened"
    assert finance.get(f"/v1/payment_issues/{number}/ledger").json()["entries"] == []


def test_the_same_event_is_one(house: House) -> None:
    """Stripe sends again until it is answered; the second delivery changes nothing."""
    house.has_order()
    send(house, DISPUTE)

    assert send(house, DISPUTE).json()["outcome"] == "repeated"

    assert len(house.to(Role.FINANCE).get("/v1/payment_issues").json()["payment_issues"]) == 1


@pytest.mark.parametrize("signature", ["", "t=1,v1=nonsense"])
def test_an_unproven_event_is_refused(house: House, signature: str) -> None:
    """Whoever is not Stripe is told so, and nothing is kept."""
    answer = house.nobody.post(ADDRESS, content=b"{}", headers={"Stripe-Signature": signature})

    assert (answer.status_code, problem_of(answer)) == (400, "webhook-refused")
    assert answer.json()["code"] == "bad_signature"
    assert house.to(Role.FINANCE).get("/v1/payment_events").json() == {"payment_events": []}


def test_a_parked_event_is_applied_once_its_order_is_told(house: House) -> None:
    """The event came before the order: it waits, visible to finance, and is applied when it is released."""
    send(house, DISPUTE)
    finance = house.to(Role.FINANCE)
    (parked,) = finance.get("/v1/payment_events?outcome=parked").json()["payment_events"]
    assert parked["code"] == "unknown_payment"
    house.has_order()

    assert finance.post("/v1/payment_events/evt_1/released").status_code == 200

    assert finance.get("/v1/payment_events?outcome=parked").json()["payment_events"] == []
    assert problem_of(finance.post("/v1/payment_events/evt_1/released")) == "payment-event-not-parked"
    assert len(house.records.queues.due_payment_events(parked_after(house), limit=5)) == 1


def parked_after(house: House) -> Any:
    """A time at which whatever was released is due."""
    return house.records.reads.money.payment_events("demo")[0].received_at.replace(year=2200)


def test_another_shop_sees_nothing_of_it(house: House) -> None:
    """What Stripe tells of our payments is ours."""
    house.has_order()
    send(house, DISPUTE)
    stranger = house.to(Role.ADMIN, merchant=OTHER_MERCHANT)

    assert stranger.get("/v1/payment_issues").json()["payment_issues"] == []
    assert stranger.get("/v1/payment_events").json()["payment_events"] == []
