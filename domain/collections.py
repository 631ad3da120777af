"""One movement of money from a customer: its states, what was decided about it, and which news moves it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.cases import CaseRef, CollectionAct, DueCollection


class CollectionKind(StrEnum):
    """What is asked of the customer: to pay now, or to let an amount be held that may be charged later."""

    CHARGE = "charge"
    HOLD = "hold"


class CollectionState(StrEnum):
    """Where one movement of money from the customer stands.

    `sent` was asked for and not answered yet, `unknown` may have happened (the provider is asked before anything else).
    `requested` waits for the customer to confirm; `authorized` is held and may be captured, in full or in part.
    `expired`: nobody confirmed in time, or the hold lapsed. `mismatched`: the provider knows its key otherwise.
    """

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    REQUESTED = "requested"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    PARTLY_CAPTURED = "partly_captured"
    RELEASED = "released"
    EXPIRED = "expired"
    FAILED = "failed"
    MISMATCHED = "mismatched"


class Collection(BaseModel):
    """One movement of money from the customer, numbered within its case.

    `instrument` and `customer` are the provider's names of what is charged without the customer being there; without an
    instrument the customer confirms, until `confirm_by`. A hold lapses at the provider at `lapses_at` and has to stand
    until `needed_until`. `decided_minor` is what is to be captured of it: nothing was decided while it is None, 0 lets it
    go. `continues` is the hold that it stands in for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    kind: CollectionKind
    amount_minor: int
    currency: str
    state: CollectionState
    key: str
    instrument: str = ""
    customer: str = ""
    confirm_by: AwareDatetime | None = None
    needed_until: AwareDatetime | None = None
    lapses_at: AwareDatetime | None = None
    decided_minor: int | None = None
    captured_minor: int = 0
    continues: int | None = None
    provider_reference: str = ""
    failure: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.state in FINAL

    @property
    def is_under_way(self) -> bool:
        """Whether the provider has not answered yet."""
        return self.state in UNANSWERED


UNANSWERED = frozenset({CollectionState.PLANNED, CollectionState.SENT, CollectionState.UNKNOWN})
COLLECTED = frozenset({CollectionState.CAPTURED, CollectionState.PARTLY_CAPTURED})
FINAL = COLLECTED | {
    CollectionState.RELEASED,
    CollectionState.EXPIRED,
    CollectionState.FAILED,
    CollectionState.MISMATCHED,
}
# Stripe keeps a hold for seven days, some cards for less; a day is enough to try a renewal again and to tell a person.
RENEWED_BEFORE = timedelta(days=1)

_ENDS = FINAL - {CollectionState.MISMATCHED}
# News only moves a collection forward. A captured one stays so for ever: giving money back is a payout. Money that came
# after all counts even when it was given up before.
FORWARD: dict[CollectionState, frozenset[CollectionState]] = {
    CollectionState.PLANNED: frozenset(CollectionState) - {CollectionState.PLANNED},
    CollectionState.SENT: frozenset(CollectionState) - UNANSWERED | {CollectionState.UNKNOWN},
    CollectionState.UNKNOWN: frozenset(CollectionState) - UNANSWERED,
    CollectionState.REQUESTED: _ENDS | {CollectionState.AUTHORIZED, CollectionState.MISMATCHED},
    CollectionState.AUTHORIZED: _ENDS | {CollectionState.MISMATCHED},
    CollectionState.FAILED: COLLECTED,
    CollectionState.RELEASED: COLLECTED,
    CollectionState.EXPIRED: COLLECTED,
    CollectionState.MISMATCHED: COLLECTED | {CollectionState.RELEASED, CollectionState.FAILED},
    CollectionState.CAPTURED: frozenset(),
    CollectionState.PARTLY_CAPTURED: frozenset(),
}


def collection_key(ref: CaseRef, number: int) -> str:
    """The key of a collection, from merchant, case and number alone: the same on every try, whatever crashes."""
    return f"{ref.merchant}:{ref.rma}:collection:{number}"


def collected_payment_id(ref: CaseRef, number: int) -> str:
    """Under which name the money of a collection is a payment of the order, to which it can be refunded."""
    return f"{ref.rma}.{number}"


def captured_state(collection: Collection, captured_minor: int) -> CollectionState:
    """Whether that is all of it."""
    return CollectionState.CAPTURED if captured_minor == collection.amount_minor else CollectionState.PARTLY_CAPTURED


def ended_state(collection: Collection, at: datetime) -> CollectionState:
    """What it means that the provider cancelled it: let go as decided, never confirmed, or lapsed."""
    if collection.state is CollectionState.AUTHORIZED:
        return CollectionState.RELEASED if collection.decided_minor == 0 else CollectionState.EXPIRED
    expired = collection.confirm_by is not None and at >= collection.confirm_by
    return CollectionState.EXPIRED if expired else CollectionState.RELEASED


def due_acts(collections: Iterable[Collection]) -> tuple[DueCollection, ...]:
    """What is to be done about the collections of a case, by number: at once, or at a time."""
    known = tuple(collections)
    continued = {each.continues for each in known}
    due = (_due_act(each, is_continued=each.number in continued) for each in known)
    return tuple(act for act in due if act is not None)


def _due_act(collection: Collection, *, is_continued: bool) -> DueCollection | None:
    number, decided = collection.number, collection.decided_minor
    if collection.is_final:
        return None
    if collection.is_under_way:
        return DueCollection(number=number, act=CollectionAct.REQUEST)
    if decided is not None:
        return DueCollection(number=number, act=CollectionAct.CAPTURE if decided else CollectionAct.RELEASE)
    if collection.state is CollectionState.REQUESTED and collection.confirm_by is not None:
        return DueCollection(number=number, act=CollectionAct.EXPIRE, at=collection.confirm_by)
    if _needs_renewal(collection) and not is_continued:
        assert collection.lapses_at is not None, "only what lapses is renewed"
        return DueCollection(number=number, act=CollectionAct.RENEW, at=collection.lapses_at - RENEWED_BEFORE)
    return None


def _needs_renewal(collection: Collection) -> bool:
    """A hold that lapses before it was needed, on an instrument that can be asked again without the customer."""
    if collection.lapses_at is None or not collection.instrument:
        return False
    return collection.needed_until is not None and collection.needed_until > collection.lapses_at


def collected_minor(collections: Iterable[Collection]) -> int:
    """What has come from the customer."""
    return sum(each.captured_minor for each in collections if each.state in COLLECTED)


def held_minor(collections: Iterable[Collection]) -> int:
    """What stands held and undecided; of a hold and its renewal the larger."""
    standing = [each for each in collections if each.state is CollectionState.AUTHORIZED and each.decided_minor is None]
    renewed = {each.continues for each in standing}
    return sum(each.amount_minor for each in standing if each.number not in renewed)


def on_the_way_minor(collections: Iterable[Collection]) -> int:
    """What may still come without anything being decided anew: captures that are due, charges not answered yet."""
    return sum(_coming(each) for each in collections if not each.is_final)


def _coming(collection: Collection) -> int:
    if collection.decided_minor is not None:
        return collection.decided_minor
    return collection.amount_minor if collection.kind is CollectionKind.CHARGE else 0


def is_awaiting_customer(collections: Iterable[Collection]) -> bool:
    """Whether a payment or a hold is asked for and not answered by the customer or the provider."""
    return any(each.is_under_way or each.state is CollectionState.REQUESTED for each in collections)
