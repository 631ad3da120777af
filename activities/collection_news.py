"""What a provider's event about a payment from a customer does: the collection moves on, and its case hears of it."""

from __future__ import annotations

from datetime import datetime

from activities.case_collections import take_collected
from activities.event_verdicts import EventVerdict, applied, kept, news_for, parked, provider_actor, repeated
from domain.case_documents import CaseDocument
from domain.cases import EventKind
from domain.changes import entry
from domain.collection_answers import captured, order_of, take_answer
from domain.collection_port import CollectionOrder, ProviderCollection
from domain.collections import FORWARD, Collection, CollectionState, ended_state
from domain.errors import LedgerContradiction
from domain.payment_events import PaymentEvent, PaymentEventKind
from domain.ports import Transaction


def find_unseen_hold(tx: Transaction, event: PaymentEvent) -> CollectionOrder | None:
    """The hold about which the provider must be asked, since its event does not say how long it stands."""
    if event.kind is not PaymentEventKind.COLLECTION_AUTHORIZED:
        return None
    located = _locate(tx, event)
    if located is None or CollectionState.AUTHORIZED not in FORWARD[located[1].state]:
        return None
    case, collection = located
    return order_of(case.ref, collection).model_copy(update={"reference": event.reference})


def take_collection(
    tx: Transaction, event: PaymentEvent, *, found: ProviderCollection | None, at: datetime
) -> EventVerdict:
    """The collection is where the provider says, unless that is old news or cannot be."""
    located = _locate(tx, event)
    if located is None or event.amount is None:
        return kept("payment_not_ours", f"Payment {event.reference} was not asked for by a case.")
    case, collection = located
    if collection.provider_reference not in ("", event.reference):
        detail = f"The provider tells of payment {event.reference} under the key of {collection.provider_reference}. Ask the provider which it is."
        return _alarm(tx, case, collection, at, "payment_differs", detail)
    if event.kind is PaymentEventKind.COLLECTION_DECLINED and not collection.instrument:
        return _declined(tx, case, collection, event, at)
    told = _told(collection, event, found, at)
    if told is None or told.state not in FORWARD[collection.state]:
        return repeated(
            f"Collection {collection.number} of {case.ref.rma} is {collection.state}; this is no later news."
        )
    try:
        tx.record_collection(case.ref, told, provider_actor(event))
    except LedgerContradiction as contradiction:
        return _alarm(
            tx,
            case,
            collection,
            at,
            "ledger_contradiction",
            f"The ledger cannot hold this: {contradiction}. Compare it with the provider.",
        )
    return _tell(tx, case, collection, told, event=event, at=at)


def _locate(tx: Transaction, event: PaymentEvent) -> tuple[CaseDocument, Collection] | None:
    """The collection with its case, both locked in the order in which steps lock them."""
    located = tx.locate_collection(event.merchant, event.key) if event.key else None
    if located is None:
        return None
    ref, collection = located
    case = tx.case(ref)
    tx.lock_order(ref.merchant, case.order_id)
    return case, tx.collection(ref, collection.number)


def _told(
    collection: Collection, event: PaymentEvent, found: ProviderCollection | None, at: datetime
) -> Collection | None:
    """The collection as the event says, or as the provider said when it was asked because of it."""
    if found is not None:
        return take_answer(collection, found, at=at)
    named = collection.model_copy(update={"provider_reference": event.reference})
    assert event.amount is not None, "an event about a payment names its amount"
    match event.kind:
        case PaymentEventKind.COLLECTION_CAPTURED:
            return captured(named, event.amount.minor)
        case PaymentEventKind.COLLECTION_CANCELLED:
            return named.model_copy(update={"state": ended_state(collection, event.occurred_at)})
        case PaymentEventKind.COLLECTION_DECLINED:
            return named.model_copy(update={"state": CollectionState.FAILED, "failure": event.reason})
        case _:
            return None


def _tell(
    tx: Transaction, case: CaseDocument, before: Collection, told: Collection, *, event: PaymentEvent, at: datetime
) -> EventVerdict:
    detail = f"Collection {told.number} of {case.ref.rma} is {told.state}."
    if case.closed_at is not None:
        take_collected(tx, case, at=at)
        if told.captured_minor:
            return parked("collected_after_close", f"{detail} Its case is closed: see whether it is to be refunded.")
    elif not _is_awaited(before):
        tx.keep_event(news_for(case.ref, EventKind.COLLECTION_CHANGED, event, at=at))
    return applied(detail)


def _is_awaited(before: Collection) -> bool:
    """Whether the case's own activity is about to learn the same: it is asking the provider, or will at once."""
    return before.is_under_way or before.decided_minor is not None


def _declined(
    tx: Transaction, case: CaseDocument, collection: Collection, event: PaymentEvent, at: datetime
) -> EventVerdict:
    """A customer whose card was declined may try another one until the time is over."""
    if collection.is_final:
        return repeated(f"Collection {collection.number} of {case.ref.rma} is {collection.state}.")
    summary = f"The customer's payment {collection.number} was declined once; another try is possible."
    facts = {"collection": collection.number, "code": event.reason}
    tx.add_to_timeline(
        case.ref, entry(event.occurred_at, "collection.declined", summary, actor=provider_actor(event), **facts)
    )
    return applied(summary)


def _alarm(
    tx: Transaction, case: CaseDocument, collection: Collection, at: datetime, code: str, detail: str
) -> EventVerdict:
    tx.add_to_timeline(
        case.ref, entry(at, "collection.alarm", f"ALARM: {detail}", collection=collection.number, code=code)
    )
    return parked(code, detail)
