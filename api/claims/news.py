"""The bodies of news about a claim, as senders write them."""

from __future__ import annotations

from pydantic import Field

from api.news import News
from domain.claims.case import Proofs
from domain.policies import Fault, Remedy
from domain.returns.case import Decision


class ClaimDecided(News):
    """What somebody with authority says: to the claim, and later to what was proposed for it."""

    decision: Decision = Field(
        description="approve: the remedy is given. reduce: a part, `amount_minor`. refuse: denied, for the reason in "
        "`note`. ask_evidence: the customer is asked the `note` first."
    )
    remedy: Remedy | None = Field(default=None, description="What the customer gets; left out: what they wish.")
    amount_minor: int | None = Field(default=None, ge=1, description="With a part: how much of what was paid.")
    line_id: str | None = Field(default=None, max_length=64, description="With a part of several lines: on which.")
    goods_back: bool = Field(
        default=False, description="The goods come back and are inspected before anything is given."
    )
    fault: Fault | None = Field(default=None, description="Who caused it, where the problem alone says it wrongly.")
    note: str = Field(default="", max_length=2000, description="Why, or the question; the customer is told.")
    subject: str | None = Field(
        default=None,
        max_length=40,
        description="What you looked at, as the queue calls it; when something else waits now, nothing is decided.",
    )
    expected_minor: int | None = Field(
        default=None, ge=0, description="The amount that you looked at; when it has changed since, nothing is decided."
    )


class ClaimShown(News):
    """The customer shows something, or answers a question."""

    evidence: Proofs = ()
    note: str = Field(default="", max_length=2000, description="The customer's word.")


class ClaimAppealed(News):
    """The customer asks for a second look at a denial."""

    evidence: Proofs = ()
    note: str = Field(min_length=1, max_length=2000, description="What the denial has wrong.")


class ClaimWithdrawn(News):
    """The customer no longer claims; after a denial: accepts it."""
