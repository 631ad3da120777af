"""How the loops of dispatch are doing: what waits for each, and when it last ran."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, select, union_all

from records.models import Backlog, Loop, LoopRun
from records.statements import insert_or
from records.tables import cases, inbox, loop_runs, outbox, payment_events, promises


def backlogs(connection: Connection, now: datetime) -> list[Backlog]:
    """What is due for each loop that works off a queue."""
    queues = union_all(
        _due(Loop.INBOX, inbox, inbox.c.next_attempt_at, inbox.c.outcome.is_(None), now=now),
        _due(Loop.CLAIMS, cases, cases.c.next_start_at, cases.c.started_at.is_(None), now=now),
        _due(
            Loop.OUTBOX,
            outbox,
            outbox.c.next_attempt_at,
            outbox.c.sent_at.is_(None),
            outbox.c.kept_at.is_(None),
            now=now,
        ),
        _due(
            Loop.PAYMENT_EVENTS,
            payment_events,
            payment_events.c.next_attempt_at,
            payment_events.c.outcome.is_(None),
            now=now,
        ),
        _due(Loop.PROMISES, promises, promises.c.next_look_at, promises.c.next_look_at.is_not(None), now=now),
    )
    return [
        Backlog(loop=Loop(row.loop), waiting=row.waiting, oldest_due_at=row.oldest)
        for row in connection.execute(queues)
    ]


def loop_states(connection: Connection) -> list[LoopRun]:
    """Every loop that ever ran."""
    query = select(loop_runs).order_by(loop_runs.c.loop)
    return [LoopRun.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def record_run(
    connection: Connection, loop: Loop, *, started_at: datetime, now: datetime, runs: int, handled: int, error: str
) -> None:
    """The loop ran so many times since it last said so; `error` is empty when the last run was fine."""
    outcome = {"last_failure_at": now, "last_error": error} if error else {"last_success_at": now, "last_error": ""}
    counts = {"started_at": started_at, "last_run_at": now}
    first = {"last_success_at": None, "last_failure_at": None, "loop": str(loop), "runs": runs, "handled": handled}
    statement = insert_or(connection, loop_runs).values(first | counts | outcome)
    added = {"runs": loop_runs.c.runs + runs, "handled": loop_runs.c.handled + handled}
    connection.execute(statement.on_conflict_do_update(index_elements=["loop"], set_=counts | outcome | added))


def _due(
    loop: Loop, table: FromClause, due_at: ColumnElement[datetime], *where: ColumnElement[bool], now: datetime
) -> Select[str, int, datetime]:
    columns = (literal(str(loop)).label("loop"), func.count().label("waiting"), func.min(due_at).label("oldest"))
    return select(*columns).select_from(table).where(*where, due_at <= now)
