"""What consumer law grants whatever the shop's rules say: the right to withdraw from a purchase at a distance."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.calendar import Span
from domain.policies.conditions import find_text_problem
from domain.policies.parts import PolicyPart

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EEA = "IS LI NO"


class StatutePack(StrEnum):
    """The laws that come with Aftercart."""

    EU_WITHDRAWAL = "eu_withdrawal"
    UK_WITHDRAWAL = "uk_withdrawal"


class WithdrawalRight(PolicyPart):
    """A right to withdraw: where it holds, how long, and when the money must be back.

    `days` are counted from the day after the last delivery of the order. The money must be back `refund_within` of the
    earlier of goods back and proof of sending. Restocking fees are forbidden; the customer may be made to pay the
    parcel back. The delivery charge is owed up to the price of the standard delivery.
    """

    title: str
    source: str
    countries: frozenset[str]
    days: int = 14
    refund_within: Span = Span.of("14 days")
    ends_on_working_day: Annotated[
        bool, Field(description="A last day on which the shop is closed is put off to the next on which it works.")
    ] = False


RIGHTS = {
    StatutePack.EU_WITHDRAWAL: WithdrawalRight(
        title="Right of withdrawal (EU)",
        source="Directive 2011/83/EU, articles 9 to 16; Regulation 1182/71, article 3(4)",
        countries=frozenset(f"{_EU} {_EEA}".split()),
        ends_on_working_day=True,
    ),
    StatutePack.UK_WITHDRAWAL: WithdrawalRight(
        title="Right to cancel (UK)",
        source="Consumer Contracts Regulations 2013, regulations 28 to 36",
        countries=frozenset({"GB"}),
    ),
}


class Statute(PolicyPart):
    """A law that overrules the shop's rules, except for what the law itself exempts."""

    pack: StatutePack
    exempt_when: Annotated[
        str, Field(description="Goods and customers outside the law, as a condition: made to measure, businesses.")
    ] = ""

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.exempt_when and (problem := find_text_problem(self.exempt_when)):
            raise ValueError(f"exempt_when: {problem}")
        return self

    @property
    def right(self) -> WithdrawalRight:
        """What the law grants."""
        return RIGHTS[self.pack]
