"""What the customer's bank says about a payment, and what that does to the money of the payment."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.payouts import STOPPABLE, Payout, PayoutState


class DisputeState(StrEnum):
    """Where a dispute stands. `warning`: the bank only asks and has taken nothing. `won` and `lost` are final."""

    WARNING = "warning"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


# A dispute never goes back: what comes later under its id with an earlier state is old news.
_RANK = {DisputeState.WARNING: 0, DisputeState.OPEN: 1, DisputeState.WON: 2, DisputeState.LOST: 2}


class Dispute(BaseModel):
    """One dispute of one payment. `freezes` says that nothing is sent from the payment while it is not decided."""

    model_config = ConfigDict(frozen=True)

    dispute_id: str
    provider: str
    order_id: str
    payment_id: str
    amount_minor: int
    currency: str
    state: DisputeState
    freezes: bool
    reason: str = ""
    respond_by: AwareDatetime | None = None
    opened_at: AwareDatetime

    @property
    def is_decided(self) -> bool:
        """Whether the bank has spoken its last word."""
        return _RANK[self.state] == _RANK[DisputeState.WON]

    @property
    def is_lost(self) -> bool:
        """Whether the customer has the money from the bank for good."""
        return self.state is DisputeState.LOST

    @property
    def holds_payouts(self) -> bool:
        """Whether nothing is sent from the payment for now."""
        return self.freezes and not self.is_decided

    @property
    def claimed_minor(self) -> int:
        """What the bank has taken of the payment."""
        return self.amount_minor if self.state in (DisputeState.OPEN, DisputeState.LOST) else 0

    def is_news_after(self, known: Dispute | None) -> bool:
        """Whether this says more than what is known of the same dispute."""
        if known is None:
            return True
        later = _RANK[self.state] > _RANK[known.state]
        return later or (self.state is known.state and self.amount_minor > known.amount_minor)

    def contradicts(self, known: Dispute | None) -> bool:
        """Whether both are final and differ."""
        return known is not None and known.is_decided and self.is_decided and self.state is not known.state


def settle_frozen(payouts: Sequence[Payout], dispute: Dispute, *, others_freeze: bool) -> tuple[Payout, ...]:
    """What becomes of the payouts of the disputed payment that were not sent yet, oldest first; those that change.

    An undecided dispute that freezes stops them. A lost one has paid them as far as its amount reaches: the customer
    has that money from the bank. One that it covers only in part cannot be split and fails, so that a person decides.
    Whatever nothing holds back any more goes on.
    """
    stopped = [payout for payout in payouts if payout.state in STOPPABLE]
    left, changed = dispute.amount_minor if dispute.is_lost else 0, []
    for payout in stopped:
        if left >= payout.amount_minor:
            state, failure = PayoutState.CHARGED_BACK, "the bank took the money in a dispute"
        elif left > 0:
            state, failure = PayoutState.FAILED, "the bank took a part of the money in a dispute"
        elif others_freeze or dispute.holds_payouts:
            state, failure = PayoutState.FROZEN, ""
        else:
            state, failure = PayoutState.PLANNED, ""
        left = max(0, left - payout.amount_minor)
        if state is not payout.state:
            changed.append(payout.model_copy(update={"state": state, "failure": failure}))
    return tuple(changed)
