"""What the lists and timelines of all kinds of case share; lists of returns can be asked for more, see `returns`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain.cases import TimelineEntry, WaitingFor
from domain.orders import Identifier
from records.models import LedgerEntry
from records.search import CaseFilter

LONGEST_PAGE = 200

State = TypeVar("State", bound=StrEnum)

NextCursor = Annotated[str | None, Field(description="Send it as `cursor` for the next page; null at the end.")]


class CaseQuery(BaseModel, Generic[State]):
    """Which cases to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    waiting_for: WaitingFor | None = None
    order_id: Identifier | None = None
    open: bool | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None

    def as_filter(self) -> CaseFilter:
        """What the records are asked for."""
        return CaseFilter(**self.model_dump(exclude={"limit", "cursor"}))


class CaseTimeline(BaseModel):
    """All that happened to a case, oldest first."""

    model_config = ConfigDict(frozen=True)

    number: str
    entries: list[TimelineEntry]


class CaseLedger(BaseModel):
    """Every movement of money that a case made, oldest first."""

    model_config = ConfigDict(frozen=True)

    number: str
    entries: list[LedgerEntry]
