"""Disputes that the provider lists, held against those of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.money import Money
from domain.statements.models import (
    LOOK,
    RESEND,
    BookedDispute,
    BookedPayment,
    Books,
    LedgerDifference,
    LedgerDifferenceKind,
    Span,
    StatedDispute,
    Statement,
    place_of,
)


def compare_disputes(statement: Statement, books: Books, span: Span) -> Iterator[LedgerDifference]:
    """Disputes both ways."""
    payments = {payment.reference: payment for payment in books.payments if payment.reference}
    known = {dispute.reference: dispute for dispute in books.disputes}
    for stated in statement.disputes:
        booked = known.pop(stated.reference, None)
        payment = next((payments[name] for name in stated.payment_references if name in payments), None)
        if booked is not None and (booked.state, booked.amount) != (stated.state, stated.amount):
            detail = (
                f"Dispute {stated.reference} is {booked.state} over {booked.amount} here, "
                f"and {stated.state} over {stated.amount} at the provider."
            )
            yield _of_dispute(LedgerDifferenceKind.DISPUTE_DIFFERS, booked.payment, booked, stated, detail)
        elif booked is None and payment is not None:
            detail = (
                f"The provider lists dispute {stated.reference} over {stated.amount}, of which nothing is known here."
            )
            yield _of_dispute(LedgerDifferenceKind.DISPUTE_NOT_IN_LEDGER, payment, None, stated, detail)
    for booked in known.values():
        if not span.expects(booked.opened_at):
            continue
        detail = f"Dispute {booked.reference} is {booked.state} here; the provider lists none."
        yield _of_dispute(LedgerDifferenceKind.DISPUTE_NOT_AT_PROVIDER, booked.payment, booked, None, detail)


def _of_dispute(
    kind: LedgerDifferenceKind,
    payment: BookedPayment,
    booked: BookedDispute | None,
    stated: StatedDispute | None,
    detail: str,
) -> LedgerDifference:
    amounts: Sequence[Money] = [each.amount for each in (booked, stated) if each is not None]
    references = [each.reference for each in (booked, stated) if each is not None]
    return LedgerDifference(
        kind=kind,
        **place_of(payment),
        reference=references[0],
        ledger_minor=booked.amount.minor if booked else None,
        provider_minor=stated.amount.minor if stated else None,
        currency=amounts[0].currency,
        detail=detail,
        remedy=RESEND if stated else LOOK,
    )
