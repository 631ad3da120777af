"""What an inspector says about goods that arrived."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from domain.cases import Actor
from domain.goods_back.parts import GoodsPart, Note, UnitCount


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


class InspectedUnits(UnitCount):
    """What an inspector found about some units of a line; `accepted` units are paid for."""

    condition: Condition
    grade: Grade
    accepted: bool = True
    note: Note = ""

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
