"""A refund that was paid outside: what somebody says of it, and what a second person makes of that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import Actor
from domain.policies import AuthorityNeed

# East of Greenwich it is tomorrow already.
EARLIEST_ZONE = timedelta(hours=14)
# As long as a provider's reference may be, since the proof stands in its place in the ledger.
LONGEST_PROOF = 128


class ManualPart(BaseModel):
    """Parts of a manual refund are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OutsideMethod(StrEnum):
    """How money was paid outside."""

    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"
    CHEQUE = "cheque"
    OTHER = "other"


class PaidOutside(ManualPart):
    """How and when it was paid, and what proves it."""

    method: OutsideMethod
    proof: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_PROOF,
            pattern=r"^[!-~]+( [!-~]+)*$",
            description="What proves it: the reference of the transfer, the number of the receipt.",
            examples=["FT-2026-11-0043"],
        ),
    ]
    paid_on: Annotated[date, Field(description="The day on which it was paid.")]

    def is_still_to_come(self, now: datetime) -> bool:
        """Whether the day has begun nowhere yet."""
        return self.paid_on > (now + EARLIEST_ZONE).date()


class ManualRefund(ManualPart):
    """Who recorded which payouts as paid outside, and who confirmed or refused that; undecided while `confirmed` is None.

    `first_by` is the first of two who must confirm a large amount. Who stood in for somebody says for whom.
    `need` is whose confirmation it took when it was recorded.
    """

    event_id: str
    at: AwareDatetime
    actor: Actor
    payouts: tuple[int, ...]
    amount_minor: int
    paid: PaidOutside
    need: AuthorityNeed | None = None
    first_by: Actor | None = None
    first_stands_in_for: str = ""
    confirmed: bool | None = None
    decided_by: Actor | None = None
    decided_at: AwareDatetime | None = None
    stands_in_for: str = ""
    note: str = ""
