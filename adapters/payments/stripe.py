"""Refunds by Stripe, through its official client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import stripe

from adapters.payments.stripe_amounts import from_stripe_amount, to_stripe_amount
from adapters.payments.stripe_client import stripe_client
from adapters.payments.stripe_errors import port_error
from domain.ports import ProviderRefund, RefundOrder

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams, RefundListParams

LARGEST_PAGE = 100

STATUSES = {
    "succeeded": "settled",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}


class StripePayments:
    """The Payments port on Stripe. Our key is both the idempotency key and metadata, for when Stripe has forgotten the first."""

    def __init__(self, *, api_base: str, secret_key: str) -> None:
        self._client = stripe_client(api_base=api_base, secret_key=secret_key)

    def refund(self, order: RefundOrder) -> ProviderRefund:
        params = refund_params(order)
        try:
            made = self._client.v1.refunds.create(params, {"idempotency_key": order.key})
        except stripe.StripeError as error:
            raise port_error(error, moves_money=True) from error
        return parse_refund(made.to_dict())

    def find_refund(self, order: RefundOrder) -> ProviderRefund | None:
        try:
            refunds = self._client.v1.refunds.list(list_params(order)).auto_paging_iter()
            found = next((refund for refund in map(_as_dict, refunds) if is_made_for(order, refund)), None)
        except stripe.StripeError as error:
            raise port_error(error, moves_money=False) from error
        return parse_refund(found) if found else None


def refund_params(order: RefundOrder) -> RefundCreateParams:
    """What Stripe is asked; raises Rejected when it could not move exactly this amount."""
    metadata = {"merchant": order.merchant, "rma": order.rma, "payout": str(order.payout), "key": order.key}
    amount = to_stripe_amount(order.amount)
    if _names_charge(order):
        return {"charge": order.payment_reference, "amount": amount, "metadata": metadata}
    return {"payment_intent": order.payment_reference, "amount": amount, "metadata": metadata}


def list_params(order: RefundOrder) -> RefundListParams:
    """All refunds of the payment."""
    if _names_charge(order):
        return {"charge": order.payment_reference, "limit": LARGEST_PAGE}
    return {"payment_intent": order.payment_reference, "limit": LARGEST_PAGE}


def is_made_for(order: RefundOrder, refund: Mapping[str, Any]) -> bool:
    """Whether the refund carries the order's key."""
    return bool((refund.get("metadata") or {}).get("key") == order.key)


def parse_refund(refund: Mapping[str, Any]) -> ProviderRefund:
    """The refund as we know it."""
    return ProviderRefund(
        reference=refund["id"],
        status=STATUSES[refund["status"]],
        amount=from_stripe_amount(refund["amount"], refund["currency"]),
        failure=refund.get("failure_reason") or "",
    )


def _names_charge(order: RefundOrder) -> bool:
    # Older shops know a payment by its charge; py_ are charges of bank payments.
    return order.payment_reference.startswith(("ch_", "py_"))


def _as_dict(refund: stripe.Refund) -> dict[str, Any]:
    return refund.to_dict()
