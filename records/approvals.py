"""Approvals beside their cases: written with each save, added up for limits, listed for the people who decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Connection, Select, case, func, literal_column, select, text, tuple_

from domain.approvals import ApprovalItem, ApprovalState, Priority
from domain.cases import CaseRef
from domain.policies import Action, SpentBefore, SplitScope
from records.models import Record
from records.statements import AnyRow, insert_or
from records.tables import approvals, cases

_RANKS = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2}
# Spelled as in the partial indexes: a bound value would keep the planner from using them.
_ALONE = approvals.c.state == literal_column(f"'{ApprovalState.ALONE}'")
_COLUMNS = {
    SplitScope.ORDER: approvals.c.order_id,
    SplitScope.CUSTOMER: approvals.c.customer_id,
    SplitScope.ACTOR: approvals.c.asked_by,
}


class StoredApproval(Record):
    """An approval with its case, and who has taken it on."""

    ref: CaseRef
    order_id: str
    item: ApprovalItem
    owner: str
    claimed_at: AwareDatetime | None

    @property
    def approval_id(self) -> str:
        """Its address: the number of its case and what of it."""
        return f"{self.ref.rma}.{self.item.subject}"


def keep_items(connection: Connection, ref: CaseRef, order_id: str, items: tuple[ApprovalItem, ...]) -> None:
    """The queue says of this case what its items say; who has taken one on keeps it until another role is asked."""
    customer = (
        select(cases.c.customer_id).where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma).scalar_subquery()
    )
    for item in items:
        key = {"merchant": ref.merchant, "rma": ref.rma, "subject": item.subject}
        values = {
            "action": str(item.action),
            "state": str(item.state),
            "amount_minor": item.amount_minor,
            "currency": item.currency,
            "role": str(item.role),
            "rank": _RANKS[item.priority],
            "asked_by": item.asked_by.person,
            "asked_at": item.asked_at,
            "due_at": item.due_at,
            "decided_by": item.decided_by.name if item.decided_by else "",
            "decided_at": item.decided_at,
            "document": item.model_dump_json(),
        }
        fixed = {"case_kind": str(ref.kind), "order_id": order_id, "customer_id": customer}
        statement = insert_or(connection, approvals).values(**key, **fixed, **values, owner="", claimed_at=None)
        is_same = (approvals.c.role == str(item.role)) & (item.decided_at is None)
        kept = {
            "owner": case((is_same, approvals.c.owner), else_=""),
            "claimed_at": case((is_same, approvals.c.claimed_at), else_=None),
        }
        connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values | kept))


def void_items(connection: Connection, ref: CaseRef, subjects: tuple[str, ...], *, at: datetime) -> None:
    """Open approvals of the case that it does not ask for any more are void."""
    table = approvals.c
    connection.execute(
        approvals.update()
        .where(
            table.merchant == ref.merchant,
            table.rma == ref.rma,
            table.decided_at.is_(None),
            table.subject.not_in(subjects),
        )
        .values(state=str(ApprovalState.VOID), decided_at=at)
    )


class SpentQuery(Record):
    """What is added up: grants of these actions since then that have the value of that scope in common."""

    scope: SplitScope
    value: str
    currency: str
    since: AwareDatetime
    actions: tuple[Action, ...]


def spent_before(connection: Connection, ref: CaseRef, asked: SpentQuery) -> SpentBefore:
    """What other cases were granted alone since then; nobody else adds to it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        # Two refunds of one customer at the same moment must see each other; SQLite has one writer anyway.
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        connection.execute(lock, {"name": f"{ref.merchant} {asked.scope} {asked.value}"})
    query = select(func.coalesce(func.sum(approvals.c.amount_minor), 0).label("spent"), func.count().label("cases"))
    query = query.where(
        approvals.c.merchant == ref.merchant,
        _COLUMNS[asked.scope] == asked.value,
        _ALONE,
        approvals.c.decided_at >= asked.since,
        approvals.c.currency == asked.currency,
        approvals.c.action.in_([str(action) for action in asked.actions]),
        approvals.c.rma != ref.rma,
    )
    row = connection.execute(query).one()
    spent, cases = int(row.spent), int(row.cases)
    return SpentBefore(scope=asked.scope, amount_minor=spent, currency=asked.currency, cases=cases)


def find_owner(connection: Connection, ref: CaseRef, subject: str) -> str:
    """Who has taken the approval on; nothing when nobody has."""
    query = select(approvals.c.owner).where(*_address(ref, subject))
    return connection.scalar(query) or ""


def find_approval(connection: Connection, merchant: str, rma: str, subject: str) -> StoredApproval | None:
    """The approval of that address, decided or not."""
    where = (approvals.c.merchant == merchant, approvals.c.rma == rma, approvals.c.subject == subject)
    row = connection.execute(select(approvals).where(*where)).one_or_none()
    return stored_approval(row) if row is not None else None


class ApprovalFilter(Record):
    """Which approvals a list shows; all that is given must hold."""

    state: ApprovalState | None = None
    action: Action | None = None
    role: str | None = None
    owner: str | None = None
    order_id: str | None = None
    due_before: AwareDatetime | None = None


def select_queue(
    merchant: str, wanted: ApprovalFilter, *, limit: int, after: tuple[int, datetime, str, str] | None
) -> Select[Any]:
    """One page of what nobody decided yet, in the order in which it is worked off, with one row more."""
    table = approvals.c
    query = select(approvals).where(table.merchant == merchant, table.decided_at.is_(None))
    for column, value in (
        (table.state, wanted.state),
        (table.action, wanted.action),
        (table.role, wanted.role),
        (table.owner, wanted.owner),
        (table.order_id, wanted.order_id),
    ):
        if value is not None:
            query = query.where(column == str(value))
    if wanted.due_before is not None:
        query = query.where(table.due_at < wanted.due_before)
    place = (table.rank, table.due_at, table.rma, table.subject)
    if after is not None:
        query = query.where(tuple_(*place, types=[column.type for column in place]) > after)
    return query.order_by(*place).limit(limit + 1)


def place_of(stored: StoredApproval) -> tuple[int, datetime, str, str]:
    """Where the approval stands in the queue."""
    return _RANKS[stored.item.priority], stored.item.due_at, stored.ref.rma, stored.item.subject


def stored_approval(row: AnyRow) -> StoredApproval:
    """The approval in that row."""
    return StoredApproval(
        ref=CaseRef(merchant=row.merchant, rma=row.rma, kind=row.case_kind),
        order_id=row.order_id,
        # An approval that its case does not ask for any more is void, whatever it last said of itself.
        item=ApprovalItem.model_validate_json(row.document).model_copy(
            update={"state": ApprovalState(row.state), "decided_at": row.decided_at}
        ),
        owner=row.owner,
        claimed_at=row.claimed_at,
    )


def _address(ref: CaseRef, subject: str) -> tuple[Any, ...]:
    return approvals.c.merchant == ref.merchant, approvals.c.rma == ref.rma, approvals.c.subject == subject
