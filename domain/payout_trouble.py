"""When a payout needs a person, whatever case it is of."""

from __future__ import annotations

from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.returns.case import Finding


def find_trouble(payout: Payout) -> Finding | None:
    """Why a person must look at this payout; None when nobody must."""
    if payout.state is PayoutState.MISMATCHED:
        detail = f"ALARM: the provider knows the key of payout {payout.number} with another amount. {payout.failure}"
        way_out = "Look at the provider first. Approve only if the customer got nothing: a new payout is made."
        return Finding(rule="refund_mismatched", detail=detail.strip(), way_out=way_out)
    if not payout.is_owed_again:
        return None
    if payout.method is PayoutMethod.MANUAL:
        way_out = "A supervisor approves a refund through the provider, or refuses."
        return Finding(rule="manual_refund_refused", detail=payout.failure, way_out=way_out)
    detail = f"The payment provider refused the refund: {payout.failure or 'it came back'}."
    return Finding(rule="refund_declined", detail=detail, way_out="A supervisor approves another try, or refuses.")
