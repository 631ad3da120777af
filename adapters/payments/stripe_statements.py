"""What Stripe lists of an account: every refund and dispute, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stripe

from adapters.payments.stripe import LARGEST_PAGE, STATUSES
from adapters.payments.stripe_amounts import from_stripe_amount
from adapters.payments.stripe_client import stripe_client
from adapters.payments.stripe_errors import port_error
from adapters.payments.stripe_events import KINDS, payment_references
from domain.payment_events import DISPUTE_STATES
from domain.statements import StatedDispute, StatedRefund, Statement


class StripeStatements:
    """The PaymentStatements port on Stripe."""

    def __init__(self, *, api_base: str, secret_key: str) -> None:
        self._client = stripe_client(api_base=api_base, secret_key=secret_key)

    def statement(self) -> Statement:
        try:
            refunds = self._client.v1.refunds.list({"limit": LARGEST_PAGE}).auto_paging_iter()
            stated = tuple(parse_refund(refund.to_dict()) for refund in refunds)
            disputes = self._client.v1.disputes.list({"limit": LARGEST_PAGE}).auto_paging_iter()
            disputed = tuple(parse_dispute(dispute.to_dict()) for dispute in disputes)
        except stripe.StripeError as error:
            raise port_error(error, moves_money=False) from error
        return Statement(refunds=stated, disputes=disputed)


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
