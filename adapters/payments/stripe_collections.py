"""Payments from customers by Stripe: payment intents, through its official client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe

from adapters.payments.stripe_amounts import from_stripe_amount, to_stripe_amount
from adapters.payments.stripe_client import stripe_client
from adapters.payments.stripe_errors import port_error
from domain.collection_port import CollectionOrder, CollectionStatus, ProviderCollection
from domain.errors import Rejected
from domain.money import Money

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

STATUSES = {
    "requires_payment_method": CollectionStatus.REQUESTED,
    "requires_confirmation": CollectionStatus.REQUESTED,
    "requires_action": CollectionStatus.REQUESTED,
    "processing": CollectionStatus.REQUESTED,
    "requires_capture": CollectionStatus.AUTHORIZED,
    "succeeded": CollectionStatus.CAPTURED,
    "canceled": CollectionStatus.CANCELLED,
}
# How long most cards keep a hold where the charge does not say: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
HELD_FOR = timedelta(days=7)


class StripeCollections:
    """The Collections port on Stripe. Our key is both the idempotency key and metadata, by which it is found for ever."""

    def __init__(self, *, api_base: str, secret_key: str) -> None:
        self._client = stripe_client(api_base=api_base, secret_key=secret_key)

    def request(self, order: CollectionOrder) -> ProviderCollection:
        params = request_params(order)
        intents = self._client.v1.payment_intents
        return _answer(order, lambda: intents.create(params, {"idempotency_key": order.key}), moves_money=True)

    def find(self, order: CollectionOrder) -> ProviderCollection | None:
        intents = self._client.v1.payment_intents
        if order.reference:
            return _answer(order, lambda: intents.retrieve(order.reference, {"expand": ["latest_charge"]}))
        try:
            found = intents.search({"query": search_query(order), "expand": ["data.latest_charge"]}).data
        except stripe.StripeError as error:
            raise port_error(error, moves_money=False) from error
        return parse_intent(found[0].to_dict(), order) if found else None

    def capture(self, order: CollectionOrder, amount: Money) -> ProviderCollection:
        taken = to_stripe_amount(amount)
        intents = self._client.v1.payment_intents
        options: stripe.RequestOptions = {"idempotency_key": f"{order.key}:capture"}
        return _answer(
            order,
            lambda: intents.capture(order.reference, {"amount_to_capture": taken}, options),
            moves_money=True,
        )

    def cancel(self, order: CollectionOrder) -> ProviderCollection:
        intents = self._client.v1.payment_intents
        options: stripe.RequestOptions = {"idempotency_key": f"{order.key}:cancel"}
        return _answer(order, lambda: intents.cancel(order.reference, {}, options), moves_money=True)


def request_params(order: CollectionOrder) -> PaymentIntentCreateParams:
    """What Stripe is asked; raises Rejected when it could not move exactly this amount."""
    params: PaymentIntentCreateParams = {
        "amount": to_stripe_amount(order.amount),
        "currency": order.amount.currency.lower(),
        "capture_method": "manual" if order.hold else "automatic",
        "metadata": {
            "merchant": order.merchant,
            "rma": order.rma,
            "collection": str(order.collection),
            "key": order.key,
        },
        "expand": ["latest_charge"],
    }
    if order.customer:
        params["customer"] = order.customer
    if order.instrument:
        params["payment_method"] = order.instrument
        params["confirm"] = params["off_session"] = True
        return params
    if order.customer:
        # So that a hold can be renewed, or charged after it lapsed, without the customer being there.
        params["setup_future_usage"] = "off_session"
    # Cards only: a hold needs them, and a payment that takes days would keep the goods waiting.
    params["allowed_payment_method_types"] = ["card"]
    return params


def search_query(order: CollectionOrder) -> str:
    """What finds the payment of the order's key. Raises Rejected for a key that would say something else in the query."""
    if any(mark in order.key for mark in "'\"\\"):
        raise Rejected("unusable_key", "a key must not contain quotes or backslashes")
    return f"metadata['key']:'{order.key}'"


def parse_intent(intent: Mapping[str, Any], order: CollectionOrder) -> ProviderCollection:
    """The payment intent as we know it. Who is charged without being there cannot confirm: a decline is final."""
    status = STATUSES[intent["status"]]
    error = intent.get("last_payment_error") or {}
    if order.instrument and intent["status"] in ("requires_payment_method", "requires_action"):
        status = CollectionStatus.DECLINED
    charge = intent.get("latest_charge")
    return ProviderCollection(
        reference=intent["id"],
        status=status,
        amount=from_stripe_amount(intent["amount"], intent["currency"]),
        captured=from_stripe_amount(intent.get("amount_received") or 0, intent["currency"]),
        instrument=_instrument(intent),
        client_secret=intent.get("client_secret") or "",
        lapses_at=_lapses_at(intent, charge) if status is CollectionStatus.AUTHORIZED else None,
        failure=str(error.get("decline_code") or error.get("code") or ""),
    )


def _instrument(intent: Mapping[str, Any]) -> str:
    """What was paid with, where it can be charged again: only what is kept for a customer can."""
    method = intent.get("payment_method")
    if not intent.get("customer") or not method:
        return ""
    return str(method["id"] if isinstance(method, Mapping) else method)


def _lapses_at(intent: Mapping[str, Any], charge: Any) -> datetime:
    card = (charge.get("payment_method_details") or {}).get("card") or {} if isinstance(charge, Mapping) else {}
    if until := card.get("capture_before"):
        return datetime.fromtimestamp(until, UTC)
    return datetime.fromtimestamp(intent["created"], UTC) + HELD_FOR


def _answer(
    order: CollectionOrder, ask: Callable[[], stripe.PaymentIntent], *, moves_money: bool = False
) -> ProviderCollection:
    try:
        return parse_intent(ask().to_dict(), order)
    except stripe.StripeError as error:
        raise port_error(error, moves_money=moves_money) from error
