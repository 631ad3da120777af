"""What was noticed about a return and what follows from it, with the evidence; kept with the decision.

Figures are counts, amounts and ids of ours: no address, no e-mail, no card.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.cases import Actor
from domain.policies import RiskOutcome, Signal, TableDecision


class RiskPart(BaseModel):
    """Parts are values."""

    model_config = ConfigDict(frozen=True)


class ListKind(StrEnum):
    """What a shop says about a customer: refuse, pass, or that one signal is explained."""

    BLOCK = "block"
    ALLOW = "allow"
    CLEAR = "clear"


class Listing(RiskPart):
    """One customer on a list, by whom, why and until when; `signal` is the one that is cleared."""

    listing_id: str
    account: str
    kind: ListKind
    signal: Signal | None = None
    reason: Annotated[str, Field(min_length=3, max_length=2000)]
    made_by: Actor
    made_at: AwareDatetime
    until: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    ended_by: Actor | None = None

    @model_validator(mode="after")
    def _signal_fits(self) -> Self:
        if (self.kind is ListKind.CLEAR) != (self.signal is not None):
            raise ValueError("signal: the one that is cleared; block and allow name none")
        if self.until is not None and self.until <= self.made_at:
            raise ValueError("until: this must be later than now")
        return self

    def is_in_force(self, at: AwareDatetime) -> bool:
        """Whether it counts at that moment."""
        return self.ended_at is None and (self.until is None or at < self.until)


class RiskHistory(RiskPart):
    """What is on record about the account of an order, each count in the window of its signal; amounts in one currency.

    What was bought holds the present order, what came back does not hold the present request.
    """

    account: str = ""
    currency: str = ""
    orders: int = 0
    bought_minor: int = 0
    bought_units: int = 0
    returned_minor: int = 0
    returned_units: int = 0
    returns: int = 0
    no_receipt_claims: int = 0
    kept_minor: int = 0
    worn_units: int = 0
    accounts_at_address: int = 0
    accounts_with_payment: int = 0
    listings: tuple[Listing, ...] = ()

    def listed(self, kind: ListKind, signal: Signal | None = None) -> Listing | None:
        """The entry of that list, of those in force when the history was read."""
        return next((each for each in self.listings if (each.kind, each.signal) == (kind, signal)), None)

    def listed_for(self, signal: Signal) -> str:
        """The id of the entry that explains the signal, or nothing."""
        cleared = self.listed(ListKind.CLEAR, signal)
        return cleared.listing_id if cleared else ""


class RequestStake(RiskPart):
    """What one request weighs in the history of its account: units for whose return nobody but the customer is why."""

    account: str = ""
    currency: str
    value_minor: int = 0
    units: int = 0
    kept_minor: int = 0
    no_receipt_claims: int = 0
    excused: Annotated[tuple[str, ...], Field(description="Lines by the shop's or the carrier's fault.")] = ()

    @property
    def share_counts(self) -> bool:
        """Whether the request raises the share of what comes back."""
        return self.units > 0


class SignalReading(RiskPart):
    """One signal that is switched on: whether it was seen, and the evidence. `cleared_by` is the listing that explains it."""

    signal: Signal
    fired: bool
    outcome: RiskOutcome
    detail: str
    figures: dict[str, Any] = {}
    cleared_by: str = ""

    @property
    def counts(self) -> bool:
        """Whether anything follows from it."""
        return self.fired and not self.cleared_by


class LineAnswer(RiskPart):
    """What the shop's own rules said about one line."""

    line_id: str
    outcome: RiskOutcome
    says: str = ""
    decision: TableDecision


class RiskAssessment(RiskPart):
    """The outcome, what it follows from (`decided_by`), and everything that was looked at."""

    at: AwareDatetime
    account: str = ""
    outcome: RiskOutcome = RiskOutcome.ALLOW
    decided_by: str = ""
    readings: tuple[SignalReading, ...] = ()
    rules: tuple[LineAnswer, ...] = ()
    listing: Listing | None = None

    @property
    def evidence(self) -> tuple[SignalReading, ...]:
        """What was seen and is not cleared."""
        return tuple(reading for reading in self.readings if reading.counts)
