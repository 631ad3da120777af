"""The ledger held against what the payment provider lists: both ways, one refund, dispute and collection at a time."""

from __future__ import annotations

from datetime import datetime

from domain.statements.collections import compare_collections
from domain.statements.disputes import compare_disputes
from domain.statements.models import (
    BookedCollection,
    BookedDispute,
    BookedPayment,
    BookedPayout,
    Books,
    LedgerDifference,
    LedgerDifferenceKind,
    Span,
    StatedCollection,
    StatedDispute,
    StatedRefund,
    Statement,
)
from domain.statements.refunds import compare_refunds

__all__ = [
    "BookedCollection",
    "BookedDispute",
    "BookedPayment",
    "BookedPayout",
    "Books",
    "LedgerDifference",
    "LedgerDifferenceKind",
    "StatedCollection",
    "StatedDispute",
    "StatedRefund",
    "Statement",
    "compare",
]


def compare(
    statement: Statement, books: Books, *, settled_before: datetime, since: datetime | None = None
) -> tuple[LedgerDifference, ...]:
    """Every difference; what changed in the ledger after `settled_before` may be on its way and is left alone.

    `since` says that the provider was asked only for what it made from then on.
    """
    span = Span(settled_before=settled_before, since=since)
    return (
        *compare_refunds(statement, books, span),
        *compare_disputes(statement, books, span),
        *compare_collections(statement, books, span),
    )
