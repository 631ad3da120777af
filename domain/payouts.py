"""One movement of money to a customer: its states, what it holds of its payment, and which news moves it on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import CaseRef
from domain.orders import Payment


class PayoutState(StrEnum):
    """Where one movement of money stands.

    `frozen` waits for the end of a dispute. `sent` was asked for and not answered yet, `unknown` may have happened (the
    provider is asked before anything else), `accepted` is with the provider, which settles or fails it later.
    `mismatched`: the provider knows its key with another amount. `reversed` settled and came back. `charged_back`: the
    bank had taken the money before it could be sent. `reported`: somebody says that it was paid outside, which a second
    person confirms.
    """

    PLANNED = "planned"
    FROZEN = "frozen"
    SENT = "sent"
    UNKNOWN = "unknown"
    MISMATCHED = "mismatched"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    FAILED = "failed"
    REVERSED = "reversed"
    CHARGED_BACK = "charged_back"
    REPORTED = "reported"


class PayoutMethod(StrEnum):
    """Which way the money goes.

    provider: back through the payment provider. store_credit: as credit at the shop, instead of money. credit_account:
    back to the store credit or gift card that it had been paid with. manual: outside, by hand.
    """

    PROVIDER = "provider"
    STORE_CREDIT = "store_credit"
    CREDIT_ACCOUNT = "credit_account"
    MANUAL = "manual"


class Payout(BaseModel):
    """One movement of money to the customer, numbered within its case.

    It counts against `payment_id` whatever way it goes. `bonus_minor` is what the shop adds to a store credit; it is
    its gift and counts against nothing. `account` names where a credit goes, `expires_at` until when it can be spent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    payment_id: str
    amount_minor: int
    currency: str
    state: PayoutState
    key: str
    method: PayoutMethod = PayoutMethod.PROVIDER
    bonus_minor: int = 0
    account: str = ""
    expires_at: AwareDatetime | None = None
    provider_reference: str = ""
    failure: str = ""

    @property
    def pending_minor(self) -> int:
        """What it holds of its payment without having left it."""
        return self.amount_minor if self.state in HOLDING else 0

    @property
    def refunded_minor(self) -> int:
        """What has left its payment."""
        return self.amount_minor if self.state is PayoutState.SETTLED else 0

    @property
    def is_owed_again(self) -> bool:
        """Whether the customer got nothing and is owed the amount still."""
        return self.state in (PayoutState.FAILED, PayoutState.REVERSED)


class PayoutBasis(BaseModel):
    """What some payouts, planned together, were allocated from, so that it can be done again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    order_version: int
    owed_minor: int
    credit_minor: Annotated[int, Field(description="Of that, what goes out as store credit.")] = 0
    bonus_minor: Annotated[int, Field(description="What the shop adds to that credit.")] = 0
    refundable_minor: Annotated[dict[str, int], Field(description="What each payment still held, by payment id.")]
    payouts: Annotated[tuple[int, ...], Field(description="The numbers that came of it; none when it could not be.")]
    declined: Annotated[tuple[str, ...], Field(description="Payments that had declined a payout before.")] = ()
    collected: Annotated[tuple[Payment, ...], Field(description="Payments that cases had collected.")] = ()
    method: Annotated[PayoutMethod | None, Field(description="The way of all of it, where a person chose it.")] = None


HOLDING = frozenset(
    {
        PayoutState.PLANNED,
        PayoutState.FROZEN,
        PayoutState.SENT,
        PayoutState.UNKNOWN,
        PayoutState.MISMATCHED,
        PayoutState.ACCEPTED,
        PayoutState.REPORTED,
    }
)
DUE = frozenset({PayoutState.PLANNED, PayoutState.SENT, PayoutState.UNKNOWN})
GONE = frozenset({PayoutState.ACCEPTED, PayoutState.SETTLED})
# We settle them ourselves, without a provider.
CREDITS = frozenset({PayoutMethod.STORE_CREDIT, PayoutMethod.CREDIT_ACCOUNT})
# Nothing of it was sent, so a dispute can still stop it.
STOPPABLE = frozenset({PayoutState.PLANNED, PayoutState.FROZEN})

_ANSWERS = {PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.FAILED}
# News only moves a payout forward. Money that settled after all counts even when it was given up before. A failure never
# undoes a settlement, since it may be an older one that was delivered late: only `reversed` does, which is recorded after
# the provider was asked.
FORWARD: dict[PayoutState, frozenset[PayoutState]] = {
    PayoutState.PLANNED: frozenset(_ANSWERS | {PayoutState.FROZEN, PayoutState.SENT, PayoutState.UNKNOWN}),
    PayoutState.FROZEN: frozenset({PayoutState.PLANNED, PayoutState.CHARGED_BACK, *_ANSWERS}),
    PayoutState.SENT: frozenset(_ANSWERS | {PayoutState.UNKNOWN, PayoutState.FROZEN, PayoutState.MISMATCHED}),
    PayoutState.UNKNOWN: frozenset(_ANSWERS | {PayoutState.FROZEN, PayoutState.MISMATCHED}),
    PayoutState.MISMATCHED: frozenset(_ANSWERS),
    PayoutState.ACCEPTED: frozenset({PayoutState.SETTLED, PayoutState.FAILED}),
    PayoutState.SETTLED: frozenset({PayoutState.REVERSED}),
    PayoutState.FAILED: frozenset({PayoutState.SETTLED}),
    PayoutState.REVERSED: frozenset(),
    PayoutState.CHARGED_BACK: frozenset(),
    PayoutState.REPORTED: frozenset({PayoutState.SETTLED, PayoutState.FAILED}),
}


def payout_key(ref: CaseRef, number: int) -> str:
    """The key of a payout, from merchant, case and number alone: the same on every try, whatever crashes."""
    return f"{ref.merchant}:{ref.rma}:payout:{number}"
