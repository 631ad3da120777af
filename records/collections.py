"""Money from customers: what is asked, held and captured; every move has its ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.cases import Actor, CaseKind, CaseRef
from domain.collections import (
    COLLECTED,
    FORWARD,
    Collection,
    CollectionKind,
    CollectionState,
    collected_payment_id,
)
from domain.errors import LedgerContradiction, NotOnRecord
from domain.orders import Payment
from records.entries import EntryKind, NewEntry, append_entries
from records.statements import AnyRow, present
from records.tables import cases, collections, payment_balances

# The one provider that collects; the payments of an order name theirs.
PROVIDER = "stripe"
_KIND = {
    CollectionState.SENT: EntryKind.COLLECTION_SENT,
    CollectionState.UNKNOWN: EntryKind.COLLECTION_UNKNOWN,
    CollectionState.REQUESTED: EntryKind.COLLECTION_REQUESTED,
    CollectionState.AUTHORIZED: EntryKind.COLLECTION_AUTHORIZED,
    CollectionState.CAPTURED: EntryKind.CAPTURE,
    CollectionState.PARTLY_CAPTURED: EntryKind.CAPTURE,
    CollectionState.RELEASED: EntryKind.COLLECTION_RELEASED,
    CollectionState.EXPIRED: EntryKind.COLLECTION_EXPIRED,
    CollectionState.FAILED: EntryKind.COLLECTION_FAILED,
    CollectionState.MISMATCHED: EntryKind.COLLECTION_MISMATCHED,
}
_FIXED = ("kind", "amount_minor", "currency", "key", "continues")


def plan_collections(
    connection: Connection, ref: CaseRef, order_id: str, planned: Sequence[Collection], actor: Actor
) -> None:
    """Each collection is intended in the ledger before anybody is asked; planning the same one again changes nothing.

    Raises LedgerContradiction when its number has another content.
    """
    for collection in planned:
        row = _find(connection, ref, collection.number)
        if row is not None:
            _compare(as_collection(row), collection)
            continue
        now = present()
        own = {
            "merchant": ref.merchant,
            "rma": ref.rma,
            "order_id": order_id,
            "payment_id": collected_payment_id(ref, collection.number),
            "client_secret": None,
            "planned_at": now,
            "updated_at": now,
        }
        connection.execute(insert(collections).values(_columns(collection) | own))
        append_entries(connection, [_entry(ref, order_id, collection, actor, kind=EntryKind.COLLECTION_INTENDED)])


def load_collection(connection: Connection, ref: CaseRef, number: int) -> Collection:
    """The collection as the ledger knows it, locked until the transaction ends. Raises NotOnRecord."""
    return as_collection(_row(connection, ref, number))


def load_collections(connection: Connection, ref: CaseRef) -> tuple[Collection, ...]:
    """Every collection of the case as the ledger knows it, by number."""
    query = select(collections).where(collections.c.merchant == ref.merchant, collections.c.rma == ref.rma)
    return tuple(as_collection(row) for row in connection.execute(query.order_by(collections.c.number)))


def locate_collection(connection: Connection, merchant: str, key: str) -> tuple[CaseRef, Collection] | None:
    """The collection of that key with its case, not locked; None when the merchant has none."""
    same_case = (cases.c.merchant == collections.c.merchant) & (cases.c.rma == collections.c.rma)
    query = select(collections, cases.c.kind.label("case_kind")).join(cases, same_case)
    query = query.where(collections.c.merchant == merchant, collections.c.key == key)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.case_kind)), as_collection(row)


def decide_collection(connection: Connection, ref: CaseRef, collection: Collection, actor: Actor) -> bool:
    """It is on record how much of the collection is to be captured, 0 letting it go; False when it was decided or is over."""
    row = _row(connection, ref, collection.number)
    before = as_collection(row)
    _compare(before, collection)
    if before.decided_minor is not None or before.is_final or collection.decided_minor is None:
        return False
    _save(connection, ref, before.model_copy(update={"decided_minor": collection.decided_minor}), row=row)
    kind = EntryKind.CAPTURE_INTENDED if collection.decided_minor else EntryKind.RELEASE_INTENDED
    amount = collection.decided_minor or collection.amount_minor
    append_entries(connection, [_entry(ref, row.order_id, collection, actor, kind=kind, amount_minor=amount)])
    if collection.state is not before.state:
        record_collection(connection, ref, collection, actor)
    return True


def record_collection(
    connection: Connection, ref: CaseRef, collection: Collection, actor: Actor, *, client_secret: str = ""
) -> bool:
    """The ledger has an entry for the collection's new state; False for old or repeated news.

    What was captured is a payment of the order from now on, to which it can be refunded. Raises LedgerContradiction when
    the collection's content differs, the provider names a second payment, or more was captured than was asked for.
    """
    row = _row(connection, ref, collection.number)
    before = as_collection(row)
    _compare(before, collection)
    if collection.state not in FORWARD[before.state]:
        return False
    if collection.captured_minor > before.amount_minor:
        raise LedgerContradiction(f"collection {before.key} was captured above what was asked for")
    after = collection.model_copy(
        update={
            "provider_reference": collection.provider_reference or before.provider_reference,
            "instrument": collection.instrument or before.instrument,
            "decided_minor": before.decided_minor if before.decided_minor is not None else collection.decided_minor,
            "lapses_at": collection.lapses_at or before.lapses_at,
        }
    )
    _save(connection, ref, after, row=row, client_secret=client_secret)
    append_entries(connection, _entries_of(ref, row.order_id, after, actor))
    if after.state in COLLECTED:
        _open_payment(connection, ref, row, after)
    return True


def collected_payments(connection: Connection, merchant: str, order_id: str) -> tuple[Payment, ...]:
    """What our cases collected for the order, as payments, oldest first."""
    table = payment_balances.c
    query = (
        select(table.payment_id, table.provider, table.reference, table.captured_minor)
        .where(table.merchant == merchant, table.order_id == order_id, table.collected_by.is_not(None))
        .order_by(table.payment_id)
    )
    return tuple(Payment.model_validate(row._mapping) for row in connection.execute(query))


def payment_reference(connection: Connection, merchant: str, order_id: str, payment_id: str) -> str:
    """How the provider knows the payment, whether it came with the order or was collected. Raises NotOnRecord."""
    table = payment_balances.c
    query = select(table.reference).where(
        table.merchant == merchant, table.order_id == order_id, table.payment_id == payment_id
    )
    reference = connection.scalar(query)
    if reference is None:
        raise NotOnRecord(f"order {order_id} has no payment {payment_id}")
    return str(reference)


def as_collection(row: AnyRow) -> Collection:
    """The collection of a row."""
    fields = {name: row._mapping[name] for name in Collection.model_fields}
    return Collection(**fields | {"kind": CollectionKind(row.kind), "state": CollectionState(row.state)})


def _open_payment(connection: Connection, ref: CaseRef, row: AnyRow, collection: Collection) -> None:
    """The collected money has a balance. A second capture of the same collection cannot have one: the key is taken."""
    connection.execute(
        insert(payment_balances).values(
            merchant=ref.merchant,
            order_id=row.order_id,
            payment_id=row.payment_id,
            currency=collection.currency,
            provider=PROVIDER,
            reference=collection.provider_reference,
            captured_minor=collection.captured_minor,
            pending_minor=0,
            refunded_minor=0,
            disputed_minor=0,
            claimed_minor=0,
            collected_by=ref.rma,
        )
    )


def _save(
    connection: Connection, ref: CaseRef, collection: Collection, *, row: AnyRow, client_secret: str = ""
) -> None:
    is_confirmable = collection.state is CollectionState.REQUESTED
    secret = (client_secret or row.client_secret) if is_confirmable else None
    connection.execute(
        update(collections)
        .where(*_is(ref, collection.number))
        .values(_columns(collection) | {"client_secret": secret, "updated_at": present()})
    )


def _columns(collection: Collection) -> dict[str, Any]:
    return collection.model_dump() | {"kind": str(collection.kind), "state": str(collection.state)}


def _compare(known: Collection, told: Collection) -> None:
    if any(getattr(known, field) != getattr(told, field) for field in _FIXED):
        raise LedgerContradiction(f"collection {known.key} is on record with another amount or key")
    if known.provider_reference and told.provider_reference not in ("", known.provider_reference):
        raise LedgerContradiction(
            f"collection {known.key} is {known.provider_reference} at the provider, not {told.provider_reference}"
        )


def _entries_of(ref: CaseRef, order_id: str, collection: Collection, actor: Actor) -> list[NewEntry]:
    kind = _KIND[collection.state]
    if collection.state not in COLLECTED:
        return [_entry(ref, order_id, collection, actor, kind=kind)]
    entries = [_entry(ref, order_id, collection, actor, kind=kind, amount_minor=collection.captured_minor)]
    if rest := collection.amount_minor - collection.captured_minor:
        released = EntryKind.COLLECTION_RELEASED
        entries.append(_entry(ref, order_id, collection, actor, kind=released, amount_minor=rest))
    return entries


def _entry(
    ref: CaseRef,
    order_id: str,
    collection: Collection,
    actor: Actor,
    *,
    kind: EntryKind,
    amount_minor: int | None = None,
) -> NewEntry:
    failure = {"failure": collection.failure} if collection.failure else {}
    return NewEntry(
        merchant=ref.merchant,
        entry_key=f"{collection.key}:{kind}",
        order_id=order_id,
        payment_id=collected_payment_id(ref, collection.number),
        rma=ref.rma,
        kind=kind,
        amount_minor=collection.amount_minor if amount_minor is None else amount_minor,
        currency=collection.currency,
        provider_reference=collection.provider_reference,
        actor=actor,
        at=present(),
        facts={"collection": collection.number, "collection_kind": str(collection.kind)} | failure,
    )


def _row(connection: Connection, ref: CaseRef, number: int) -> AnyRow:
    row = _find(connection, ref, number)
    if row is None:
        raise NotOnRecord(f"case {ref.rma} has no collection {number}")
    return row


def _find(connection: Connection, ref: CaseRef, number: int) -> AnyRow | None:
    return connection.execute(select(collections).where(*_is(ref, number)).with_for_update()).one_or_none()


def _is(ref: CaseRef, number: int) -> tuple[Any, ...]:
    return collections.c.merchant == ref.merchant, collections.c.rma == ref.rma, collections.c.number == number
