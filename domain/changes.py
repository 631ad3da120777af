"""A change of a case: the new facts, what the timeline says about them, and the answer to whoever asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor, EventAnswer, EventOutcome, InboxEvent, Letter, TimelineEntry

CaseT = TypeVar("CaseT", bound=CaseDocument)


class CaseChange(BaseModel, Generic[CaseT]):
    """What a step writes down, all of it in one transaction."""

    model_config = ConfigDict(frozen=True)

    case: CaseT
    entries: tuple[TimelineEntry, ...] = ()
    answer: EventAnswer | None = None
    letters: tuple[Letter, ...] = ()

    def with_facts(self, **facts: Any) -> CaseChange[CaseT]:
        """The same change with those facts added to the case."""
        return self.model_copy(update={"case": self.case.with_facts(**facts)})


def entry(at: datetime, event: str, summary: str, *, actor: Actor = SYSTEM, **facts: Any) -> TimelineEntry:
    """A timeline entry; `facts` are ids and amounts, nothing personal."""
    return TimelineEntry(at=at, actor=actor, event=event, summary=summary, facts=facts)


def applied(case: CaseT, event: InboxEvent, *, at: datetime, summary: str, **facts: Any) -> CaseChange[CaseT]:
    """The event was taken in and changed the case."""
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.APPLIED, code="applied", detail=summary)
    return _answered(case, event, at=at, answer=answer, facts=facts)


def kept(case: CaseT, event: InboxEvent, *, at: datetime, code: str, detail: str, **facts: Any) -> CaseChange[CaseT]:
    """A machine's news that changes nothing: it stays on the timeline."""
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.KEPT, code=code, detail=detail)
    return _answered(case, event, at=at, answer=answer, facts=facts)


def refused(case: CaseT, event: InboxEvent, *, at: datetime, code: str, detail: str) -> CaseChange[CaseT]:
    """The event came at the wrong moment or from the wrong person; the attempt stays on the timeline."""
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.REFUSED, code=code, detail=detail)
    return _answered(case, event, at=at, answer=answer, facts={})


def declined(case: CaseT, event: InboxEvent, *, at: datetime, code: str, detail: str) -> CaseChange[CaseT]:
    """The event does not fit: a person is refused and told why, a machine's news is kept."""
    answer = refused if event.awaits_answer else kept
    return answer(case, event, at=at, code=code, detail=detail)


def parked(case: CaseT, event: InboxEvent, *, at: datetime, code: str, detail: str) -> CaseChange[CaseT]:
    """The event fits no open case; a person looks at it."""
    answer = EventAnswer(event_id=event.event_id, outcome=EventOutcome.PARKED, code=code, detail=detail)
    return _answered(case, event, at=at, answer=answer, facts={})


def _answered(
    case: CaseT, event: InboxEvent, *, at: datetime, answer: EventAnswer, facts: dict[str, Any]
) -> CaseChange[CaseT]:
    suffix = "" if answer.outcome is EventOutcome.APPLIED else f".{answer.outcome}"
    facts = {"event_id": event.event_id, "occurred_at": event.occurred_at.isoformat()} | facts
    if answer.code != "applied":
        facts["code"] = answer.code
    line = entry(at, f"{event.kind}{suffix}", answer.detail, actor=event.actor, **facts)
    return CaseChange(case=case, entries=(line,), answer=answer)
