"""What engineers and operators ask, across merchants: the events of a case, and all that waits for a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select

from domain.cases import Actor, CaseKind, CaseRef, EventOutcome, Progress, Role
from records.models import Record
from records.statements import AnyRow
from records.tables import cases, inbox, outbox, payouts

_PARKED = inbox.c.outcome == literal_column(f"'{EventOutcome.PARKED}'")


class CaseStanding(Record):
    """A case of any kind: its address, and where it stands."""

    ref: CaseRef
    order_id: str
    progress: Progress
    version: int
    opened_by: str
    opened_at: datetime
    updated_at: datetime


class EventTrace(Record):
    """An inbox event on its way: when it came, when the workflow was told, and what became of it.

    `outcome` is None while nothing did; `attempts` counts how often it was told, or tried to.
    """

    event_id: str
    ref: CaseRef
    kind: str
    actor: Actor
    received_at: datetime
    delivered_at: datetime | None
    attempts: int
    outcome: EventOutcome | None
    code: str
    detail: str
    settled_at: datetime | None


class StuckPayout(Record):
    """A payout of which nobody knows for long whether the money moved, or that waits for long to be sent."""

    ref: CaseRef
    number: int
    state: str
    key: str
    since: datetime


def case_standing(connection: Connection, merchant: str, rma: str) -> CaseStanding | None:
    """The case of that merchant and number, of whatever kind; None when there is none."""
    row = connection.execute(select(cases).where(cases.c.merchant == merchant, cases.c.rma == rma)).one_or_none()
    return _standing(row) if row is not None else None


def case_events(connection: Connection, ref: CaseRef) -> list[EventTrace]:
    """Everything that arrived for the case, oldest first."""
    where = (inbox.c.merchant == ref.merchant, inbox.c.rma == ref.rma)
    query = select(inbox).where(*where).order_by(inbox.c.received_at, inbox.c.event_id)
    return [_trace(row) for row in connection.execute(query)]


def parked_events(connection: Connection, *, merchant: str | None = None, limit: int) -> list[EventTrace]:
    """Events that wait for a person, oldest first, of one merchant or of all."""
    query = select(inbox).where(_PARKED).order_by(inbox.c.received_at, inbox.c.event_id).limit(limit)
    return [_trace(row) for row in connection.execute(query.where(inbox.c.merchant == merchant) if merchant else query)]


def count_parked(connection: Connection) -> dict[str, int]:
    """How many events of each merchant wait for a person; merchants without any are left out."""
    query = select(inbox.c.merchant, func.count().label("parked")).where(_PARKED).group_by(inbox.c.merchant)
    return {row.merchant: row.parked for row in connection.execute(query)}


def count_given_up(connection: Connection) -> dict[str, int]:
    """How many messages each merchant's system refused for days, so that they are not sent any more."""
    # A merchant without an address never had a try: its messages are kept for it to read, which is no failure.
    given_up = (outbox.c.kept_at.is_not(None), outbox.c.attempts > 0)
    query = select(outbox.c.merchant, func.count().label("given_up")).where(*given_up).group_by(outbox.c.merchant)
    return {row.merchant: row.given_up for row in connection.execute(query)}


def stuck_payouts(
    connection: Connection, states: tuple[str, ...], *, before: datetime, limit: int
) -> list[StuckPayout]:
    """Payouts that have been in one of these states since before then, oldest first."""
    query = (
        select(payouts)
        .where(payouts.c.state.in_(states), payouts.c.updated_at < before)
        .order_by(payouts.c.updated_at)
        .limit(limit)
    )
    return [
        StuckPayout(
            ref=CaseRef(merchant=row.merchant, rma=row.rma),
            number=row.number,
            state=row.state,
            key=row.key,
            since=row.updated_at,
        )
        for row in connection.execute(query)
    ]


def _standing(row: AnyRow) -> CaseStanding:
    return CaseStanding(
        ref=CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.kind)),
        order_id=row.order_id,
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )


def _trace(row: AnyRow) -> EventTrace:
    columns = {name: value for name, value in row._mapping.items() if name in EventTrace.model_fields}
    ref = CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.case_kind))
    return EventTrace(**columns, ref=ref, actor=Actor(name=row.actor_name, role=Role(row.actor_role)))
