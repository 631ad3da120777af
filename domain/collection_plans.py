"""What is asked of a customer, and what becomes of a hold: plans over the collections of one case.

Every plan is new or changed collections; whoever plans puts them into the ledger in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.cases import CaseRef
from domain.collections import (
    COLLECTED,
    Collection,
    CollectionKind,
    CollectionState,
    collected_minor,
    collection_key,
    on_the_way_minor,
)
from domain.money import Money
from domain.orders import Order, Payment


class CollectionWish(BaseModel):
    """What is wanted of the customer; see `Collection`. Without an instrument the customer confirms until `confirm_by`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CollectionKind
    amount: Money
    instrument: str = ""
    customer: str = ""
    confirm_by: AwareDatetime | None = None
    needed_until: AwareDatetime | None = None
    continues: int | None = None


def plan_collection(ref: CaseRef, known: Sequence[Collection], wish: CollectionWish) -> Collection:
    """The next collection of the case, under its key.

    Raises ValueError for an amount that is not above zero, and where a customer would have for ever to confirm.
    """
    if wish.amount.minor <= 0:
        raise ValueError(f"a customer is asked for more than nothing, not for {wish.amount}")
    if not wish.instrument and wish.confirm_by is None:
        raise ValueError("a customer who confirms has until some time to do so")
    number = 1 + max((each.number for each in known), default=0)
    return Collection(
        number=number,
        kind=wish.kind,
        amount_minor=wish.amount.minor,
        currency=wish.amount.currency,
        state=CollectionState.PLANNED,
        key=collection_key(ref, number),
        instrument=wish.instrument,
        customer=wish.customer,
        confirm_by=wish.confirm_by,
        needed_until=wish.needed_until,
        continues=wish.continues,
    )


def settle_holds(ref: CaseRef, known: Sequence[Collection], owed_minor: int) -> tuple[Collection, ...]:
    """The holds of the case take what the customer owes after all, and are let go where nothing (more) is owed.

    What has come, or is coming, in place of the goods counts, so settling twice takes nothing twice. A hold that no longer
    stands is made up for by a charge of its instrument; without one the rest stays uncollected. What was decided before
    stays.
    """
    own = [each for each in known if _stands_for_goods(each)]
    left = max(0, owed_minor - collected_minor(own) - on_the_way_minor(own))
    changed = list[Collection]()
    for hold in sorted(own, key=_first_used):
        if hold.is_final or hold.kind is not CollectionKind.HOLD or hold.decided_minor is not None:
            continue
        taken = min(left, hold.amount_minor) if _can_be_taken(hold) else 0
        left -= taken
        changed.append(decide(hold, taken))
    if left and (charge := _make_up(ref, known, left)):
        changed.append(charge)
    return tuple(sorted(changed, key=lambda each: each.number))


def decide(collection: Collection, captured_minor: int) -> Collection:
    """It was decided how much of the collection is captured; what the provider never heard of is over at 0."""
    decided = collection.model_copy(update={"decided_minor": captured_minor})
    if captured_minor == 0 and collection.state is CollectionState.PLANNED:
        return decided.model_copy(update={"state": CollectionState.RELEASED})
    return decided


def withdraw(known: Sequence[Collection]) -> tuple[Collection, ...]:
    """What the customer was asked to confirm is asked no more. A charge of an instrument that is under way is not stopped."""
    return tuple(decide(each, 0) for each in known if _can_be_withdrawn(each))


def renew_hold(ref: CaseRef, known: Sequence[Collection], number: int) -> Collection | None:
    """The hold that stands in for one about to lapse; None when that is decided, over or continued already."""
    hold = next(each for each in known if each.number == number)
    is_standing = hold.state is CollectionState.AUTHORIZED and hold.decided_minor is None
    if not is_standing or not hold.instrument or any(each.continues == number for each in known):
        return None
    return plan_collection(ref, known, _wish_after(hold, CollectionKind.HOLD, hold.amount_minor))


def replace_lapsed(ref: CaseRef, known: Sequence[Collection], lapsed: Collection) -> Collection | None:
    """The charge for what should have been captured of a hold that had lapsed; None without an instrument."""
    if lapsed.state is not CollectionState.EXPIRED or not lapsed.decided_minor or not lapsed.instrument:
        return None
    if any(each.continues == lapsed.number and each.kind is CollectionKind.CHARGE for each in known):
        return None
    return plan_collection(ref, known, _wish_after(lapsed, CollectionKind.CHARGE, lapsed.decided_minor))


def release_renewed(known: Sequence[Collection], renewal: Collection) -> Collection | None:
    """The old hold, let go now that its renewal stands; None when there is none or it was decided."""
    if renewal.kind is not CollectionKind.HOLD or renewal.state is not CollectionState.AUTHORIZED:
        return None
    old = next((each for each in known if each.number == renewal.continues), None)
    if old is None or old.is_final or old.decided_minor is not None:
        return None
    return decide(old, 0)


def with_collected(order: Order, payments: Sequence[Payment]) -> Order:
    """The order with the payments that its cases collected: a refund may go back to them as to its own."""
    return order.model_copy(update={"payments": (*order.payments, *payments)})


def _stands_for_goods(collection: Collection) -> bool:
    """Holds, and charges that were made in place of one."""
    return collection.kind is CollectionKind.HOLD or collection.continues is not None


def _can_be_taken(hold: Collection) -> bool:
    return hold.state is CollectionState.AUTHORIZED or (hold.is_under_way and bool(hold.instrument))


def _first_used(hold: Collection) -> tuple[bool, int]:
    """What stands before what is still asked for; the newest first, since it lapses last."""
    return hold.state is not CollectionState.AUTHORIZED, -hold.number


def _can_be_withdrawn(collection: Collection) -> bool:
    if collection.decided_minor is not None or collection.is_final:
        return False
    if collection.state in (CollectionState.PLANNED, CollectionState.REQUESTED):
        return True
    return collection.is_under_way and not collection.instrument


def _make_up(ref: CaseRef, known: Sequence[Collection], left_minor: int) -> Collection | None:
    """A charge of the newest hold's instrument for what no hold covers."""
    holds = [each for each in known if each.kind is CollectionKind.HOLD and each.instrument]
    if not holds or all(each.state in COLLECTED for each in holds):
        return None
    newest = max(holds, key=lambda hold: hold.number)
    return plan_collection(ref, known, _wish_after(newest, CollectionKind.CHARGE, left_minor))


def _wish_after(hold: Collection, kind: CollectionKind, amount_minor: int) -> CollectionWish:
    return CollectionWish(
        kind=kind,
        amount=Money(minor=amount_minor, currency=hold.currency),
        instrument=hold.instrument,
        customer=hold.customer,
        needed_until=hold.needed_until if kind is CollectionKind.HOLD else None,
        continues=hold.number,
    )
