"""What Stripe lists of an account: every refund, dispute and payment that we asked for, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import stripe

from adapters.payments.stripe import LARGEST_PAGE, STATUSES
from adapters.payments.stripe_amounts import from_stripe_amount
from adapters.payments.stripe_client import stripe_client
from adapters.payments.stripe_collections import STATUSES as COLLECTION_STATUSES
from adapters.payments.stripe_errors import port_error
from adapters.payments.stripe_events import KINDS, payment_references
from domain.payment_events import DISPUTE_STATES
from domain.statements import StatedCollection, StatedDispute, StatedRefund, Statement

if TYPE_CHECKING:
    from stripe.params import DisputeListParams, PaymentIntentListParams, RefundListParams


class StripeStatements:
    """The PaymentStatements port on Stripe."""

    def __init__(self, *, api_base: str, secret_key: str) -> None:
        self._client = stripe_client(api_base=api_base, secret_key=secret_key)

    def statement(self, *, since: datetime | None = None) -> Statement:
        asked = list_params(since)
        lists = self._client.v1
        try:
            refunds = lists.refunds.list(cast("RefundListParams", asked)).auto_paging_iter()
            stated = tuple(parse_refund(refund.to_dict()) for refund in refunds)
            disputes = lists.disputes.list(cast("DisputeListParams", asked)).auto_paging_iter()
            disputed = tuple(parse_dispute(dispute.to_dict()) for dispute in disputes)
            intents = lists.payment_intents.list(cast("PaymentIntentListParams", asked)).auto_paging_iter()
            collected = tuple(parse_collection(each) for intent in intents if is_ours(each := intent.to_dict()))
        except stripe.StripeError as error:
            raise port_error(error, moves_money=False) from error
        return Statement(refunds=stated, disputes=disputed, collections=collected)


def list_params(since: datetime | None) -> dict[str, Any]:
    """What Stripe is asked for: pages as large as they can be, of what was made from then on."""
    params: dict[str, Any] = {"limit": LARGEST_PAGE}
    return params if since is None else params | {"created": {"gte": int(since.timestamp())}}


def is_ours(intent: Mapping[str, Any]) -> bool:
    """Whether we asked for the payment; a shop's own checkouts carry no key of ours."""
    metadata = intent.get("metadata") or {}
    return bool(metadata.get("key")) and bool(metadata.get("collection"))


def parse_collection(intent: Mapping[str, Any]) -> StatedCollection:
    """The payment as we know it."""
    return StatedCollection(
        reference=intent["id"],
        key=intent["metadata"]["key"],
        captured=from_stripe_amount(intent["amount_received"], intent["currency"]),
        status=COLLECTION_STATUSES[intent["status"]],
    )


def parse_refund(refund: Mapping[str, Any]) -> StatedRefund:
    """The refund as we know it."""
    return StatedRefund(
        reference=refund["id"],
        key=(refund.get("metadata") or {}).get("key", ""),
        payment_references=payment_references(refund),
        amount=from_stripe_amount(refund["amount"], refund["currency"]),
        status=STATUSES[refund["status"]],
    )


def parse_dispute(dispute: Mapping[str, Any]) -> StatedDispute:
    """The dispute as we know it."""
    return StatedDispute(
        reference=dispute["id"],
        payment_references=payment_references(dispute),
        amount=from_stripe_amount(dispute["amount"], dispute["currency"]),
        state=DISPUTE_STATES[KINDS["dispute"][dispute["status"]]],
    )
