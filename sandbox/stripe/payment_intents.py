"""Payment intents and their charges."""

from __future__ import annotations

import re

from sandbox.ids import epoch, stripe_id
from sandbox.store import Document
from sandbox.stripe import disputes
from sandbox.stripe.amounts import read_currency, refuse_impossible
from sandbox.stripe.calls import Work
from sandbox.stripe.errors import StripeRefusal, malformed, missing, unexpected_state
from sandbox.stripe.objects import CHARGE, INTENT, new_charge, new_intent

DECLINED = {
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
# The bank wants the customer to confirm, who is not there.
NEEDS_CUSTOMER = {"pm_card_authenticationRequired"}
METADATA_QUERY = re.compile(r"metadata\['(\w+)'\]:'([^']*)'")
CANCELLABLE = {"requires_payment_method", "requires_confirmation", "requires_capture", "requires_action"}


def create(work: Work) -> Document:
    """POST /v1/payment_intents"""
    params = work.params
    params.refuse_unknown(
        *("amount", "currency", "capture_method", "confirm", "payment_method", "payment_method_types"),
        *("automatic_payment_methods", "metadata", "description", "receipt_email", "off_session", "return_url"),
        *("customer", "setup_future_usage", "allowed_payment_method_types"),
    )
    params.required("amount")
    amount, currency = params.positive("amount") or 0, read_currency(params)
    refuse_impossible(amount, currency)
    customer = params.text("customer")
    if customer and not customer.startswith("cus_"):
        raise missing("customer", customer, param="customer", status=400)
    capture_method = params.one_of("capture_method", "automatic", "automatic_async", "manual", default="automatic")
    intent = new_intent(
        amount=amount,
        currency=currency,
        capture_method=capture_method or "automatic",
        metadata=params.metadata(),
        description=params.text("description"),
        receipt_email=params.text("receipt_email"),
        customer=customer,
        setup_future_usage=params.one_of("setup_future_usage", "off_session", "on_session"),
    )
    _attach(intent, params.text("payment_method"))
    _save(work, intent)
    work.emit("payment_intent.created", intent)
    if not params.flag("confirm"):
        return intent
    return _expanded(work, _confirm(work, intent, off_session=params.flag("off_session")), "latest_charge")


def retrieve(work: Work, id: str) -> Document:
    """GET /v1/payment_intents/{id}"""
    return _expanded(work, find(work, id), "latest_charge")


def search(work: Work) -> Document:
    """GET /v1/payment_intents/search; of Stripe's query language it knows the metadata."""
    work.params.refuse_unknown("query", "limit", "page")
    query = work.params.required("query")
    asked = METADATA_QUERY.fullmatch(query)
    if asked is None:
        raise malformed(f"The sandbox does not understand the query {query}", code="parameter_invalid", param="query")
    name, value = asked.groups()
    found = [intent for intent in work.tx.newest(INTENT) if intent["metadata"].get(name) == value]
    data = [_expanded(work, intent, "data.latest_charge") for intent in found[: work.params.positive("limit") or 10]]
    return {
        "object": "search_result",
        "data": data,
        "has_more": len(found) > len(data),
        "next_page": None,
        "url": "/v1/payment_intents/search",
    }


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
    return _confirm(work, intent, off_session=work.params.flag("off_session"))


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
    return end(work, intent, reason=work.params.text("cancellation_reason"))


def end(work: Work, intent: Document, *, reason: str | None) -> Document:
    """The intent is canceled: on request, or by Stripe itself because its hold lapsed."""
    intent.update(status="canceled", canceled_at=epoch(), cancellation_reason=reason, amount_capturable=0)
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


def _expanded(work: Work, intent: Document, name: str) -> Document:
    if name not in work.params.items("expand") or not intent["latest_charge"]:
        return intent
    return {**intent, "latest_charge": work.tx.get(CHARGE, intent["latest_charge"])}


def _confirm(work: Work, intent: Document, *, off_session: bool = False) -> Document:
    if intent["status"] != "requires_confirmation":
        raise unexpected_state(f"This payment intent is {intent['status']}; it cannot be confirmed.")
    if decline := DECLINED.get(intent["payment_method"]):
        return _decline(work, intent, code="card_declined", decline_code=decline)
    if off_session and intent["payment_method"] in NEEDS_CUSTOMER:
        return _decline(work, intent, code="authentication_required", decline_code="authentication_required")
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


def _decline(work: Work, intent: Document, *, code: str, decline_code: str) -> Document:
    error = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": "The card was declined.",
    }
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    _save(work, intent)
    work.emit("payment_intent.payment_failed", intent)
    raise StripeRefusal(
        error["message"],
        code=code,
        status=402,
        type="card_error",
        extra={"decline_code": decline_code, "payment_intent": intent},
    )


def _save(work: Work, intent: Document) -> Document:
    return work.tx.put(INTENT, intent)
