"""What the ledger knows of the payments that a provider took, for holding it against the provider's own lists."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.collections import CollectionState
from domain.disputes import DisputeState
from domain.money import Money
from domain.payouts import PayoutMethod, PayoutState
from domain.statements import BookedCollection, BookedDispute, BookedPayment, BookedPayout, Books
from records.statements import AnyRow
from records.tables import collections, disputes, payment_balances, payouts


def load_books(connection: Connection) -> Books:
    """Every payment, payout through the provider or by hand, dispute and collection of all merchants. Reads whole tables."""
    balance = payment_balances.c
    of_payout = (
        (balance.merchant == payouts.c.merchant)
        & (balance.order_id == payouts.c.order_id)
        & (balance.payment_id == payouts.c.payment_id)
    )
    of_dispute = (
        (balance.merchant == disputes.c.merchant)
        & (balance.order_id == disputes.c.order_id)
        & (balance.payment_id == disputes.c.payment_id)
    )
    columns = (balance.merchant, balance.order_id, balance.payment_id, balance.reference)
    made = select(payouts, balance.reference).join(payment_balances, of_payout)
    made = made.where(payouts.c.method.in_((str(PayoutMethod.PROVIDER), str(PayoutMethod.MANUAL)))).order_by(
        payouts.c.planned_at
    )
    claimed = select(disputes, balance.reference).join(payment_balances, of_dispute).order_by(disputes.c.opened_at)
    return Books(
        payments=tuple(_payment(row) for row in connection.execute(select(*columns))),
        payouts=tuple(_payout(row) for row in connection.execute(made)),
        disputes=tuple(_dispute(row) for row in connection.execute(claimed)),
        collections=tuple(_collection(row) for row in connection.execute(select(collections))),
    )


def _payment(row: AnyRow) -> BookedPayment:
    return BookedPayment(
        merchant=row.merchant, order_id=row.order_id, payment_id=row.payment_id, reference=row.reference
    )


def _payout(row: AnyRow) -> BookedPayout:
    return BookedPayout(
        payment=_payment(row),
        rma=row.rma,
        number=row.number,
        key=row.key,
        amount=Money(minor=row.amount_minor, currency=row.currency),
        state=PayoutState(row.state),
        by_hand=row.method == str(PayoutMethod.MANUAL),
        provider_reference=row.provider_reference,
        planned_at=row.planned_at,
        updated_at=row.updated_at,
    )


def _dispute(row: AnyRow) -> BookedDispute:
    return BookedDispute(
        payment=_payment(row),
        reference=row.dispute_id,
        amount=Money(minor=row.amount_minor, currency=row.currency),
        state=DisputeState(row.state),
        opened_at=row.opened_at,
    )


def _collection(row: AnyRow) -> BookedCollection:
    payment = BookedPayment(
        merchant=row.merchant, order_id=row.order_id, payment_id=row.payment_id, reference=row.provider_reference
    )
    return BookedCollection(
        payment=payment,
        rma=row.rma,
        number=row.number,
        key=row.key,
        captured=Money(minor=row.captured_minor, currency=row.currency),
        state=CollectionState(row.state),
        planned_at=row.planned_at,
        updated_at=row.updated_at,
    )
