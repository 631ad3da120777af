"""How much a customer may keep and be paid for: the rules let one return do so, the budget bounds all of them together."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.calendar import Span
from domain.policies.parts import AmountByCurrency, PolicyPart


class BeyondBudget(StrEnum):
    """What becomes of a return beyond the budget: its goods come back, or they are kept and a person decides on the money."""

    GOODS_BACK = "goods_back"
    REVIEW = "review"


class KeepBudget(PolicyPart):
    """Beyond it goods are not kept and paid for by the rules alone, whatever the table keep_items says."""

    within: Annotated[Span, Field(description="How far back it is counted.")] = Span.of("365 days")
    times: Annotated[int | None, Field(ge=0, description="How many returns of one customer; none: any number.")] = None
    beyond: BeyondBudget = BeyondBudget.GOODS_BACK
    up_to: Annotated[AmountByCurrency, Field(description="Worth of goods; a currency not named has no bound.")] = (
        AmountByCurrency()
    )


class KeptBefore(PolicyPart):
    """What a customer was let keep before within the window of the budget: in how many cases, and what it was worth."""

    cases: int = 0
    value_minor: int = 0
