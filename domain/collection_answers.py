"""What a payment provider says about a collection, when it was asked and when it tells by itself."""

from __future__ import annotations

from datetime import datetime

from domain.cases import CaseRef
from domain.collection_port import CollectionOrder, CollectionStatus, ProviderCollection
from domain.collections import (
    Collection,
    CollectionKind,
    CollectionState,
    captured_state,
    ended_state,
)
from domain.money import Money


def order_of(ref: CaseRef, collection: Collection) -> CollectionOrder:
    """What the provider is asked about the collection, the same on every try."""
    return CollectionOrder(
        merchant=ref.merchant,
        rma=ref.rma,
        collection=collection.number,
        key=collection.key,
        amount=Money(minor=collection.amount_minor, currency=collection.currency),
        hold=collection.kind is CollectionKind.HOLD,
        instrument=collection.instrument,
        customer=collection.customer,
        reference=collection.provider_reference,
    )


def take_answer(collection: Collection, answer: ProviderCollection, *, at: datetime) -> Collection:
    """The collection as the provider knows it; mismatched where it knows its key with another amount."""
    named = collection.model_copy(update={"provider_reference": answer.reference})
    if (answer.amount.minor, answer.amount.currency) != (collection.amount_minor, collection.currency):
        failure = f"The provider asks for {answer.amount} under this key, as {answer.reference}."
        return collection.model_copy(update={"state": CollectionState.MISMATCHED, "failure": failure})
    match answer.status:
        case CollectionStatus.REQUESTED:
            return named.model_copy(update={"state": CollectionState.REQUESTED})
        case CollectionStatus.AUTHORIZED:
            facts = {"instrument": collection.instrument or answer.instrument, "lapses_at": answer.lapses_at}
            return named.model_copy(update={"state": CollectionState.AUTHORIZED, **facts})
        case CollectionStatus.CAPTURED:
            return captured(named, answer.captured.minor)
        case CollectionStatus.CANCELLED:
            return named.model_copy(update={"state": ended_state(collection, at)})
        case CollectionStatus.DECLINED:
            return named.model_copy(update={"state": CollectionState.FAILED, "failure": answer.failure})


def captured(collection: Collection, captured_minor: int) -> Collection:
    """So much of the collection has come; where that is not what was decided, it says so."""
    facts: dict[str, object] = {"captured_minor": captured_minor, "failure": ""}
    expected = collection.decided_minor or collection.amount_minor
    if captured_minor != expected:
        facts["failure"] = f"ALARM: {Money(minor=expected, currency=collection.currency)} was to be charged."
    return collection.model_copy(update={"state": captured_state(collection, captured_minor), **facts})
