"""What a payment provider tells us, in our words, and what that says about a payout."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.disputes import DisputeState
from domain.money import Money
from domain.payouts import FORWARD, Payout, PayoutState


class PaymentEventKind(StrEnum):
    """What an event is about; `other` is about nothing that moves money of ours."""

    REFUND_ACCEPTED = "refund_accepted"
    REFUND_SETTLED = "refund_settled"
    REFUND_FAILED = "refund_failed"
    DISPUTE_WARNING = "dispute_warning"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    COLLECTION_AUTHORIZED = "collection_authorized"
    COLLECTION_CAPTURED = "collection_captured"
    COLLECTION_CANCELLED = "collection_cancelled"
    COLLECTION_DECLINED = "collection_declined"
    OTHER = "other"


REFUND_STATES = {
    PaymentEventKind.REFUND_ACCEPTED: PayoutState.ACCEPTED,
    PaymentEventKind.REFUND_SETTLED: PayoutState.SETTLED,
    PaymentEventKind.REFUND_FAILED: PayoutState.FAILED,
}
DISPUTE_STATES = {
    PaymentEventKind.DISPUTE_WARNING: DisputeState.WARNING,
    PaymentEventKind.DISPUTE_OPENED: DisputeState.OPEN,
    PaymentEventKind.DISPUTE_WON: DisputeState.WON,
    PaymentEventKind.DISPUTE_LOST: DisputeState.LOST,
}
COLLECTION_KINDS = frozenset(
    {
        PaymentEventKind.COLLECTION_AUTHORIZED,
        PaymentEventKind.COLLECTION_CAPTURED,
        PaymentEventKind.COLLECTION_CANCELLED,
        PaymentEventKind.COLLECTION_DECLINED,
    }
)


class PaymentEvent(BaseModel):
    """One event of a provider. `reference` is of the refund, dispute or payment, `payment_references` name its payment.

    `key` is our key of the payout or collection where it carries one. Nothing personal is in it.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    event_id: str
    merchant: str
    kind: PaymentEventKind
    name: str
    occurred_at: AwareDatetime
    reference: str = ""
    payment_references: tuple[str, ...] = ()
    key: str = ""
    amount: Money | None = None
    reason: str = ""
    respond_by: AwareDatetime | None = None


class News(StrEnum):
    """What an event means for a payout: on, nothing new, ask the provider first, or stop since it cannot be."""

    FORWARD = "forward"
    REPEATED = "repeated"
    DOUBTFUL = "doubtful"
    IMPOSSIBLE = "impossible"


def judge_refund(payout: Payout, told: PayoutState, *, reference: str, amount: Money) -> News:
    """What it means that the provider tells this state of the refund with our key."""
    if payout.provider_reference not in ("", reference):
        return News.IMPOSSIBLE
    if (amount.minor, amount.currency) != (payout.amount_minor, payout.currency):
        return News.IMPOSSIBLE
    if told in FORWARD[payout.state]:
        return News.DOUBTFUL if payout.state is PayoutState.FAILED else News.FORWARD
    if payout.state is PayoutState.SETTLED and told is PayoutState.FAILED:
        return News.DOUBTFUL
    return News.REPEATED


def confirmed_state(payout: Payout, told: PayoutState) -> PayoutState:
    """The state that a doubtful payout has, now that the provider was asked: a settled refund that failed came back."""
    if payout.state is PayoutState.SETTLED and told is PayoutState.FAILED:
        return PayoutState.REVERSED
    return told
