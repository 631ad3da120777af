"""What Stripe tells us: proven by its signature, and said in our words."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from adapters.payments.stripe_events import StripeWebhooks, parse_event
from domain.errors import Rejected
from domain.money import Money
from domain.payment_events import PaymentEventKind

SECRET = "whsec_test"
REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": 1815,
    "currency": "gbp",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "metadata": {"key": "demo:3456-789F:payout:1"},
    "status": "succeeded",
}
DISPUTE: dict[str, Any] = {
    "id": "du_1",
    "object": "dispute",
    "amount": 5000,
    "currency": "jpy",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "metadata": {},
    "reason": "product_not_received",
    "evidence_details": {"due_by": 1_772_000_000},
    "status": "needs_response",
}


def an_event(about: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An event as Stripe sends it."""
    return {"id": "evt_1", "created": 1_771_000_000, "type": "x", "data": {"object": about | changes}}


def test_a_refund_is_said_in_our_words() -> None:
    """Amount, our key and both names of the payment are taken from the refund in the event."""
    event = parse_event(an_event(REFUND), merchant="demo")

    assert (event.kind, event.reference, event.key) == (
        PaymentEventKind.REFUND_SETTLED,
        "re_1",
        REFUND["metadata"]["key"],
    )
    assert event.amount == Money(minor=1815, currency="GBP")
    assert event.payment_references == ("pi_1", "ch_1")
    assert (event.merchant, event.event_id) == ("demo", "evt_1")


@pytest.mark.parametrize(
    ("about", "status", "kind"),
    [
        (REFUND, "pending", PaymentEventKind.REFUND_ACCEPTED),
        (REFUND, "requires_action", PaymentEventKind.REFUND_ACCEPTED),
        (REFUND, "failed", PaymentEventKind.REFUND_FAILED),
        (REFUND, "canceled", PaymentEventKind.REFUND_FAILED),
        (DISPUTE, "warning_needs_response", PaymentEventKind.DISPUTE_WARNING),
        (DISPUTE, "under_review", PaymentEventKind.DISPUTE_OPENED),
        (DISPUTE, "won", PaymentEventKind.DISPUTE_WON),
        (DISPUTE, "warning_closed", PaymentEventKind.DISPUTE_WON),
        (DISPUTE, "lost", PaymentEventKind.DISPUTE_LOST),
    ],
)
def test_the_object_says_what_happened(about: dict[str, Any], status: str, kind: PaymentEventKind) -> None:
    """Whatever name the event has, the state of its refund or dispute counts."""
    assert parse_event(an_event(about, status=status), merchant="demo").kind is kind


def test_a_dispute_has_a_deadline() -> None:
    """The shop sees until when the bank wants its answer."""
    event = parse_event(an_event(DISPUTE), merchant="demo")

    assert event.amount == Money(minor=5000, currency="JPY")
    assert event.respond_by is not None
    assert event.reason == "product_not_received"


def test_other_events_are_known_for_what_they_are() -> None:
    """A payment that was captured is none of our business, and is no error either."""
    assert parse_event(an_event({"object": "payment_intent", "id": "pi_1"}), merchant="demo").kind == "other"


def _signed(body: str, *, secret: str = SECRET, timestamp: int | None = None) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, timestamp))


def test_a_signed_body_is_read() -> None:
    """What Stripe signed with our secret is taken."""
    body = json.dumps(an_event(REFUND))

    event = StripeWebhooks(secret=SECRET, merchant="demo").read(body.encode(), _signed(body))

    assert event.reference == "re_1"


@pytest.mark.parametrize("fault", ["other_secret", "changed_body", "too_old", "no_signature", "no_text"])
def test_an_unproven_body_is_refused(fault: str) -> None:
    """A stranger, a changed amount, a recorded message and noise are not taken."""
    body = json.dumps(an_event(REFUND))
    signature = {
        "other_secret": _signed(body, secret="whsec_other"),
        "too_old": _signed(body, timestamp=1),
        "no_signature": "",
    }
    sent = {"changed_body": body.replace("1815", "9999").encode(), "no_text": b"\xff\xfe"}

    with pytest.raises(Rejected) as refusal:
        StripeWebhooks(secret=SECRET, merchant="demo").read(
            sent.get(fault, body.encode()), signature.get(fault, _signed(body))
        )

    assert refusal.value.code == "bad_signature"


@pytest.mark.parametrize("body", ["[]", "{}", "nonsense", json.dumps(an_event(REFUND, status="unheard_of"))])
def test_a_signed_body_that_says_nothing_is_refused(body: str) -> None:
    """What we cannot read is not answered as taken: Stripe shows it as failing, and nothing is lost."""
    with pytest.raises(Rejected) as refusal:
        StripeWebhooks(secret=SECRET, merchant="demo").read(body.encode(), _signed(body))

    assert refusal.value.code == "unreadable_event"


INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 5000,
    "amount_received": 1200,
    "currency": "gbp",
    "metadata": {"key": "demo:3456-789F:collection:1"},
    "last_payment_error": None,
    "status": "succeeded",
}


@pytest.mark.parametrize(
    ("changes", "kind", "minor"),
    [
        ({}, PaymentEventKind.COLLECTION_CAPTURED, 1200),
        ({"status": "requires_capture"}, PaymentEventKind.COLLECTION_AUTHORIZED, 5000),
        ({"status": "canceled"}, PaymentEventKind.COLLECTION_CANCELLED, 5000),
        ({"status": "requires_payment_method"}, PaymentEventKind.OTHER, 5000),
        (
            {"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}},
            PaymentEventKind.COLLECTION_DECLINED,
            5000,
        ),
        ({"status": "processing"}, PaymentEventKind.OTHER, 5000),
    ],
)
def test_a_customers_payment_is_said_in_our_words(changes: dict[str, Any], kind: PaymentEventKind, minor: int) -> None:
    """A payment that a case asked for is known by our key; of a paid one the amount is what was really taken."""
    event = parse_event(an_event(INTENT, **changes), merchant="demo")

    assert (event.kind, event.amount) == (kind, Money(minor=minor, currency="GBP"))
    assert (event.key, event.reference) == ("demo:3456-789F:collection:1", "pi_1")


def test_a_shops_own_payments_are_not_read() -> None:
    """Every checkout of the shop is told to us as well; without our key it is none of our business."""
    event = parse_event(an_event(INTENT, metadata={"order": "1001"}), merchant="demo")

    assert (event.kind, event.key) == (PaymentEventKind.OTHER, "")
