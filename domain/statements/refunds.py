"""Refunds that the provider lists, held against the payouts of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from domain.payouts import PayoutState
from domain.statements.models import (
    LOOK,
    RESEND,
    BookedPayment,
    BookedPayout,
    Books,
    LedgerDifference,
    LedgerDifferenceKind,
    Span,
    StatedRefund,
    Statement,
    place_of,
)

_EXPECTED = {
    "pending": frozenset({PayoutState.ACCEPTED}),
    "settled": frozenset({PayoutState.SETTLED}),
    "failed": frozenset({PayoutState.FAILED, PayoutState.REVERSED}),
}
# The provider surely has a refund of these.
_MADE = frozenset({PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.REVERSED})


def compare_refunds(statement: Statement, books: Books, span: Span) -> Iterator[LedgerDifference]:
    """Refunds both ways; those of payments that are nobody's here are none of our business."""
    payments = {payment.reference: payment for payment in books.payments if payment.reference}
    by_key = {payout.key: payout for payout in books.payouts}
    by_reference = {payout.provider_reference: payout for payout in books.payouts if payout.provider_reference}
    seen: dict[str, StatedRefund] = {}
    for refund in statement.refunds:
        payout = by_key.get(refund.key) or by_reference.get(refund.reference)
        if payout is None:
            yield from _unknown(refund, payments)
            continue
        first = seen.get(payout.key)
        if first is not None and "failed" not in (first.status, refund.status):
            yield _of_payout(LedgerDifferenceKind.PAID_TWICE, payout, refund, _twice(payout, first, refund), LOOK)
        if first is None or first.status == "failed":
            seen[payout.key] = refund
    for payout in books.payouts:
        if payout.updated_at > span.settled_before:
            continue
        if payout.key in seen:
            yield from _known(payout, seen[payout.key])
        elif not payout.by_hand and payout.state in _MADE and span.expects(payout.planned_at):
            detail = (
                f"The ledger has payout {payout.number} of {payout.rma} as {payout.state}; the provider lists none."
            )
            yield _of_payout(LedgerDifferenceKind.NOT_AT_PROVIDER, payout, None, detail, LOOK)


def _unknown(refund: StatedRefund, payments: dict[str, BookedPayment]) -> Iterator[LedgerDifference]:
    payment = next((payments[name] for name in refund.payment_references if name in payments), None)
    if payment is None or refund.status == "failed":
        return
    detail = f"The provider lists refund {refund.reference} of {refund.amount}, which nobody here made."
    remedy = "Record it as an adjustment with paid_outside, the refund's id as its proof, and have it confirmed."
    yield LedgerDifference(
        kind=LedgerDifferenceKind.NOT_IN_LEDGER,
        **place_of(payment),
        reference=refund.reference,
        provider_minor=refund.amount.minor,
        currency=refund.amount.currency,
        detail=detail,
        remedy=remedy,
    )


def _known(payout: BookedPayout, refund: StatedRefund) -> Iterator[LedgerDifference]:
    if refund.amount != payout.amount:
        detail = f"Payout {payout.number} of {payout.rma} is {payout.amount} here and {refund.amount} at the provider."
        yield _of_payout(LedgerDifferenceKind.AMOUNT_DIFFERS, payout, refund, detail, LOOK)
    elif payout.state not in _EXPECTED[refund.status] and payout.state is not PayoutState.REPORTED:
        detail = f"Payout {payout.number} of {payout.rma} is {payout.state} here and {refund.status} at the provider."
        yield _of_payout(LedgerDifferenceKind.STATE_DIFFERS, payout, refund, detail, RESEND)


def _of_payout(
    kind: LedgerDifferenceKind, payout: BookedPayout, refund: StatedRefund | None, detail: str, remedy: str
) -> LedgerDifference:
    return LedgerDifference(
        kind=kind,
        **place_of(payout.payment),
        rma=payout.rma,
        payout=payout.number,
        reference=refund.reference if refund else payout.provider_reference,
        ledger_minor=payout.amount.minor,
        provider_minor=refund.amount.minor if refund else None,
        currency=payout.amount.currency,
        detail=detail,
        remedy=remedy,
    )


def _twice(payout: BookedPayout, first: StatedRefund, second: StatedRefund) -> str:
    return (
        f"ALARM: the provider lists refunds {first.reference} and {second.reference} "
        f"under the key of payout {payout.number} of {payout.rma}."
    )
