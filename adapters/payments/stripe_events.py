"""Events of Stripe: proven by their signature, and said in our words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe
from pydantic import ValidationError

from adapters.payments.stripe_amounts import from_stripe_amount
from domain.errors import Rejected
from domain.payment_events import PaymentEvent, PaymentEventKind

PROVIDER = "stripe"
# As Stripe's own clients: a message older than this may have been recorded and sent again by somebody else.
TOLERANCE_SECONDS = 300

# What an event says is taken from the object in it, not from its name: several names tell of the same thing, and the
# object is what it was when the event was made.
KINDS = {
    "refund": {
        "pending": PaymentEventKind.REFUND_ACCEPTED,
        "requires_action": PaymentEventKind.REFUND_ACCEPTED,
        "succeeded": PaymentEventKind.REFUND_SETTLED,
        "failed": PaymentEventKind.REFUND_FAILED,
        "canceled": PaymentEventKind.REFUND_FAILED,
    },
    "dispute": {
        "warning_needs_response": PaymentEventKind.DISPUTE_WARNING,
        "warning_under_review": PaymentEventKind.DISPUTE_WARNING,
        "needs_response": PaymentEventKind.DISPUTE_OPENED,
        "under_review": PaymentEventKind.DISPUTE_OPENED,
        "won": PaymentEventKind.DISPUTE_WON,
        "warning_closed": PaymentEventKind.DISPUTE_WON,
        "prevented": PaymentEventKind.DISPUTE_WON,
        "lost": PaymentEventKind.DISPUTE_LOST,
    },
    # A payment that waits for its customer tells nothing new, apart from a declined card.
    "payment_intent": {
        "requires_payment_method": PaymentEventKind.OTHER,
        "requires_confirmation": PaymentEventKind.OTHER,
        "requires_action": PaymentEventKind.OTHER,
        "processing": PaymentEventKind.OTHER,
        "requires_capture": PaymentEventKind.COLLECTION_AUTHORIZED,
        "succeeded": PaymentEventKind.COLLECTION_CAPTURED,
        "canceled": PaymentEventKind.COLLECTION_CANCELLED,
    },
}


class StripeWebhooks:
    """The PaymentWebhooks port on Stripe; `merchant` is whose account it is."""

    def __init__(self, *, secret: str, merchant: str) -> None:
        self._secret = secret
        self._merchant = merchant

    def read(self, body: bytes, signature: str) -> PaymentEvent:
        try:
            text = body.decode()
            stripe.WebhookSignature.verify_header(text, signature, self._secret, TOLERANCE_SECONDS)
        except (UnicodeDecodeError, stripe.SignatureVerificationError) as error:
            raise Rejected("bad_signature", "the signature is not that of this body, or it is too old") from error
        try:
            return parse_event(json.loads(text), merchant=self._merchant)
        except (KeyError, TypeError, AttributeError, ValueError, ValidationError) as error:
            raise Rejected("unreadable_event", f"it is not an event as Stripe sends it: {error!r}") from error


def parse_event(event: Mapping[str, Any], *, merchant: str) -> PaymentEvent:
    """The event as we know it. Raises KeyError, TypeError or ValueError when it is no event of Stripe."""
    about = event["data"]["object"]
    said = {
        "provider": PROVIDER,
        "event_id": event["id"],
        "merchant": merchant,
        "name": event["type"],
        "occurred_at": _moment(event["created"]),
    }
    if about.get("object") not in KINDS or _is_payment_of_the_shop(about):
        return PaymentEvent(kind=PaymentEventKind.OTHER, **said)
    if about["object"] == "payment_intent":
        return PaymentEvent(**said, **_about_intent(about))
    return PaymentEvent(
        kind=KINDS[about["object"]][about["status"]],
        reference=about["id"],
        payment_references=payment_references(about),
        key=(about.get("metadata") or {}).get("key", ""),
        amount=from_stripe_amount(about["amount"], about["currency"]),
        reason=about.get("failure_reason") or about.get("reason") or "",
        respond_by=_respond_by(about),
        **said,
    )


def _is_payment_of_the_shop(about: Mapping[str, Any]) -> bool:
    """A shop's own checkouts tell us of every payment; those that a case asked for carry our key."""
    return about["object"] == "payment_intent" and not (about.get("metadata") or {}).get("key")


def _about_intent(about: Mapping[str, Any]) -> dict[str, Any]:
    """What an event about a payment intent says; the amount of a paid one is what was taken of it."""
    kind, error = KINDS["payment_intent"][about["status"]], about.get("last_payment_error") or {}
    if kind is PaymentEventKind.OTHER and error:
        kind = PaymentEventKind.COLLECTION_DECLINED
    paid = kind is PaymentEventKind.COLLECTION_CAPTURED
    return {
        "kind": kind,
        "reference": about["id"],
        "payment_references": (about["id"],),
        "key": (about.get("metadata") or {}).get("key", ""),
        "amount": from_stripe_amount(about["amount_received" if paid else "amount"], about["currency"]),
        "reason": error.get("decline_code") or error.get("code") or "",
    }


def payment_references(about: Mapping[str, Any]) -> tuple[str, ...]:
    """Orders name a payment by its intent, older ones by its charge; either may come with all its facts."""
    named = (about.get("payment_intent"), about.get("charge"))
    return tuple(each["id"] if isinstance(each, Mapping) else each for each in named if each)


def _respond_by(about: Mapping[str, Any]) -> datetime | None:
    due = (about.get("evidence_details") or {}).get("due_by")
    return _moment(due) if due else None


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
