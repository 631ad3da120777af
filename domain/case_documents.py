"""What every case that can pay stores, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.cases import CaseRef, WaitingFor
from domain.collections import Collection
from domain.manual_refunds import ManualRefund
from domain.payouts import Payout, PayoutBasis, PayoutState


class CaseDocument(BaseModel):
    """The facts of a case. They are only ever added; where the case stands is derived from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: CaseRef
    order_id: str
    currency: str
    policy_version: int
    payouts: tuple[Payout, ...] = ()
    payout_bases: tuple[PayoutBasis, ...] = ()
    collections: tuple[Collection, ...] = ()
    manual_refunds: tuple[ManualRefund, ...] = ()
    escalated: tuple[WaitingFor, ...] = ()
    closed_at: AwareDatetime | None = None

    @property
    def unconfirmed(self) -> ManualRefund | None:
        """What was recorded as paid outside and waits for a second person."""
        return next((manual for manual in self.manual_refunds if manual.confirmed is None), None)

    @property
    def mismatched_minor(self) -> int:
        """What may have left or not: payouts that the provider knows with another amount, which a person must look at."""
        return sum(payout.amount_minor for payout in self.payouts if payout.state is PayoutState.MISMATCHED)

    def with_payouts(self, payouts: Sequence[Payout], basis: PayoutBasis) -> Self:
        """The same case with these payouts, and what they were allocated from."""
        return self.with_facts(payouts=(*self.payouts, *payouts), payout_bases=(*self.payout_bases, basis))

    def with_facts(self, **facts: Any) -> Self:
        """The same case with those facts added."""
        return self.model_copy(update=facts)
