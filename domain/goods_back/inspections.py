"""What an inspector says about goods that arrived."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.cases import Actor
from domain.goods_back.dock import AsSeen
from domain.goods_back.parts import Evidence, GoodsPart, Note, UnitCount
from domain.policies.parts import Sentence


class Condition(StrEnum):
    """The inspector's what."""

    AS_NEW = "as_new"
    OPENED = "opened"
    USED = "used"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_IN_PARCEL = "not_in_parcel"


class Grade(StrEnum):
    """How good the goods still are, A best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CheckAnswer(GoodsPart):
    """What the inspector saw on one point of the checklist."""

    check: Annotated[Sentence, Field(min_length=1, description="As the checklist says it.")]
    passed: bool
    note: Note = ""


class InspectedUnits(UnitCount):
    """What an inspector found about some units of a line; `accepted` units are paid for."""

    condition: Condition
    grade: Grade
    accepted: bool = True
    note: Note = ""
    checks: Annotated[
        tuple[CheckAnswer, ...], Field(max_length=30, description="The policy's checklist, answered.")
    ] = ()
    found: Annotated[AsSeen | None, Field(description="What lies there, where it is not what was expected.")] = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()

    @property
    def is_there(self) -> bool:
        """Whether the units lie in front of the inspector."""
        return self.condition is not Condition.NOT_IN_PARCEL


class Inspection(GoodsPart):
    """One inspection of received units."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    units: tuple[InspectedUnits, ...]
