"""What a policy says to claims: goods that came broken, wrong or not at all; and how long a shop stands by its goods."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.policies.parts import Days, Fault, Percent, PolicyPart, Sentence
from domain.policies.terms import Answer, WindowStart


class ClaimProblem(StrEnum):
    """What the customer says is wrong with the goods."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    MISSING = "missing"
    NOT_AS_DESCRIBED = "not_as_described"
    DEFECTIVE = "defective"


class Remedy(StrEnum):
    """What a customer gets for a claim."""

    REPLACE = "replace"
    REFUND = "refund"
    REFUND_PART = "refund_part"


# Whose fault a problem is until somebody says otherwise: what breaks or gets lost does so on the way.
FAULT_OF = {
    ClaimProblem.DAMAGED: Fault.CARRIER,
    ClaimProblem.MISSING: Fault.CARRIER,
    ClaimProblem.WRONG_ITEM: Fault.MERCHANT,
    ClaimProblem.NOT_AS_DESCRIBED: Fault.MERCHANT,
    ClaimProblem.DEFECTIVE: Fault.MERCHANT,
}


class WarrantyTerms(PolicyPart):
    """How long goods are under warranty once somebody registered them."""

    days: Days
    counted_from: WindowStart = WindowStart.DELIVERY


class ClaimRuling(PolicyPart):
    """What becomes of a claim. Nothing that it gives is given above what the matrix lets the rules give alone."""

    answer: Answer
    remedy: Annotated[Remedy | None, Field(description="Left out: as the customer wishes.")] = None
    part_percent: Annotated[
        Percent | None, Field(description="With refund_part: how much of what the goods are worth.")
    ] = None
    goods_back: Annotated[bool, Field(description="The goods must come back and be inspected first.")] = False
    fault: Annotated[Fault | None, Field(description="Whose fault it is, where the problem alone does not say.")] = None
    says: Sentence = ""
    way_out: Sentence = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.answer is Answer.REFUSE and not (self.says and self.way_out):
            raise ValueError("a refusal needs `says` (why) and `way_out` (what the customer can do)")
        if (self.remedy is Remedy.REFUND_PART) != (self.part_percent is not None):
            raise ValueError("`part_percent` goes with the remedy refund_part, and with no other")
        return self
