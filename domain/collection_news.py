"""News about collections, as every case that asks a customer for money takes it from the ledger and tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.cases import TimelineEntry
from domain.changes import entry
from domain.collections import COLLECTED, Collection, CollectionKind, CollectionState
from domain.money import Money

_WORDS = {
    CollectionState.PLANNED: "will be asked for.",
    CollectionState.SENT: "was asked for.",
    CollectionState.UNKNOWN: "is in doubt: the provider's answer was lost, so it is asked before anything is sent again.",
    CollectionState.REQUESTED: "waits for the customer to confirm.",
    CollectionState.AUTHORIZED: "is held.",
    CollectionState.CAPTURED: "was paid.",
    CollectionState.PARTLY_CAPTURED: "was charged in part; the rest was let go.",
    CollectionState.RELEASED: "was let go.",
    CollectionState.EXPIRED: "is over: nobody confirmed it in time, or the hold lapsed.",
    CollectionState.FAILED: "was declined.",
    CollectionState.MISMATCHED: "is an ALARM: the provider knows its key with another amount, so nothing more is asked.",
}
_NAMES = {CollectionKind.CHARGE: "Payment", CollectionKind.HOLD: "Hold"}


def changed_collections(known: Sequence[Collection], ledger: Sequence[Collection]) -> tuple[Collection, ...]:
    """The collections of the ledger that the case knows otherwise or not at all."""
    before = {each.number: each for each in known}
    return tuple(each for each in ledger if each != before.get(each.number))


def tell_collection(collection: Collection, at: datetime, *, before: Collection | None = None) -> TimelineEntry:
    """What a timeline says about a collection's new state, or about what was decided of it."""
    amount = Money(minor=collection.amount_minor, currency=collection.currency)
    about = f"{_NAMES[collection.kind]} {collection.number} of {amount}"
    facts: dict[str, Any] = {
        "collection": collection.number,
        "amount_minor": collection.amount_minor,
        "currency": collection.currency,
        "provider_reference": collection.provider_reference,
    }
    if before is not None and before.state is collection.state and collection.decided_minor is not None:
        return entry(at, "collection.decided", f"{about} {_decision(collection)}", **facts)
    if collection.state in COLLECTED:
        facts["captured_minor"] = collection.captured_minor
    why = f" {collection.failure}" if collection.failure else ""
    return entry(at, f"collection.{collection.state}", f"{about} {_WORDS[collection.state]}{why}", **facts)


def _decision(collection: Collection) -> str:
    if not collection.decided_minor:
        return "is to be let go."
    return f"is to be charged with {Money(minor=collection.decided_minor, currency=collection.currency)}."
