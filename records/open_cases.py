"""The open cases, for comparing them with the workflows that run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, literal, or_, select, tuple_

from domain.cases import CaseKind, CaseRef
from records.tables import cases

PAGE = 1000


def open_cases(connection: Connection, *, idle_since: datetime) -> Iterator[CaseRef]:
    """Every case of all merchants that was started, is not closed, and has not changed since then."""
    place = ("", "")
    while True:
        key = tuple_(cases.c.merchant, cases.c.rma)
        query = (
            select(cases.c.merchant, cases.c.rma, cases.c.kind)
            .where(cases.c.closed_at.is_(None), key > tuple_(literal(place[0]), literal(place[1])))
            .where(cases.c.started_at.is_not(None), cases.c.updated_at <= idle_since)
            .order_by(cases.c.merchant, cases.c.rma)
            .limit(PAGE)
        )
        rows = connection.execute(query).all()
        for row in rows:
            yield CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.kind))
        if len(rows) < PAGE:
            return
        place = (rows[-1].merchant, rows[-1].rma)


def may_run(connection: Connection, ref: CaseRef, *, idle_since: datetime) -> bool:
    """Whether a workflow of the case has a reason to run: the case is open, or was until a moment ago."""
    query = select(cases.c.rma).where(
        cases.c.merchant == ref.merchant,
        cases.c.rma == ref.rma,
        or_(cases.c.closed_at.is_(None), cases.c.updated_at > idle_since),
    )
    return connection.scalar(query) is not None
