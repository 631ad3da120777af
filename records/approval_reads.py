"""What the people who decide ask: the queue, one approval, who stands in for whom, how often rules were set aside."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.approvals import ApprovalState
from domain.authority import Delegation
from domain.policies import Action
from records import delegations
from records.approvals import (
    ApprovalFilter,
    StoredApproval,
    find_approval,
    place_of,
    select_queue,
    stored_approval,
)
from records.models import Record
from records.search import BadCursor
from records.tables import approvals, cases

PAGE = 50
_EXCEPTIONS = tuple(
    str(action)
    for action in (
        Action.POLICY_EXCEPTION,
        Action.FEE_WAIVER,
        Action.EXCHANGE_OVERRIDE,
        Action.LATE_CANCELLATION,
    )
)


class ApprovalPage(Record):
    """Some approvals, the most urgent first, and where the next page begins; None at the end."""

    approvals: tuple[StoredApproval, ...]
    next_cursor: str | None


class ExceptionCount(Record):
    """How often one kind of exception came to one end, by who asked."""

    action: str
    state: str
    asked_by: str
    exceptions: int


class ExceptionRate(Record):
    """Exceptions that were asked for in a span, beside all requests of that span."""

    requests: int
    counts: tuple[ExceptionCount, ...]


class ApprovalReads:
    """Questions about approvals. Every method raises Unavailable without a database."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def queue(
        self, merchant: str, wanted: ApprovalFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> ApprovalPage:
        """A page of what nobody decided yet. Raises BadCursor."""
        after = _read_cursor(cursor) if cursor is not None else None
        query = select_queue(merchant, wanted or ApprovalFilter(), limit=limit, after=after)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        page = tuple(stored_approval(row) for row in rows[:limit])
        return ApprovalPage(approvals=page, next_cursor=_make_cursor(page[-1]) if len(rows) > limit else None)

    def approval(self, merchant: str, rma: str, subject: str) -> StoredApproval | None:
        """The approval of that address, decided or not; None when there is none."""
        with self._reading() as connection:
            return find_approval(connection, merchant, rma, subject)

    def exception_rate(self, merchant: str, *, since: datetime, until: datetime) -> ExceptionRate:
        """Exceptions asked for in that span by action, outcome and person, beside all requests."""
        table = approvals.c
        key = (table.action, table.state, table.asked_by)
        query = (
            select(*key, func.count().label("exceptions"))
            .where(
                table.merchant == merchant,
                table.action.in_(_EXCEPTIONS),
                table.asked_at >= since,
                table.asked_at < until,
            )
            .group_by(*key)
            .order_by(*key)
        )
        asked = (cases.c.kind == "return", cases.c.requested_at >= since, cases.c.requested_at < until)
        requests = select(func.count()).where(cases.c.merchant == merchant, *asked)
        with self._reading() as connection:
            counts = tuple(ExceptionCount.model_validate(dict(row._mapping)) for row in connection.execute(query))
            return ExceptionRate(requests=connection.scalar(requests) or 0, counts=counts)

    def delegations(self, merchant: str, *, at: datetime, limit: int = PAGE) -> list[Delegation]:
        """Those in force or to come first, then those that are over."""
        with self._reading() as connection:
            return delegations.list_delegations(connection, merchant, at=at, limit=limit)

    def delegation(self, merchant: str, delegation_id: str) -> Delegation | None:
        """The delegation of that id; None when there is none."""
        with self._reading() as connection:
            return delegations.find_delegation(connection, merchant, delegation_id)


def granted(counts: tuple[ExceptionCount, ...]) -> int:
    """How many of the exceptions were granted, by somebody or by whoever asked."""
    yes = {str(ApprovalState.APPROVED), str(ApprovalState.ALONE)}
    return sum(each.exceptions for each in counts if each.state in yes)


def _make_cursor(last: StoredApproval) -> str:
    rank, due_at, rma, subject = place_of(last)
    text = f"{rank}|{due_at.isoformat()}|{rma}|{subject}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, datetime, str, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        rank, moment, rma, subject = text.split("|")
        place = int(rank), datetime.fromisoformat(moment), rma, subject
    except (ValueError, binascii.Error):
        raise BadCursor("the cursor is not one that this list gave out; leave it away to start again") from None
    if place[1].tzinfo is None or "\x00" in rma + subject or not 0 <= place[0] < 10:
        raise BadCursor("the cursor is not one that this list gave out; leave it away to start again")
    return place
