"""Payments from customers that the provider lists under our keys, held against the collections of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.collection_port import CollectionStatus
from domain.collections import COLLECTED, CollectionState
from domain.statements.models import (
    LOOK,
    RESEND,
    BookedCollection,
    Books,
    LedgerDifference,
    LedgerDifferenceKind,
    Span,
    StatedCollection,
    Statement,
    place_of,
)

# What the ledger says of a payment that stands so at the provider. One that the customer has not confirmed, or that a
# bank declined, may be anything that took no money.
_EXPECTED = {
    CollectionStatus.CAPTURED: COLLECTED,
    CollectionStatus.AUTHORIZED: frozenset({CollectionState.AUTHORIZED}),
    CollectionStatus.CANCELLED: frozenset(
        {CollectionState.RELEASED, CollectionState.EXPIRED, CollectionState.FAILED, CollectionState.MISMATCHED}
    ),
}
# The provider surely has a payment of these.
_MADE = COLLECTED | {CollectionState.AUTHORIZED}


def compare_collections(statement: Statement, books: Books, span: Span) -> Iterator[LedgerDifference]:
    """Payments both ways, as far as they were made under keys of ours: a shop's own checkouts are none of our business."""
    by_key = {collection.key: collection for collection in books.collections}
    listed: dict[str, list[StatedCollection]] = {}
    for stated in statement.collections:
        listed.setdefault(stated.key, []).append(stated)
    for key, made in listed.items():
        if key in by_key:
            yield from _known(by_key[key], made, span)
        else:
            yield from _unknown(made, books)
    for booked in books.collections:
        is_due = booked.updated_at <= span.settled_before and span.expects(booked.planned_at)
        if is_due and booked.state in _MADE and booked.key not in listed:
            detail = f"{_name(booked)} is {booked.state} here; the provider lists none."
            yield _difference(LedgerDifferenceKind.COLLECTION_NOT_AT_PROVIDER, booked, None, detail, LOOK)


def _known(booked: BookedCollection, made: Sequence[StatedCollection], span: Span) -> Iterator[LedgerDifference]:
    taken = [stated for stated in made if stated.captured]
    if len(taken) > 1:
        names = " and ".join(stated.reference for stated in taken)
        detail = f"ALARM: the provider took {names} under the key of {_name(booked)}."
        yield _difference(LedgerDifferenceKind.COLLECTED_TWICE, booked, taken[-1], detail, LOOK)
        return
    stated = next(iter(taken), made[0])
    if booked.updated_at > span.settled_before:
        return
    expected = _EXPECTED.get(stated.status)
    if stated.captured != booked.captured or (expected is not None and booked.state not in expected):
        detail = (
            f"{_name(booked)} is {booked.state} with {booked.captured} taken here, "
            f"and {stated.status} with {stated.captured} at the provider."
        )
        yield _difference(LedgerDifferenceKind.COLLECTION_DIFFERS, booked, stated, detail, RESEND)


def _unknown(made: Sequence[StatedCollection], books: Books) -> Iterator[LedgerDifference]:
    """Money was taken under a key that looks like ours, and no collection has it: a restored backup, or somebody else."""
    merchants = {payment.merchant for payment in books.payments}
    for stated in made:
        merchant, _, rest = stated.key.partition(":")
        if not stated.captured or merchant not in merchants:
            continue
        yield LedgerDifference(
            kind=LedgerDifferenceKind.COLLECTION_NOT_IN_LEDGER,
            merchant=merchant,
            order_id="",
            payment_id="",
            rma=rest.partition(":")[0],
            reference=stated.reference,
            provider_minor=stated.captured.minor,
            currency=stated.captured.currency,
            detail=f"The provider took {stated.captured} as {stated.reference} under the key {stated.key}, unknown here.",
            remedy=LOOK,
        )


def _difference(
    kind: LedgerDifferenceKind, booked: BookedCollection, stated: StatedCollection | None, detail: str, remedy: str
) -> LedgerDifference:
    return LedgerDifference(
        kind=kind,
        **place_of(booked.payment),
        rma=booked.rma,
        collection=booked.number,
        reference=stated.reference if stated else booked.payment.reference,
        ledger_minor=booked.captured.minor,
        provider_minor=stated.captured.minor if stated else None,
        currency=booked.captured.currency,
        detail=detail,
        remedy=remedy,
    )


def _name(booked: BookedCollection) -> str:
    return f"collection {booked.number} of {booked.rma}"
