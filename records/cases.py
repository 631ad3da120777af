"""Cases: claimed at the door, loaded and saved by steps, each save with its timeline."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from domain.cases import CaseKind, CaseRef, Progress, TimelineEntry, WaitingFor
from domain.errors import UnknownCase
from domain.returns.case import ReturnCase
from records.models import ClaimOutcome, DueClaim, ReturnClaim, ReturnClaimed
from records.orders import load_order
from records.policies import load_policy
from records.statements import insert_or, plain, present
from records.tables import case_totals, cases, timeline

SHARDS = 16
# Whoever claims a case starts it at once; the sweep only steps in when that did not happen.
START_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class CaseHead:
    """The columns of a case that its next save needs."""

    version: int
    timeline_length: int
    order_id: str
    kind: str
    state: str
    waiting_for: str


def claim_return(connection: Connection, claim: ReturnClaim, *, new_rma: Callable[[], str]) -> ReturnClaimed:
    """The request has its case; the same request again has the same one. See `SqlRecords.claim_return`."""
    known = connection.execute(
        select(cases.c.rma, cases.c.body_hash).where(
            cases.c.merchant == claim.merchant, cases.c.idempotency_key == claim.idempotency_key
        )
    ).one_or_none()
    if known is not None:
        outcome = ClaimOutcome.KNOWN if known.body_hash == claim.body_hash else ClaimOutcome.CONFLICT
        return ReturnClaimed(outcome=outcome, ref=CaseRef(merchant=claim.merchant, rma=known.rma))
    order = load_order(connection, claim.merchant, claim.request.order_id)
    policy = load_policy(connection, claim.merchant)
    ref = CaseRef(merchant=claim.merchant, rma=new_rma())
    case = ReturnCase(
        ref=ref,
        order_id=order.order_id,
        currency=order.currency,
        lines=claim.request.lines,
        opened_by=claim.actor,
        requested_at=claim.requested_at,
        policy_version=policy.version,
    )
    _insert(connection, case, claim, customer_id=plain(order.customer.customer_id))
    return ReturnClaimed(outcome=ClaimOutcome.CLAIMED, ref=ref)


def load_return(connection: Connection, ref: CaseRef) -> tuple[ReturnCase, CaseHead]:
    """The return as stored, locked until the transaction ends. Raises UnknownCase."""
    row = connection.execute(
        select(
            cases.c.document,
            cases.c.version,
            cases.c.timeline_length,
            cases.c.order_id,
            cases.c.kind,
            cases.c.state,
            cases.c.waiting_for,
        )
        .where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise UnknownCase(f"merchant {ref.merchant} has no case {ref.rma}")
    return ReturnCase.model_validate_json(row.document), CaseHead(*row[1:])


def save_return(
    connection: Connection, case: ReturnCase, progress: Progress, entries: Sequence[TimelineEntry], head: CaseHead
) -> CaseHead:
    """The return, where it stands and its timeline are on record; its version is one higher than `head` says."""
    now = present()
    saved = CaseHead(
        version=head.version + 1,
        timeline_length=head.timeline_length + len(entries),
        order_id=head.order_id,
        kind=head.kind,
        state=progress.state,
        waiting_for=str(progress.waiting_for),
    )
    values = {
        "document": case.model_dump_json(),
        "progress": progress.model_dump_json(),
        "state": saved.state,
        "waiting_for": saved.waiting_for,
        "deadline": progress.deadline,
        "tracking_number": plain(case.label.tracking_number) if case.label else "",
        "version": saved.version,
        "timeline_length": saved.timeline_length,
        "updated_at": now,
        "closed_at": None if progress.open else progress.since,
    }
    if head.version == 1:
        # Only a workflow saves a claimed case, so its first save proves that it runs.
        values["started_at"] = now
    where = (cases.c.merchant == case.ref.merchant, cases.c.rma == case.ref.rma, cases.c.version == head.version)
    if connection.execute(update(cases).where(*where).values(values)).rowcount != 1:
        raise AssertionError(f"case {case.ref.rma} was changed while it was locked")
    append_timeline(connection, case.ref, entries, after=head.timeline_length)
    _recount(connection, case.ref, head, saved)
    return saved


def due_claims(connection: Connection, now: datetime, limit: int) -> list[DueClaim]:
    """Cases that were claimed and never started, oldest first."""
    query = (
        select(cases.c.merchant, cases.c.rma, cases.c.kind, cases.c.start_attempts)
        .where(cases.c.started_at.is_(None), cases.c.next_start_at <= now)
        .order_by(cases.c.next_start_at)
        .limit(limit)
    )
    return [
        DueClaim(ref=CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.kind)), attempts=row.start_attempts)
        for row in connection.execute(query)
    ]


def delay_start(connection: Connection, ref: CaseRef, *, until: datetime) -> None:
    """A start did not work; the next one is due at that time."""
    connection.execute(
        update(cases)
        .where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma)
        .values(start_attempts=cases.c.start_attempts + 1, next_start_at=until)
    )


def append_timeline(connection: Connection, ref: CaseRef, entries: Sequence[TimelineEntry], *, after: int) -> None:
    """The entries follow the first `after` ones; the caller holds the case and counts them in `timeline_length`."""
    rows = [
        {
            "merchant": ref.merchant,
            "rma": ref.rma,
            "sequence": number,
            "at": entry.at,
            "actor_name": entry.actor.name,
            "actor_role": str(entry.actor.role),
            "event": entry.event,
            "summary": entry.summary,
            "facts": entry.facts,
        }
        for number, entry in enumerate(entries, start=after + 1)
    ]
    if rows:
        connection.execute(insert(timeline), rows)


def add_to_timeline(connection: Connection, ref: CaseRef, entry: TimelineEntry) -> bool:
    """The entry is the newest of the case's timeline, apart from any step; False when there is no such case."""
    length = connection.scalar(
        update(cases)
        .where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma)
        .values(timeline_length=cases.c.timeline_length + 1)
        .returning(cases.c.timeline_length)
    )
    if length is None:
        return False
    append_timeline(connection, ref, [entry], after=length - 1)
    return True


def _insert(connection: Connection, case: ReturnCase, claim: ReturnClaim, *, customer_id: str) -> None:
    progress = Progress(
        state="requested",
        waiting_for=WaitingFor.DECISION,
        since=claim.requested_at,
        next_step="The request is being checked against the rules.",
    )
    request = TimelineEntry(
        at=claim.claimed_at,
        actor=claim.actor,
        event="return.requested",
        summary="The return was requested.",
        facts={"requested_at": claim.requested_at.isoformat(), "policy_version": case.policy_version},
    )
    head = CaseHead(1, 1, case.order_id, str(CaseKind.RETURN), progress.state, str(progress.waiting_for))
    connection.execute(
        insert(cases).values(
            merchant=case.ref.merchant,
            rma=case.ref.rma,
            kind=head.kind,
            order_id=case.order_id,
            customer_id=customer_id,
            tracking_number="",
            state=head.state,
            waiting_for=head.waiting_for,
            deadline=None,
            document=case.model_dump_json(),
            progress=progress.model_dump_json(),
            version=head.version,
            timeline_length=head.timeline_length,
            opened_by=claim.actor.name,
            idempotency_key=claim.idempotency_key,
            body_hash=claim.body_hash,
            requested_at=claim.requested_at,
            opened_at=claim.claimed_at,
            updated_at=claim.claimed_at,
            closed_at=None,
            started_at=None,
            start_attempts=0,
            next_start_at=claim.claimed_at + START_AFTER,
        )
    )
    append_timeline(connection, case.ref, [request], after=0)
    _recount(connection, case.ref, None, head)


def _recount(connection: Connection, ref: CaseRef, before: CaseHead | None, after: CaseHead) -> None:
    """The totals say what the case now is; rows are touched in one order, so that two cases cannot wait for each other."""
    moves = {(after.kind, after.state, after.waiting_for): 1}
    if before is not None:
        left = (before.kind, before.state, before.waiting_for)
        if left in moves:
            return
        moves[left] = -1
    shard = zlib.crc32(f"{ref.merchant}:{ref.rma}".encode()) % SHARDS
    for (kind, state, waiting_for), change in sorted(moves.items()):
        key = {"merchant": ref.merchant, "kind": kind, "state": state, "waiting_for": waiting_for, "shard": shard}
        statement = insert_or(connection, case_totals).values(**key, cases=change)
        connection.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_={"cases": case_totals.c.cases + change})
        )
