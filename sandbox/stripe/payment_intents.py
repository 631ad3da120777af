"""Payment intents and their charges."""

from __future__ import annotations

from sandbox.ids import epoch, stripe_id
from sandbox.store import Document
from sandbox.stripe import disputes
from sandbox.stripe.amounts import read_currency, refuse_impossible
from sandbox.stripe.calls import Work
from sandbox.stripe.errors import StripeRefusal, missing, unexpected_state
from sandbox.stripe.objects import CHARGE, INTENT, new_charge, new_intent

DECLINED = {
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
CANCELLABLE = {"requires_payment_method", "requires_confirmation", "requires_capture", "requires_action"}


def create(work: Work) -> Document:
    """POST /v1/payment_intents"""
    params = work.params
    params.refuse_unknown(
        *("amount", "currency", "capture_method", "confirm", "payment_method", "payment_method_types"),
        *("automatic_payment_methods", "metadata", "description", "receipt_email", "off_session", "return_url"),
    )
    params.required("amount")
    amount, currency = params.positive("amount") or 0, read_currency(params)
    refuse_impossible(amount, currency)
    capture_method = params.one_of("capture_method", "automatic", "automatic_async", "manual", default="automatic")
    intent = new_intent(
        amount=amount,
        currency=currency,
        capture_method=capture_method or "automatic",
        metadata=params.metadata(),
        description=params.text("description"),
        receipt_email=params.text("receipt_email"),
    )
    _attach(intent, params.text("payment_method"))
    _save(work, intent)
    work.emit("payment_intent.created", intent)
    return _confirm(work, intent) if params.flag("confirm") else intent


def retrieve(work: Work, id: str) -> Document:
    """GET /v1/payment_intents/{id}"""
    intent = find(work, id)
    if "latest_charge" in work.params.items("expand") and intent["latest_charge"]:
        intent = {**intent, "latest_charge": work.tx.get(CHARGE, intent["latest_charge"])}
    return intent


def list_all(work: Work) -> Document:
    """GET /v1/payment_intents"""
    work.params.refuse_unknown("created", "customer", "limit", "starting_after", "ending_before")
    return work.params.page(work.tx.newest(INTENT), url="/v1/payment_intents")


def update(work: Work, id: str) -> Document:
    """POST /v1/payment_intents/{id}"""
    work.params.refuse_unknown("metadata", "description", "receipt_email")
    intent = find(work, id)
    intent["metadata"] = work.params.metadata(intent["metadata"])
    return _save(work, intent)


def confirm(work: Work, id: str) -> Document:
    """POST /v1/payment_intents/{id}/confirm"""
    work.params.refuse_unknown("payment_method", "return_url", "off_session", "receipt_email")
    intent = find(work, id)
    _attach(intent, work.params.text("payment_method"))
    return _confirm(work, intent)


def capture(work: Work, id: str) -> Document:
    """POST /v1/payment_intents/{id}/capture"""
    work.params.refuse_unknown("amount_to_capture", "metadata", "final_capture")
    intent = find(work, id)
    if intent["status"] != "requires_capture":
        raise unexpected_state(f"This payment intent is {intent['status']}; only requires_capture can be captured.")
    amount = work.params.positive("amount_to_capture") or intent["amount_capturable"]
    refuse_impossible(amount, intent["currency"], param="amount_to_capture")
    if amount > intent["amount_capturable"]:
        raise StripeRefusal(
            f"Only {intent['amount_capturable']} can be captured.", code="amount_too_large", param="amount_to_capture"
        )
    charge = work.tx.get(CHARGE, intent["latest_charge"]) or {}
    charge.update(captured=True, amount_captured=amount, balance_transaction=stripe_id("txn"))
    work.tx.put(CHARGE, charge)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    _save(work, intent)
    work.emit("charge.captured", charge)
    work.emit("payment_intent.succeeded", intent)
    return intent


def cancel(work: Work, id: str) -> Document:
    """POST /v1/payment_intents/{id}/cancel"""
    work.params.refuse_unknown("cancellation_reason")
    intent = find(work, id)
    if intent["status"] not in CANCELLABLE:
        raise unexpected_state(f"This payment intent is {intent['status']} and cannot be canceled.")
    intent.update(
        status="canceled",
        canceled_at=epoch(),
        cancellation_reason=work.params.text("cancellation_reason"),
        amount_capturable=0,
    )
    _save(work, intent)
    work.emit("payment_intent.canceled", intent)
    return intent


def retrieve_charge(work: Work, id: str) -> Document:
    """GET /v1/charges/{id}"""
    charge = work.tx.get(CHARGE, id)
    if charge is None:
        raise missing("charge", id, param="id")
    return charge


def list_charges(work: Work) -> Document:
    """GET /v1/charges"""
    work.params.refuse_unknown("payment_intent", "created", "customer", "limit", "starting_after", "ending_before")
    owner = work.params.text("payment_intent")
    return work.params.page(work.tx.newest(CHARGE, owner=owner), url="/v1/charges")


def find(work: Work, id: str) -> Document:
    """The payment intent of that id."""
    intent = work.tx.get(INTENT, id)
    if intent is None:
        raise missing("payment_intent", id, param="intent")
    return intent


def _attach(intent: Document, payment_method: str | None) -> None:
    if payment_method and intent["status"] in ("requires_payment_method", "requires_confirmation"):
        intent.update(payment_method=payment_method, status="requires_confirmation", last_payment_error=None)


def _confirm(work: Work, intent: Document) -> Document:
    if intent["status"] != "requires_confirmation":
        raise unexpected_state(f"This payment intent is {intent['status']}; it cannot be confirmed.")
    if decline := DECLINED.get(intent["payment_method"]):
        return _decline(work, intent, decline)
    captured = intent["capture_method"] != "manual"
    charge = work.tx.put(CHARGE, new_charge(intent, captured=captured), owner=intent["id"])
    intent.update(
        latest_charge=charge["id"],
        status="succeeded" if captured else "requires_capture",
        amount_received=intent["amount"] if captured else 0,
        amount_capturable=0 if captured else intent["amount"],
    )
    _save(work, intent)
    work.emit("charge.succeeded", charge)
    work.emit("payment_intent.succeeded" if captured else "payment_intent.amount_capturable_updated", intent)
    if intent["payment_method"] == "pm_card_createDispute":
        disputes.open_dispute(work, charge, amount=charge["amount"], reason="fraudulent", status="needs_response")
    return intent


def _decline(work: Work, intent: Document, decline_code: str) -> Document:
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": decline_code,
        "message": "The card was declined.",
    }
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    _save(work, intent)
    work.emit("payment_intent.payment_failed", intent)
    raise StripeRefusal(
        error["message"],
        code="card_declined",
        status=402,
        type="card_error",
        extra={"decline_code": decline_code, "payment_intent": intent},
    )


def _save(work: Work, intent: Document) -> Document:
    return work.tx.put(INTENT, intent)
