"""The shapes of Stripe's objects."""

from __future__ import annotations

from typing import Any

from sandbox.ids import epoch, stripe_id
from sandbox.store import Document

INTENT = "stripe.payment_intent"
CHARGE = "stripe.charge"
REFUND = "stripe.refund"
DISPUTE = "stripe.dispute"
HELD_DAYS = 7


def new_intent(*, amount: int, currency: str, capture_method: str, metadata: dict[str, str], **facts: Any) -> Document:
    """A payment intent that waits for a payment method."""
    id = stripe_id("pi")
    return {
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": capture_method,
        "client_secret": f"{id}_secret_{stripe_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": epoch(),
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": None,
        "setup_future_usage": None,
        "status": "requires_payment_method",
        **facts,
    }


def new_charge(intent: Document, *, captured: bool) -> Document:
    """The charge that a confirmed payment intent makes; what is only held lapses after a week."""
    card: Document = {"brand": "visa", "country": "GB", "last4": "4242"}
    if not captured:
        card["capture_before"] = epoch() + HELD_DAYS * 86400
    return {
        "id": stripe_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "balance_transaction": stripe_id("txn") if captured else None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": captured,
        "created": epoch(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"},
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"card": card, "type": "card"},
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded",
    }


def new_refund(charge: Document, *, amount: int, status: str, reason: str | None, metadata: dict[str, str]) -> Document:
    """A refund of a charge."""
    return {
        "id": stripe_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": stripe_id("txn"),
        "charge": charge["id"],
        "created": epoch(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
        **({"pending_reason": "processing"} if status == "pending" else {}),
    }


def new_dispute(charge: Document, *, amount: int, reason: str, status: str) -> Document:
    """The customer's bank claws back; an inquiry (status `warning_...`) has not taken any money yet."""
    inquiry = status.startswith("warning_")
    return {
        "id": stripe_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": epoch(),
        "currency": charge["currency"],
        "evidence": {},
        "evidence_details": {"due_by": epoch() + 7 * 86400, "has_evidence": False, "submission_count": 0},
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": {"brand": "visa", "case_type": "inquiry" if inquiry else "chargeback"}},
        "reason": reason,
        "status": status,
    }
