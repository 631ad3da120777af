"""The sandbox plays Stripe so well that Stripe's own client cannot tell."""

from __future__ import annotations

import httpx2
import pytest
import stripe

from tests.sandbox.server import SandboxServer


@pytest.fixture
def client(sandbox: SandboxServer) -> stripe.StripeClient:
    """Stripe's own client, pointed at the sandbox."""
    return stripe.StripeClient(
        "sk_test_sandbox", base_addresses={"api": f"{sandbox.address}/stripe"}, max_network_retries=0
    )


def a_payment(client: stripe.StripeClient, **facts: object) -> stripe.PaymentIntent:
    """A captured payment of 50.00 pounds."""
    asked = {"amount": 5000, "currency": "gbp", "payment_method": "pm_card_visa", "confirm": True, **facts}
    return client.v1.payment_intents.create(asked)  # type: ignore[arg-type]  # a test may send what the types forbid


def test_payment_at_once(client: stripe.StripeClient) -> None:
    """A confirmed payment is captured and has a charge."""
    intent = a_payment(client)

    assert (intent.status, intent.amount_received) == ("succeeded", 5000)
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_captured, charge.captured, charge.refunded) == (5000, True, False)


def test_payment_in_steps(client: stripe.StripeClient) -> None:
    """A payment can be announced, confirmed, and captured in part when the parcel leaves."""
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp", "capture_method": "manual"})
    assert intent.status == "requires_payment_method"
    intent = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 5000)

    intent = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 4000})

    assert (intent.status, intent.amount_received) == ("succeeded", 4000)
    expanded = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert isinstance(expanded.latest_charge, stripe.Charge)


def test_cancelled_payment(client: stripe.StripeClient) -> None:
    """A payment that was not captured can be cancelled; one that was cannot."""
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    assert client.v1.payment_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.cancel(a_payment(client).id)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_declined_card(client: stripe.StripeClient) -> None:
    """A declined card says so in Stripe's words, and the payment waits for another card."""
    with pytest.raises(stripe.CardError) as decline:
        a_payment(client, payment_method="pm_card_chargeDeclined")

    assert decline.value.code == "card_declined"
    assert client.v1.payment_intents.list().data[0].status == "requires_payment_method"


def test_partial_refunds(client: stripe.StripeClient) -> None:
    """Refunds add up on the charge until nothing is left."""
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 2000})
    rest = client.v1.refunds.create({"payment_intent": intent.id})

    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert rest.amount == 3000
    assert (charge.amount_refunded, charge.refunded) == (5000, True)


def test_refund_above_what_is_left(client: stripe.StripeClient) -> None:
    """Stripe refuses more than is left, naming the amount but no code."""
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 4000})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refusal:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1001})

    assert (refusal.value.http_status, refusal.value.param, refusal.value.code) == (400, "amount", None)


def test_refund_of_nothing(client: stripe.StripeClient) -> None:
    """A payment that was refunded in full is refused by its own code."""
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})

    assert refusal.value.code == "charge_already_refunded"


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"amount": 100}, "payment_intent"),
        ({"payment_intent": "pi_unknown"}, "payment_intent"),
        ({"payment_intent": "known", "amount": 0}, "amount"),
        ({"payment_intent": "known", "amount": "12.30"}, "amount"),
        ({"payment_intent": "known", "amount": -5}, "amount"),
        ({"payment_intent": "known", "reason": "bored"}, "reason"),
        ({"payment_intent": "known", "colour": "red"}, "colour"),
        ({"payment_intent": "known", "metadata": {"k": "v" * 501}}, "metadata"),
    ],
)
def test_bad_refund(client: stripe.StripeClient, params: dict[str, object], param: str) -> None:
    """Whatever is wrong with a refund, the parameter is named and nothing is paid."""
    if params.get("payment_intent") == "known":
        params = {**params, "payment_intent": a_payment(client).id}

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create(params)  # type: ignore[arg-type]  # wrong on purpose

    assert refusal.value.param == param
    assert client.v1.refunds.list().data == []


def test_metadata(client: stripe.StripeClient) -> None:
    """Notes on a refund are kept, can be added to, and an empty one goes away."""
    intent = a_payment(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "metadata": {"rma": "7K3F-Q9X4", "old": "x"}})

    client.v1.refunds.update(refund.id, {"metadata": {"note": "checked", "old": ""}})

    assert client.v1.refunds.retrieve(refund.id).to_dict()["metadata"] == {"rma": "7K3F-Q9X4", "note": "checked"}


def test_pages(client: stripe.StripeClient) -> None:
    """Refunds are listed newest first, page by page, for one payment alone."""
    intent, other = a_payment(client), a_payment(client)
    made = [client.v1.refunds.create({"payment_intent": intent.id, "amount": 100}).id for _ in range(5)]
    client.v1.refunds.create({"payment_intent": other.id})

    first = client.v1.refunds.list({"payment_intent": intent.id, "limit": 2})
    everything = [refund.id for refund in first.auto_paging_iter()]

    assert ([refund.id for refund in first.data], first.has_more) == (made[:2:-1], True)
    assert everything == made[::-1]


def test_same_key(client: stripe.StripeClient, sandbox: SandboxServer) -> None:
    """The same request under the same key gets the first answer again, and says that it is a repetition."""
    intent = a_payment(client)
    body = {"payment_intent": intent.id, "amount": "100"}
    headers = {"Authorization": "Bearer sk_test_sandbox", "Idempotency-Key": "once"}

    first, second = (httpx2.post(f"{sandbox.address}/stripe/v1/refunds", data=body, headers=headers) for _ in range(2))

    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(client.v1.refunds.list().data) == 1


def test_same_key_for_something_else(client: stripe.StripeClient) -> None:
    """A key that was used for another request is refused."""
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "once"})

    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 200}, {"idempotency_key": "once"})

    assert refusal.value.http_status == 400


def test_same_key_of_another_shop(sandbox: SandboxServer, client: stripe.StripeClient) -> None:
    """Keys of two accounts do not meet."""
    stranger = stripe.StripeClient("sk_test_other", base_addresses={"api": f"{sandbox.address}/stripe"})
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "once"})

    stranger.v1.refunds.create({"payment_intent": intent.id, "amount": 200}, {"idempotency_key": "once"})

    assert len(client.v1.refunds.list().data) == 2


def test_refusal_is_repeated_but_not_a_typing_mistake(client: stripe.StripeClient) -> None:
    """A key remembers what the bank refused, but a malformed request may be mended under the same key."""
    intent = a_payment(client)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 0}, {"idempotency_key": "once"})

    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "once"})

    assert refund.amount == 100


@pytest.mark.parametrize(
    ("currency", "amount", "accepted"),
    [
        ("jpy", 500, True),
        ("kwd", 5120, True),
        ("kwd", 5124, False),
        ("isk", 500, True),
        ("isk", 550, False),
        ("ugx", 50, False),
        ("xyz", 500, False),
    ],
)
def test_currencies(client: stripe.StripeClient, currency: str, amount: int, accepted: bool) -> None:
    """Yen have no decimals, dinars end in 0, crowns in 00, and a currency that does not exist is refused."""
    if accepted:
        assert a_payment(client, currency=currency, amount=amount).amount_received == amount
    else:
        with pytest.raises(stripe.InvalidRequestError):
            a_payment(client, currency=currency, amount=amount)


def test_dispute(client: stripe.StripeClient, sandbox: SandboxServer) -> None:
    """A dispute freezes the payment until the bank decides for the shop."""
    intent = a_payment(client)
    dispute = sandbox.control("POST", "/stripe/disputes", {"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refusal.value.code == "charge_disputed"

    sandbox.control("POST", f"/stripe/disputes/{dispute['id']}", {"status": "won"})

    assert client.v1.disputes.retrieve(dispute["id"]).status == "won"
    assert client.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"


def test_inquiry(client: stripe.StripeClient, sandbox: SandboxServer) -> None:
    """A bank that only asks has taken nothing yet, so the shop may still refund."""
    intent = a_payment(client)
    sandbox.control("POST", "/stripe/disputes", {"payment_intent": intent.id, "status": "warning_needs_response"})

    assert client.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"


def test_giving_in(client: stripe.StripeClient) -> None:
    """A shop that gives in loses the dispute, and the payment stays frozen."""
    intent = a_payment(client, payment_method="pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]

    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_events(client: stripe.StripeClient) -> None:
    """Everything that happens can be read afterwards as events, newest first, with the request that caused it."""
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id}, {"idempotency_key": "once"})

    events = client.v1.events.list({"types": ["refund.created", "charge.refunded"]}).data

    assert [event.type for event in events] == ["charge.refunded", "refund.created"]
    assert events[1].request is not None
    assert events[1].request.idempotency_key == "once"


def test_without_a_key(sandbox: SandboxServer) -> None:
    """Without a secret key nothing is told."""
    stranger = stripe.StripeClient("pk_test_public", base_addresses={"api": f"{sandbox.address}/stripe"})

    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.refunds.list()


def test_what_it_does_not_play(client: stripe.StripeClient) -> None:
    """An address that the sandbox does not play says so, in Stripe's shape."""
    with pytest.raises(stripe.InvalidRequestError, match="does not play"):
        client.v1.customers.list()
