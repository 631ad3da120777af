"""The sandbox holds, finds and lets go of payments as Stripe does, towards Stripe's own client."""

from __future__ import annotations

import time

import pytest
import stripe

from tests.sandbox.server import SandboxServer


@pytest.fixture
def intents(sandbox: SandboxServer) -> stripe.PaymentIntentService:
    """Stripe's own client, pointed at the sandbox."""
    client = stripe.StripeClient(
        "sk_test_sandbox", base_addresses={"api": f"{sandbox.address}/stripe"}, max_network_retries=0
    )
    return client.v1.payment_intents


def test_a_hold_says_until_when_it_stands(sandbox: SandboxServer, intents: stripe.PaymentIntentService) -> None:
    """A week from now; when it lapses, the payment is canceled and says so by webhook."""
    hold = intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "capture_method": "manual",
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    charge = intents.retrieve(hold.id, {"expand": ["latest_charge"]}).to_dict()["latest_charge"]
    until = charge["payment_method_details"]["card"]["capture_before"]
    assert until == pytest.approx(time.time() + 7 * 86400, abs=60)

    sandbox.control("POST", f"/stripe/payment_intents/{hold.id}/lapse")

    assert intents.retrieve(hold.id).status == "canceled"
    assert sandbox.state("events")[-1]["type"] == "payment_intent.canceled"


def test_a_customer_has_the_name_that_stripe_gave(intents: stripe.PaymentIntentService) -> None:
    """The shop's own id of a customer is unknown there, and the payment is refused."""
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        intents.create({"amount": 5000, "currency": "gbp", "customer": "c-77"})


def test_a_bank_that_wants_the_customer(intents: stripe.PaymentIntentService) -> None:
    """A card whose bank asks for confirmation cannot be charged without the customer, who can confirm it later."""
    with pytest.raises(stripe.CardError) as refusal:
        intents.create(
            {
                "amount": 5000,
                "currency": "gbp",
                "payment_method": "pm_card_authenticationRequired",
                "confirm": True,
                "off_session": True,
                "metadata": {"key": "k1"},
            }
        )
    assert refusal.value.code == "authentication_required"
    (found,) = intents.search({"query": "metadata['key']:'k1'"}).data
    assert found.status == "requires_payment_method"
    assert intents.confirm(found.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_search_by_what_it_does_not_know(intents: stripe.PaymentIntentService) -> None:
    """A query that the sandbox does not play is refused, never answered with nothing."""
    with pytest.raises(stripe.InvalidRequestError):
        intents.search({"query": "status:'succeeded'"})
