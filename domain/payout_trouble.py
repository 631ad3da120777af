"""When a payout needs a person, whatever case it is of."""

from __future__ import annotations

from collections.abc import Iterable

from domain.cases import Actor
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.returns.case import Approval, Decision, Finding


def find_trouble(payout: Payout) -> Finding | None:
    """Why a person must look at this payout; None when nobody must."""
    if payout.state is PayoutState.MISMATCHED:
        detail = f"ALARM: the provider knows the key of payout {payout.number} with another amount. {payout.failure}"
        way_out = (
            "Look at the provider first. Approve only if the customer got nothing: a new payout is made. Else refuse."
        )
        return Finding(rule="refund_mismatched", detail=detail.strip(), way_out=way_out)
    if not payout.is_owed_again:
        return None
    if payout.method is PayoutMethod.MANUAL:
        way_out = "A supervisor approves a refund through the provider, or refuses."
        return Finding(rule="manual_refund_refused", detail=payout.failure, way_out=way_out)
    detail = f"The payment provider refused the refund: {payout.failure or 'it came back'}."
    return Finding(rule="refund_declined", detail=detail, way_out="A supervisor approves another try, or refuses.")


def is_given_up_by(approval: Approval | None, event_id: str) -> bool:
    """Whether that very event approves another try of what went wrong."""
    return approval is not None and approval.event_id == event_id and approval.decision is Decision.APPROVE


def given_up(payouts: Iterable[Payout], actor: Actor) -> tuple[Payout, ...]:
    """The payouts once somebody has found that the customer got nothing of those that are mismatched."""
    failed = {"state": PayoutState.FAILED, "failure": f"given up by {actor.name} after a mismatch"}
    return tuple(
        payout.model_copy(update=failed) if payout.state is PayoutState.MISMATCHED else payout for payout in payouts
    )
