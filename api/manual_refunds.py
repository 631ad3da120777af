"""The bodies of news about money that was paid outside, the same for every kind of case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.news import News
from domain.manual_refunds import PaidOutside
from domain.orders import Identifier
from domain.returns.case import Decision

Amount = Annotated[str, Field(max_length=32, description="In major units, with a point.", examples=["12.30"])]


class ManualRefundRecorded(News):
    """An amount that is owed was paid outside."""

    amount: Amount
    currency: str = Field(min_length=3, max_length=3, examples=["GBP"])
    payment_id: Identifier | None = Field(default=None, description="Against which payment of the order it counts.")
    paid: PaidOutside
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the case.")


class ManualRefundDecided(News):
    """What a second person says about it."""

    decision: Literal[Decision.APPROVE, Decision.REFUSE] = Field(
        description="approve: it was paid. refuse: it was not, and is owed again."
    )
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the case.")
