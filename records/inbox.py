"""The inbox: what arrived for cases, kept under its own id before anything is done about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, literal_column, select, update

from domain.cases import (
    SYSTEM,
    Actor,
    CaseKind,
    EventAnswer,
    EventKind,
    EventOutcome,
    InboxEvent,
    Role,
    TimelineEntry,
)
from records.cases import add_to_timeline, lock_case
from records.models import ClaimOutcome, DueEvent, EventKept
from records.statements import AnyRow, present
from records.tables import cases, inbox

LOOK_AGAIN_AFTER = timedelta(minutes=10)
# Whoever kept the event delivers it at once; the pump only steps in when that did not happen. A person who waits for
# the answer is given up after ten seconds, so that pump and API do not both deliver. What nobody delivers is the pump's.
PUMP_AFTER = timedelta(seconds=2)
PUMP_AFTER_ANSWER = timedelta(seconds=15)


def keep_event(
    connection: Connection,
    event: InboxEvent,
    *,
    body_hash: str,
    whatever_case: bool = False,
    delivered_by_keeper: bool = True,
) -> EventKept:
    """The event is on record, once; under an id that is taken, the first event and its answer come back.

    CONFLICT when the first had another body, or was about another case unless the body says which: `whatever_case`.
    """
    row = _find(connection, event.event_id)
    if row is not None:
        same = (row.body_hash, row.merchant, row.kind) == (body_hash, event.merchant, event.kind)
        same = same and (whatever_case or row.rma == event.rma)
        outcome = ClaimOutcome.KNOWN if same else ClaimOutcome.CONFLICT
        return EventKept(outcome=outcome, event=_event(row), answer=_answer(row))
    event = _addressed(connection, event)
    columns = _columns(event, body_hash)
    if not delivered_by_keeper:
        columns["next_attempt_at"] = event.received_at
    connection.execute(insert(inbox).values(columns))
    return EventKept(outcome=ClaimOutcome.CLAIMED, event=event)


def _addressed(connection: Connection, event: InboxEvent) -> InboxEvent:
    """The same event for the case that has its number: a scanner need not know whether a return is an exchange."""
    if event.case_kind is not CaseKind.RETURN or not event.rma:
        return event
    query = select(cases.c.rma).where(
        cases.c.merchant == event.merchant, cases.c.rma == event.rma, cases.c.kind == str(CaseKind.EXCHANGE)
    )
    is_exchange = connection.scalar(query) is not None
    return event.model_copy(update={"case_kind": CaseKind.EXCHANGE}) if is_exchange else event


def load_event(connection: Connection, event_id: str) -> InboxEvent | None:
    """The inbox event of that id, if it ever arrived."""
    row = _find(connection, event_id)
    return _event(row) if row is not None else None


def find_event(connection: Connection, event_id: str) -> EventKept | None:
    """The event of that id with its answer, if it ever arrived."""
    row = _find(connection, event_id)
    return as_kept(row) if row is not None else None


def parked_events(connection: Connection, merchant: str, *, limit: int) -> list[EventKept]:
    """Events of the merchant that wait for a person, oldest first."""
    query = (
        select(inbox)
        .where(inbox.c.merchant == merchant, inbox.c.outcome == literal_column("'parked'"))
        .order_by(inbox.c.received_at)
        .limit(limit)
    )
    return [as_kept(row) for row in connection.execute(query)]


def load_outcome(connection: Connection, event_id: str) -> tuple[EventOutcome, str, str] | None:
    """What became of the event (outcome, code, detail), or None while nothing did."""
    row = _find(connection, event_id)
    answer = _answer(row) if row is not None else None
    return (answer.outcome, answer.code, answer.detail) if answer else None


def settle_event(connection: Connection, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
    """The event is done with; the first outcome stays."""
    connection.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.outcome.is_(None))
        .values(outcome=str(outcome), code=code, detail=detail, settled_at=present())
    )


def park_event(connection: Connection, event_id: str, *, code: str, detail: str) -> None:
    """Nobody took the event: it waits for a person, and its case, where there is one, says so on its timeline."""
    row = _find(connection, event_id)
    if row is None or row.outcome is not None:
        return
    # The case before its news, as steps lock them; one of them may have settled it meanwhile.
    lock_case(connection, _event(row).ref)
    row = _find(connection, event_id)
    if row is None or row.outcome is not None:
        return
    settle_event(connection, event_id, EventOutcome.PARKED, code, detail)
    entry = TimelineEntry(
        at=present(),
        actor=SYSTEM,
        event="event.parked",
        summary=f"News ({row.kind}) arrived that no open case takes; it waits for a person. {detail}",
        facts={"event_id": event_id, "kind": row.kind, "code": code},
    )
    add_to_timeline(connection, _event(row).ref, entry)


def release_event(connection: Connection, event_id: str) -> bool:
    """A parked event is delivered again as if it had just arrived; False when it is not parked."""
    released = connection.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.outcome == str(EventOutcome.PARKED))
        .values(outcome=None, code="", detail="", settled_at=None, delivered_at=None, next_attempt_at=present())
    )
    return released.rowcount == 1


def dismiss_event(connection: Connection, event_id: str, *, note: str, by: Actor) -> bool:
    """A parked event waits no longer, and its case says who settled it and how; False when it is not parked."""
    parked = (inbox.c.event_id == event_id, inbox.c.outcome == str(EventOutcome.PARKED))
    detail = f"{by.name}: {note}"
    values = {"outcome": str(EventOutcome.KEPT), "code": "dismissed", "detail": detail, "settled_at": present()}
    if connection.execute(update(inbox).where(*parked).values(values)).rowcount == 0:
        return False
    row = _find(connection, event_id)
    assert row is not None, "it was settled a moment ago"
    summary = f"{by.name} settled news ({row.kind}) that no open case took: {note}"
    facts = {"event_id": event_id, "kind": row.kind}
    told = TimelineEntry(at=present(), actor=by, event="event.dismissed", summary=summary, facts=facts)
    add_to_timeline(connection, _event(row).ref, told)
    return True


def mark_delivered(connection: Connection, event_id: str, *, look_again_at: datetime | None = None) -> None:
    """The workflow of the case has been told of the event. Unless it is settled by then, it is told again.

    Without `look_again_at` that is in ten minutes: a step that has not run by then may never have been asked for.
    """
    now = present()
    values = {
        "delivered_at": func.coalesce(inbox.c.delivered_at, now),
        "attempts": inbox.c.attempts + 1,
        "next_attempt_at": look_again_at or now + LOOK_AGAIN_AFTER,
    }
    connection.execute(update(inbox).where(inbox.c.event_id == event_id).values(values))


def due_events(connection: Connection, now: datetime, limit: int) -> list[DueEvent]:
    """Events that nobody settled and whose next delivery is due, oldest first."""
    query = (
        select(inbox)
        .where(inbox.c.outcome.is_(None), inbox.c.next_attempt_at <= now)
        .order_by(inbox.c.next_attempt_at)
        .limit(limit)
    )
    return [
        DueEvent(event=_event(row), attempts=row.attempts, delivered_before=row.delivered_at is not None)
        for row in connection.execute(query)
    ]


def delay_event(connection: Connection, event_id: str, *, until: datetime) -> None:
    """A delivery did not work; the next one is due at that time."""
    connection.execute(
        update(inbox).where(inbox.c.event_id == event_id).values(attempts=inbox.c.attempts + 1, next_attempt_at=until)
    )


def _columns(event: InboxEvent, body_hash: str) -> dict[str, Any]:
    columns = event.model_dump(exclude={"actor"})
    return columns | {
        "kind": str(event.kind),
        "case_kind": str(event.case_kind),
        "actor_name": event.actor.name,
        "actor_role": str(event.actor.role),
        "actor_owner": event.actor.owner,
        "body_hash": body_hash,
        "delivered_at": None,
        "attempts": 0,
        "next_attempt_at": event.received_at + (PUMP_AFTER_ANSWER if event.awaits_answer else PUMP_AFTER),
        "outcome": None,
        "code": "",
        "detail": "",
        "settled_at": None,
    }


def _find(connection: Connection, event_id: str) -> AnyRow | None:
    return connection.execute(select(inbox).where(inbox.c.event_id == event_id)).one_or_none()


def as_kept(row: AnyRow) -> EventKept:
    """The event of a row with its answer, if it has one."""
    return EventKept(outcome=ClaimOutcome.KNOWN, event=_event(row), answer=_answer(row))


def _event(row: AnyRow) -> InboxEvent:
    return InboxEvent(
        event_id=row.event_id,
        merchant=row.merchant,
        rma=row.rma,
        kind=EventKind(row.kind),
        actor=Actor(name=row.actor_name, role=Role(row.actor_role), owner=row.actor_owner),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        awaits_answer=row.awaits_answer,
        payload=row.payload,
        case_kind=CaseKind(row.case_kind),
    )


def _answer(row: AnyRow) -> EventAnswer | None:
    if row.outcome is None:
        return None
    outcome = EventOutcome(row.outcome)
    return EventAnswer(event_id=row.event_id, outcome=outcome, code=row.code, detail=row.detail)
