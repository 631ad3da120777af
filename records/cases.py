"""Cases: loaded and saved by steps, each save with its timeline."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from domain.addresses import Address
from domain.adjustments.case import Adjustment
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CaseRef, Progress, TimelineEntry, WaitingFor
from domain.claims.case import Claim
from domain.errors import UnknownCase
from domain.goods_back.case import CaseWithGoods
from domain.payment_issues.case import PaymentIssue
from domain.replacement_shipments.case import ReplacementShipment
from domain.returns.case import ReturnCase
from domain.stories import approval_items, return_stake, seen_signals
from records.approvals import keep_items, void_items
from records.risk import keep_signals, keep_stake
from records.statements import insert_or, plain, present
from records.tables import case_totals, cases, return_parcels, timeline

DOCUMENTS: dict[CaseKind, type[CaseDocument]] = {
    CaseKind.RETURN: ReturnCase,
    CaseKind.EXCHANGE: ReturnCase,
    CaseKind.PAYMENT_ISSUE: PaymentIssue,
    CaseKind.REPLACEMENT_SHIPMENT: ReplacementShipment,
    CaseKind.ADJUSTMENT: Adjustment,
    CaseKind.CLAIM: Claim,
}
# An exchange is a return some of whose lines are given for other goods: who asks for returns means both.
# Other cases are few beside them, so the indexes of their lists need not know the kind.
IS_RETURN = cases.c.kind.in_((str(CaseKind.RETURN), str(CaseKind.EXCHANGE)))
SHARDS = 16
# While a case waits for these, something of it is in the queue of approvals.
ASKS_SOMEBODY = {str(wait) for wait in (WaitingFor.REVIEW, WaitingFor.EVIDENCE, WaitingFor.APPROVAL)}


@dataclass(frozen=True)
class CaseHead:
    """The columns of a case that its next save needs."""

    version: int
    timeline_length: int
    order_id: str
    kind: str
    state: str
    waiting_for: str
    parcels: frozenset[str] = frozenset()


def load_case(connection: Connection, ref: CaseRef) -> tuple[CaseDocument, CaseHead]:
    """The case as stored, locked until the transaction ends. Raises UnknownCase."""
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
        .where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma, cases.c.kind == str(ref.kind))
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise UnknownCase(f"merchant {ref.merchant} has no case {ref.rma}")
    case = DOCUMENTS[ref.kind].model_validate_json(row.document)
    return case, CaseHead(*row[1:], parcels=frozenset(_parcels(case)))


def find_return(connection: Connection, merchant: str, rma: str) -> CaseRef:
    """The address of the return or exchange of that number. Raises UnknownCase."""
    query = select(cases.c.kind).where(cases.c.merchant == merchant, cases.c.rma == rma, IS_RETURN)
    kind = connection.scalar(query)
    if kind is None:
        raise UnknownCase(f"merchant {merchant} has no return {rma}")
    return CaseRef(merchant=merchant, rma=rma, kind=CaseKind(kind))


def recipients_address(connection: Connection, ref: CaseRef) -> Address | None:
    """Where the recipient of a gift wants goods sent; None of any other case. Not locked."""
    where = (cases.c.merchant == ref.merchant, cases.c.rma == ref.rma, cases.c.for_recipient.is_(True), IS_RETURN)
    document = connection.scalar(select(cases.c.document).where(*where))
    gift = ReturnCase.model_validate_json(document).gift if document is not None else None
    return gift.ship_to if gift else None


def save_case(
    connection: Connection, case: CaseDocument, progress: Progress, entries: Sequence[TimelineEntry], head: CaseHead
) -> CaseHead:
    """The case, where it stands and its timeline are on record; its version is one higher than `head` says."""
    now = present()
    parcels = _parcels(case)
    saved = CaseHead(
        version=head.version + 1,
        timeline_length=head.timeline_length + len(entries),
        order_id=head.order_id,
        kind=head.kind,
        state=progress.state,
        waiting_for=str(progress.waiting_for),
        parcels=frozenset(parcels),
    )
    values = {
        "document": case.model_dump_json(),
        "progress": progress.model_dump_json(),
        "state": saved.state,
        "waiting_for": saved.waiting_for,
        "deadline": progress.deadline,
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
    _name_parcels(connection, case.ref, {each: parcels[each] for each in parcels if each not in head.parcels})
    recount(connection, case.ref, head, saved)
    items = approval_items(case, progress)
    keep_items(connection, case.ref, head.order_id, items)
    keep_stake(connection, case.ref, return_stake(case, progress))
    keep_signals(connection, case.ref, seen_signals(case))
    if head.waiting_for in ASKS_SOMEBODY:
        void_items(connection, case.ref, tuple(item.subject for item in items), at=now)
    return saved


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


def lock_case(connection: Connection, ref: CaseRef) -> None:
    """Nobody else changes the case until the transaction ends; nothing where there is no such case."""
    where = (cases.c.merchant == ref.merchant, cases.c.rma == ref.rma)
    connection.execute(select(1).where(*where).with_for_update(key_share=True))


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


def _parcels(case: CaseDocument) -> dict[str, int]:
    """By the number of each parcel on its way back, which delivery it is."""
    if not isinstance(case, CaseWithGoods):
        return {}
    return {plain(one.parcel_number): one.number for one in case.goods.deliveries if plain(one.parcel_number)}


def _name_parcels(connection: Connection, ref: CaseRef, parcels: dict[str, int]) -> None:
    """The case is found by these numbers, too."""
    rows = [
        {
            "tracking_number": number,
            "merchant": ref.merchant,
            "rma": ref.rma,
            "kind": str(ref.kind),
            "delivery": delivery,
        }
        for number, delivery in parcels.items()
    ]
    if rows:
        connection.execute(insert_or(connection, return_parcels).on_conflict_do_nothing(), rows)


def recount(connection: Connection, ref: CaseRef, before: CaseHead | None, after: CaseHead) -> None:
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
