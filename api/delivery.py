"""An event on its way: kept in the inbox first, then brought to the case's workflow, or parked for a person.

A machine is told that its news is kept (202), whatever happens next. A person waits for what the case says to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from activities.linked_returns import open_for_late_arrival
from api import problems
from api.dependencies import Services
from api.errors import ApiProblem, retry_after
from api.etags import answer, etag, require_match
from api.idempotency import hash_body
from api.keys import Caller
from api.news import News
from api.problem_kinds import ProblemKind
from domain.cases import CaseKind, CaseRef, EventAnswer, EventKind, EventOutcome, InboxEvent
from domain.errors import NotOnRecord
from records.adjustment_models import StoredAdjustment
from records.claim_models import StoredClaim
from records.models import ClaimOutcome, EventKept, StoredIssue, StoredReturn, StoredShipment
from workflows.gateway import CaseNotOpen, OutcomePending, TemporalUnavailable


class EventReceipt(BaseModel):
    """What a machine is told about its news."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome = Field(description="kept: brought to the case; repeated: known; parked: for a person.")
    detail: str


Stored: TypeAlias = StoredReturn | StoredIssue | StoredAdjustment | StoredShipment | StoredClaim


class CaseView(Protocol):
    """A case as its callers see it."""

    @property
    def next_step(self) -> str:
        """What it waits for, in words."""
        ...

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """Its fields."""
        ...


@dataclass(frozen=True)
class Door:
    """How the cases of one kind are found, shown and spoken of."""

    kind: CaseKind
    find: Callable[[Services, CaseRef], Stored]
    show: Callable[[Any], CaseView]
    answered: type[BaseModel]
    unknown: ProblemKind
    closed: ProblemKind

    @property
    def name(self) -> str:
        """What people call such a case."""
        return self.kind.replace("_", " ")


@dataclass(frozen=True)
class Incoming:
    """One event as it came in: who sent what about which case, through which door."""

    door: Door
    caller: Caller
    rma: str
    kind: EventKind
    body: News
    key: str | None = None
    if_match: str | None = None

    @property
    def ref(self) -> CaseRef:
        """The case it is about, of the caller's own shop."""
        return CaseRef(merchant=self.caller.merchant, rma=self.rma, kind=self.door.kind)

    @property
    def sender_id(self) -> str | None:
        """The sender's own id of the event, if it has one."""
        return self.body.event_id or self.key

    @property
    def own_id(self) -> str | None:
        """Our id of the event, which follows from the sender's: that one only has to be unique within the shop."""
        if self.sender_id is None:
            return None
        return f"evt_{hashlib.sha256(f'{self.caller.merchant} {self.sender_id}'.encode()).hexdigest()[:40]}"

    def as_event(self, *, now: datetime, new_id: str, awaits_answer: bool) -> InboxEvent:
        """The event as it is kept."""
        return InboxEvent(
            event_id=self.own_id or new_id,
            merchant=self.caller.merchant,
            rma=self.rma,
            kind=self.kind,
            actor=self.caller.actor,
            occurred_at=self.body.occurred_at or now,
            received_at=now,
            awaits_answer=awaits_answer,
            payload=self.body.model_dump(mode="json", exclude=set(News.model_fields)),
            case_kind=self.door.kind,
        )


async def tell(parts: Services, incoming: Incoming) -> EventReceipt:
    """The news of a machine is kept, and brought to the case if one is open."""
    return await bring(parts, incoming.door, await run_in_threadpool(_keep, parts, incoming, awaits_answer=False))


async def bring(parts: Services, door: Door, kept: EventKept) -> EventReceipt:
    """The case has news that was kept for it, or it is parked; what was answered before is answered again."""
    event_id = kept.event.event_id
    if kept.answer is not None:
        parked = kept.answer.outcome is EventOutcome.PARKED
        outcome = EventOutcome.PARKED if parked else EventOutcome.REPEATED
        return EventReceipt(event_id=event_id, outcome=outcome, detail=kept.answer.detail)
    stored = await run_in_threadpool(_find, parts, door, kept.event.ref)
    if stored is not None and stored.progress.open:
        stored = await _deliver(parts, door, kept.event) or stored
    if stored is None or not stored.progress.open:
        if stored is not None and (linked := await run_in_threadpool(_open_linked, parts, kept.event)):
            await _bring_linked(parts, linked)
            detail = f"The {door.name} had ended; return {linked.rma} goes on with what arrived."
            return EventReceipt(event_id=event_id, outcome=EventOutcome.KEPT, detail=detail)
        detail = await run_in_threadpool(_park, parts, door, kept.event, stored)
        return EventReceipt(event_id=event_id, outcome=EventOutcome.PARKED, detail=detail)
    return EventReceipt(event_id=event_id, outcome=EventOutcome.KEPT, detail=f"The event is kept for the {door.name}.")


def _open_linked(parts: Services, event: InboxEvent) -> InboxEvent | None:
    with parts.records.transaction() as tx:
        return open_for_late_arrival(tx, event, at=parts.clock.now())


async def _bring_linked(parts: Services, event: InboxEvent) -> None:
    """The return that goes on is told at once; dispatch starts and tells it where this cannot."""
    with suppress(OutcomePending, TemporalUnavailable):
        await parts.gateway.open(event.ref)
        if await parts.gateway.deliver(event.ref, event):
            await run_in_threadpool(parts.records.mark_delivered, event.event_id)


async def ask(parts: Services, incoming: Incoming) -> Response:
    """What the case says to the word of a person; a refusal and an unknown or closed case are problems."""
    if incoming.if_match is not None:
        await run_in_threadpool(_require_present_version, parts, incoming)
    kept = await run_in_threadpool(_keep, parts, incoming, awaits_answer=True)
    stored = await run_in_threadpool(_find, parts, incoming.door, incoming.ref)
    if stored is not None and kept.answer is not None and kept.answer.outcome is not EventOutcome.PARKED:
        return _as_response(incoming.door, kept.answer, stored)
    if stored is None or not stored.progress.open:
        raise await run_in_threadpool(_nobody_takes, parts, incoming.door, kept.event, stored)
    try:
        answered = await parts.gateway.ask(kept.event.ref, kept.event)
    except CaseNotOpen:
        raise await run_in_threadpool(_ended_meanwhile, parts, incoming.door, kept.event) from None
    except (OutcomePending, TemporalUnavailable):
        raise _pending(kept.event) from None
    stored = await run_in_threadpool(_find, parts, incoming.door, incoming.ref)
    assert stored is not None, "it was there a moment ago, and no case is ever deleted"
    return _as_response(incoming.door, answered, stored)


async def _deliver(parts: Services, door: Door, event: InboxEvent) -> Stored | None:
    """The workflow was told, or the pump will tell it; the case as it is now when no workflow of it runs."""
    try:
        if await parts.gateway.deliver(event.ref, event):
            await run_in_threadpool(parts.records.mark_delivered, event.event_id)
            return None
    except TemporalUnavailable:
        return None
    # Closed this very moment, or claimed and not started yet: the records know which.
    return await run_in_threadpool(_find, parts, door, event.ref)


def _keep(parts: Services, incoming: Incoming, *, awaits_answer: bool) -> EventKept:
    event = incoming.as_event(now=parts.clock.now(), new_id=parts.clock.new_id("evt"), awaits_answer=awaits_answer)
    # Machines of one shop may resend for each other; the word of a person is only ever that person's.
    sender = event.actor.name if awaits_answer else ""
    kept = parts.records.keep_event(event, body_hash=hash_body(incoming.body, apart_from={"event_id"}, sender=sender))
    if kept.outcome is ClaimOutcome.CONFLICT:
        detail = f"The id {incoming.sender_id} was used before for another event; a new event needs a new id."
        raise ApiProblem(problems.EVENT_ID_REUSED, detail)
    return kept


def _find(parts: Services, door: Door, ref: CaseRef) -> Stored | None:
    try:
        return door.find(parts, ref)
    except NotOnRecord:
        return None


def _require_present_version(parts: Services, incoming: Incoming) -> None:
    """A repeated event is let through: it was in time when it first came, and gets the answer of then."""
    stored = _find(parts, incoming.door, incoming.ref)
    known = incoming.own_id and parts.records.reads.event(incoming.ref.merchant, incoming.own_id)
    if stored is not None and not known:
        require_match(incoming.if_match, stored.version)


def _park(parts: Services, door: Door, event: InboxEvent, stored: Stored | None) -> str:
    if stored is None:
        code, detail = f"unknown_{door.kind}", f"No {door.name} {event.rma} is known"
    else:
        code, detail = "case_closed", f"The {door.name} {event.rma} is closed"
    detail += "; the event is kept and shown to a person."
    parts.records.park_event(event.event_id, code=code, detail=detail)
    return detail


def _nobody_takes(parts: Services, door: Door, event: InboxEvent, stored: Stored | None) -> ApiProblem:
    detail = _park(parts, door, event, stored)
    if stored is None:
        return ApiProblem(door.unknown, detail, members={"event_id": event.event_id})
    members = {"event_id": event.event_id, "case": door.show(stored).model_dump(mode="json")}
    return ApiProblem(door.closed, detail, members=members)


def _ended_meanwhile(parts: Services, door: Door, event: InboxEvent) -> ApiProblem:
    """No workflow runs: the case closed this moment, or it is on record and not started yet."""
    stored = _find(parts, door, event.ref)
    if stored is None or not stored.progress.open:
        return _nobody_takes(parts, door, event, stored)
    return _pending(event)


def _pending(event: InboxEvent) -> ApiProblem:
    detail = "The event is kept and will be applied; send it again with the same id to learn what came of it."
    members = {"rma": event.rma, "event_id": event.event_id}
    return ApiProblem(problems.OUTCOME_PENDING, detail, headers=retry_after(), members=members)


def _as_response(door: Door, answered: EventAnswer, stored: Stored) -> Response:
    view = door.show(stored)
    if answered.outcome in (EventOutcome.REFUSED, EventOutcome.PARKED):
        members = {
            "event_id": answered.event_id,
            "code": answered.code,
            "next_step": view.next_step,
            "way_out": view.next_step,
            "case": view.model_dump(mode="json"),
        }
        raise ApiProblem(problems.EVENT_REFUSED, answered.detail, members=members)
    return answer(door.answered(**answered.model_dump(), case=view), tag=etag(stored.version))
