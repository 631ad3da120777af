"""The ledger held against what the payment provider lists: both ways, refund by refund and dispute by dispute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.disputes import DisputeState
from domain.money import Money
from domain.payouts import PayoutState


class StatementPart(BaseModel):
    """Parts of a comparison are values."""

    model_config = ConfigDict(frozen=True)


class StatedRefund(StatementPart):
    """A refund as the provider lists it. `key` is ours where we made it; `status` is pending, settled or failed."""

    reference: str
    key: str
    payment_references: tuple[str, ...]
    amount: Money
    status: str


class StatedDispute(StatementPart):
    """A dispute as the provider lists it."""

    reference: str
    payment_references: tuple[str, ...]
    amount: Money
    state: DisputeState


class Statement(StatementPart):
    """Everything that the provider lists."""

    refunds: tuple[StatedRefund, ...]
    disputes: tuple[StatedDispute, ...]


class BookedPayment(StatementPart):
    """A payment on record, by the name that the provider knows it by."""

    merchant: str
    order_id: str
    payment_id: str
    reference: str


class BookedPayout(StatementPart):
    """A payout through the provider, as the ledger knows it."""

    payment: BookedPayment
    rma: str
    number: int
    key: str
    amount: Money
    state: PayoutState
    provider_reference: str
    updated_at: AwareDatetime


class BookedDispute(StatementPart):
    """A dispute as the ledger knows it."""

    payment: BookedPayment
    reference: str
    amount: Money
    state: DisputeState


class Books(StatementPart):
    """Everything that the ledger knows of payments that the provider took."""

    payments: tuple[BookedPayment, ...]
    payouts: tuple[BookedPayout, ...]
    disputes: tuple[BookedDispute, ...]


class LedgerDifferenceKind(StrEnum):
    """What the ledger and the provider do not agree on."""

    NOT_IN_LEDGER = "not_in_ledger"
    NOT_AT_PROVIDER = "not_at_provider"
    AMOUNT_DIFFERS = "amount_differs"
    STATE_DIFFERS = "state_differs"
    PAID_TWICE = "paid_twice"
    DISPUTE_NOT_IN_LEDGER = "dispute_not_in_ledger"
    DISPUTE_NOT_AT_PROVIDER = "dispute_not_at_provider"
    DISPUTE_DIFFERS = "dispute_differs"


class LedgerDifference(StatementPart):
    """One difference: where, both amounts, what it is, and what to do. Amounts are None where one side knows nothing."""

    kind: LedgerDifferenceKind
    merchant: str
    order_id: str
    payment_id: str
    rma: str = ""
    payout: int | None = None
    reference: str = ""
    ledger_minor: int | None = None
    provider_minor: int | None = None
    currency: str
    detail: str
    remedy: str


_EXPECTED = {
    "pending": frozenset({PayoutState.ACCEPTED}),
    "settled": frozenset({PayoutState.SETTLED}),
    "failed": frozenset({PayoutState.FAILED, PayoutState.REVERSED}),
}
# The provider surely has a refund of these.
_MADE = frozenset({PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.REVERSED})
_RESEND = "Send the event again from the provider's dashboard; if it was parked, release it (payment_events)."
_LOOK = "Finance looks at the provider before anything is paid: aftercart cases show, and the provider's dashboard."


def compare(statement: Statement, books: Books, *, settled_before: datetime) -> tuple[LedgerDifference, ...]:
    """Every difference; what changed in the ledger after `settled_before` may be on its way and is left alone.

    Refunds and disputes of payments that are nobody's here are none of our business.
    """
    return (*_refunds(statement, books, settled_before), *_disputes(statement, books))


def _refunds(statement: Statement, books: Books, settled_before: datetime) -> Iterator[LedgerDifference]:
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
            yield _of_payout(LedgerDifferenceKind.PAID_TWICE, payout, refund, _twice(payout, first, refund), _LOOK)
        if first is None or first.status == "failed":
            seen[payout.key] = refund
    for payout in books.payouts:
        if payout.updated_at > settled_before:
            continue
        if payout.key in seen:
            yield from _known(payout, seen[payout.key])
        elif payout.state in _MADE:
            detail = (
                f"The ledger has payout {payout.number} of {payout.rma} as {payout.state}; the provider lists none."
            )
            yield _of_payout(LedgerDifferenceKind.NOT_AT_PROVIDER, payout, None, detail, _LOOK)


def _unknown(refund: StatedRefund, payments: dict[str, BookedPayment]) -> Iterator[LedgerDifference]:
    payment = next((payments[name] for name in refund.payment_references if name in payments), None)
    if payment is None or refund.status == "failed":
        return
    detail = f"The provider lists refund {refund.reference} of {refund.amount}, which nobody here made."
    remedy = "Record it as an adjustment with paid_outside, the refund's id as its proof, and have it confirmed."
    yield LedgerDifference(
        kind=LedgerDifferenceKind.NOT_IN_LEDGER,
        **_place(payment),
        reference=refund.reference,
        provider_minor=refund.amount.minor,
        currency=refund.amount.currency,
        detail=detail,
        remedy=remedy,
    )


def _known(payout: BookedPayout, refund: StatedRefund) -> Iterator[LedgerDifference]:
    if refund.amount != payout.amount:
        detail = f"Payout {payout.number} of {payout.rma} is {payout.amount} here and {refund.amount} at the provider."
        yield _of_payout(LedgerDifferenceKind.AMOUNT_DIFFERS, payout, refund, detail, _LOOK)
    elif payout.state not in _EXPECTED[refund.status]:
        detail = f"Payout {payout.number} of {payout.rma} is {payout.state} here and {refund.status} at the provider."
        yield _of_payout(LedgerDifferenceKind.STATE_DIFFERS, payout, refund, detail, _RESEND)


def _disputes(statement: Statement, books: Books) -> Iterator[LedgerDifference]:
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
        detail = f"Dispute {booked.reference} is {booked.state} here; the provider lists none."
        yield _of_dispute(LedgerDifferenceKind.DISPUTE_NOT_AT_PROVIDER, booked.payment, booked, None, detail)


def _of_payout(
    kind: LedgerDifferenceKind, payout: BookedPayout, refund: StatedRefund | None, detail: str, remedy: str
) -> LedgerDifference:
    return LedgerDifference(
        kind=kind,
        **_place(payout.payment),
        rma=payout.rma,
        payout=payout.number,
        reference=refund.reference if refund else payout.provider_reference,
        ledger_minor=payout.amount.minor,
        provider_minor=refund.amount.minor if refund else None,
        currency=payout.amount.currency,
        detail=detail,
        remedy=remedy,
    )


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
        **_place(payment),
        reference=references[0],
        ledger_minor=booked.amount.minor if booked else None,
        provider_minor=stated.amount.minor if stated else None,
        currency=amounts[0].currency,
        detail=detail,
        remedy=_RESEND if stated else _LOOK,
    )


def _twice(payout: BookedPayout, first: StatedRefund, second: StatedRefund) -> str:
    return (
        f"ALARM: the provider lists refunds {first.reference} and {second.reference} "
        f"under the key of payout {payout.number} of {payout.rma}."
    )


def _place(payment: BookedPayment) -> dict[str, Any]:
    return payment.model_dump(include={"merchant", "order_id", "payment_id"})
