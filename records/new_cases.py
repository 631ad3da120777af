"""A case that is not on record yet: put there by a request, or opened by an event and then started by whoever can."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, CaseKind, CaseRef, Progress, TimelineEntry
from domain.recipients import serves
from domain.returns.case import ReturnCase
from domain.rma import ALPHABET, BODY_LENGTH, make_rma
from domain.stories import derive_progress
from records.cases import CaseHead, append_timeline, recount
from records.policies import load_policy
from records.statements import plain, present
from records.tables import cases, orders

# Whoever claims a case starts it at once; the sweep only steps in when that did not happen.
START_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class NewCase:
    """A case that is not on record yet, with the first entry of its timeline."""

    case: CaseDocument
    progress: Progress
    opened: TimelineEntry
    key: str
    body_hash: str = ""
    customer_id: str = ""
    requested_at: datetime | None = None


def open_case(
    connection: Connection, merchant: str, *, key: str, make: Callable[[CaseRef], CaseDocument], kind: CaseKind
) -> tuple[CaseRef, bool]:
    """The case of that key, made now (True) or before; dispatch or whoever asked for it starts its workflow."""
    known = find_case(connection, merchant, key=key, kind=kind)
    if known is not None:
        return known, False
    number = make_rma([secrets.randbelow(len(ALPHABET)) for _ in range(BODY_LENGTH)])
    ref = CaseRef(merchant=merchant, rma=number, kind=kind)
    case, now = make(ref), present()
    progress = derive_progress(case, load_policy(connection, merchant, case.policy_version).policy)
    opened = TimelineEntry(at=now, actor=SYSTEM, event=f"{kind}.opened", summary=progress.next_step)
    insert_case(connection, NewCase(case, progress, opened, key=key, customer_id=_customer_of(connection, case)))
    return ref, True


def find_case(connection: Connection, merchant: str, *, key: str, kind: CaseKind) -> CaseRef | None:
    """The case of that key, if there is one."""
    where = (cases.c.merchant == merchant, cases.c.idempotency_key == key, cases.c.kind == str(kind))
    known = connection.scalar(select(cases.c.rma).where(*where))
    return CaseRef(merchant=merchant, rma=known, kind=kind) if known is not None else None


def insert_case(connection: Connection, new: NewCase) -> None:
    """The case is on record and waits for its workflow."""
    case, progress, opened = new.case, new.progress, new.opened
    head = CaseHead(1, 1, case.order_id, str(case.ref.kind), progress.state, str(progress.waiting_for))
    connection.execute(
        insert(cases).values(
            merchant=case.ref.merchant,
            rma=case.ref.rma,
            kind=head.kind,
            order_id=case.order_id,
            customer_id=new.customer_id,
            state=head.state,
            waiting_for=head.waiting_for,
            deadline=progress.deadline,
            document=case.model_dump_json(),
            progress=progress.model_dump_json(),
            version=head.version,
            timeline_length=head.timeline_length,
            for_recipient=_is_for_recipient(connection, case),
            opened_by=opened.actor.name,
            idempotency_key=new.key,
            body_hash=new.body_hash,
            requested_at=new.requested_at or opened.at,
            opened_at=opened.at,
            updated_at=opened.at,
            closed_at=None,
            started_at=None,
            start_attempts=0,
            next_start_at=opened.at + START_AFTER,
        )
    )
    append_timeline(connection, case.ref, [opened], after=0)
    recount(connection, case.ref, None, head)


def _is_for_recipient(connection: Connection, case: CaseDocument) -> bool:
    """Whether the recipient of a gift opened it, or it is there on account of such a case."""
    if isinstance(case, ReturnCase):
        return case.gift is not None
    where = (cases.c.merchant == case.ref.merchant, cases.c.rma == serves(case))
    return bool(connection.scalar(select(cases.c.for_recipient).where(*where)))


def _customer_of(connection: Connection, case: CaseDocument) -> str:
    """Whose case it is: the buyer's, or that of the recipient of a gift."""
    if isinstance(case, ReturnCase) and case.gift is not None:
        return plain(case.gift.customer_id)
    where = (orders.c.merchant == case.ref.merchant, orders.c.order_id == case.order_id)
    return connection.scalar(select(orders.c.customer_id).where(*where)) or ""
