"""Collections and answers of a provider as tests need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.cases import CaseRef
from domain.collection_port import CollectionStatus, ProviderCollection
from domain.collections import Collection, CollectionKind, CollectionState
from domain.money import Money

REF = CaseRef(merchant="demo", rma="3456-789F")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOLD, CHARGE = CollectionKind.HOLD, CollectionKind.CHARGE


def pounds(minor: int) -> Money:
    """An amount in pounds."""
    return Money(minor=minor, currency="GBP")


def a_collection(number: int = 1, **changes: Any) -> Collection:
    """A hold of 50.00 on a card that can be charged again, standing for a week."""
    values: dict[str, Any] = {
        "kind": HOLD,
        "amount_minor": 5000,
        "state": CollectionState.AUTHORIZED,
        "instrument": "pm_1",
        "provider_reference": f"pi_{number}",
        "lapses_at": NOON + 7 * DAY,
    }
    return Collection(number=number, currency="GBP", key=f"demo:3456-789F:collection:{number}", **(values | changes))


def a_request(number: int = 1, **changes: Any) -> Collection:
    """20.00 that a customer was asked to pay within a day."""
    values: dict[str, Any] = {
        "kind": CHARGE,
        "amount_minor": 2000,
        "state": CollectionState.REQUESTED,
        "instrument": "",
        "lapses_at": None,
        "confirm_by": NOON + DAY,
    }
    return a_collection(number, **(values | changes))


def an_answer(status: CollectionStatus, *, minor: int = 5000, captured: int = 0, **more: Any) -> ProviderCollection:
    """What the provider says about payment pi_1."""
    return ProviderCollection(reference="pi_1", status=status, amount=pounds(minor), captured=pounds(captured), **more)
