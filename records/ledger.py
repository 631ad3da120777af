"""Payouts and what they take from the payments of an order; every move has its ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from domain.cases import Actor, CaseRef
from domain.errors import AftercartError, NotOnRecord
from domain.reimbursements import PaidBefore
from domain.returns.case import Payout, PayoutState, ReturnCase
from domain.returns.progress import is_refund_refused
from records.entries import EntryKind, NewEntry, append_entries
from records.orders import lock_order
from records.statements import AnyRow, present
from records.tables import cases, payment_balances, payouts

_KIND = {
    PayoutState.PLANNED: EntryKind.REFUND_INTENDED,
    PayoutState.SENT: EntryKind.REFUND_SENT,
    PayoutState.UNKNOWN: EntryKind.REFUND_UNKNOWN,
    PayoutState.ACCEPTED: EntryKind.REFUND_ACCEPTED,
    PayoutState.SETTLED: EntryKind.REFUND_SETTLED,
    PayoutState.FAILED: EntryKind.REFUND_FAILED,
}
# News only moves a payout forward. Money that settled after all counts even when it was given up before; a failure
# never undoes a settlement here, since an older failure may simply have been delivered late.
_AFTER = {
    PayoutState.PLANNED: {
        PayoutState.SENT,
        PayoutState.UNKNOWN,
        PayoutState.ACCEPTED,
        PayoutState.SETTLED,
        PayoutState.FAILED,
    },
    PayoutState.SENT: {PayoutState.UNKNOWN, PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.FAILED},
    PayoutState.UNKNOWN: {PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.FAILED},
    PayoutState.ACCEPTED: {PayoutState.SETTLED, PayoutState.FAILED},
    PayoutState.FAILED: {PayoutState.SETTLED},
    PayoutState.SETTLED: set(),
}


class LedgerContradiction(AftercartError):
    """The ledger knows this payout with another amount, payment or provider refund: stop and let a person look."""


def refundable(connection: Connection, merchant: str, order_id: str) -> dict[str, int]:
    """By payment id, minor units: captured - disputed - refunded - pending."""
    table = payment_balances.c
    left = table.captured_minor - table.disputed_minor - table.refunded_minor - table.pending_minor
    query = select(table.payment_id, left.label("left")).where(table.merchant == merchant, table.order_id == order_id)
    return {row.payment_id: int(row.left) for row in connection.execute(query)}


def paid_before(connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef) -> PaidBefore:
    """What other cases of the order have paid or will pay, the order being locked so that none is planned meanwhile."""
    lock_order(connection, merchant, order_id)
    return sum_paid(connection, merchant, order_id, apart_from=apart_from)


def sum_paid(connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef | None) -> PaidBefore:
    """What cases of the order have paid or will pay unless a person refuses, and what disputes hold.

    A plan that waits for approval counts: two cases would otherwise both pay the same share of a line or the shipping.
    """
    query = select(cases.c.document).where(cases.c.merchant == merchant, cases.c.order_id == order_id)
    if apart_from is not None:
        query = query.where(cases.c.rma != apart_from.rma)
    found = [ReturnCase.model_validate_json(document) for document in connection.scalars(query)]
    table = payment_balances.c
    disputed = select(func.coalesce(func.sum(table.disputed_minor), 0))
    frozen = connection.scalar(disputed.where(table.merchant == merchant, table.order_id == order_id))
    paid = PaidBefore.of(case.plan for case in found if case.plan is not None and _is_paid(case))
    return paid.model_copy(update={"frozen_minor": int(frozen or 0)})


def plan_payouts(connection: Connection, ref: CaseRef, order_id: str, planned: Sequence[Payout], actor: Actor) -> bool:
    """Each payout is intended in the ledger and pending on its payment; False, and nothing done, past a cap.

    Planning the same payout again changes nothing. Raises LedgerContradiction when its number has another content.
    """
    with connection.begin_nested() as savepoint:
        for payout in sorted(planned, key=lambda payout: (payout.payment_id, payout.number)):
            known = _find(connection, ref, payout.number)
            if known is not None:
                _compare(known, payout)
            elif not _move(connection, ref, order_id, payout, pending=payout.amount_minor):
                savepoint.rollback()
                return False
            else:
                _insert(connection, ref, order_id, payout)
                append_entries(connection, [_entry(ref, order_id, payout, actor)])
    return True


def load_payout(connection: Connection, ref: CaseRef, number: int) -> Payout:
    """The payout as the ledger knows it, locked until the transaction ends. Raises NotOnRecord."""
    row = _find(connection, ref, number)
    if row is None:
        raise NotOnRecord(f"case {ref.rma} has no payout {number}")
    return _payout(row)


def record_payout(connection: Connection, ref: CaseRef, payout: Payout, actor: Actor) -> bool:
    """The ledger has an entry for the payout's new state and the balances follow; False for old or repeated news.

    Raises LedgerContradiction when the payout's content differs or the provider names a second refund.
    """
    row = _find(connection, ref, payout.number)
    if row is None:
        raise NotOnRecord(f"case {ref.rma} has no payout {payout.number}")
    _compare(row, payout)
    before = PayoutState(row.state)
    if payout.state not in _AFTER[before]:
        return False
    pending = -payout.amount_minor if payout.state in (PayoutState.SETTLED, PayoutState.FAILED) else 0
    refunded = payout.amount_minor if payout.state is PayoutState.SETTLED else 0
    if before is PayoutState.FAILED:
        pending = 0
    if (pending or refunded) and not _move(connection, ref, row.order_id, payout, pending=pending, refunded=refunded):
        raise LedgerContradiction(f"payout {payout.key} settled after it failed, and its payment no longer holds it")
    connection.execute(
        update(payouts)
        .where(*_is(ref, payout.number))
        .values(
            state=str(payout.state),
            provider_reference=payout.provider_reference or row.provider_reference,
            failure=payout.failure,
            updated_at=present(),
        )
    )
    append_entries(connection, [_entry(ref, row.order_id, payout, actor)])
    return True


def _is_paid(case: ReturnCase) -> bool:
    """Refused money counts too where a part had left before the refusal."""
    return not is_refund_refused(case) or any(payout.state is not PayoutState.FAILED for payout in case.payouts)


def _compare(row: AnyRow, payout: Payout) -> None:
    known = _payout(row)
    fixed = ("payment_id", "amount_minor", "currency", "key")
    if any(getattr(known, field) != getattr(payout, field) for field in fixed):
        raise LedgerContradiction(f"payout {known.key} is on record with another amount, payment or key")
    if known.provider_reference and payout.provider_reference not in ("", known.provider_reference):
        raise LedgerContradiction(
            f"payout {known.key} is refund {known.provider_reference} at the provider, not {payout.provider_reference}"
        )


def _move(
    connection: Connection, ref: CaseRef, order_id: str, payout: Payout, *, pending: int = 0, refunded: int = 0
) -> bool:
    """Pending and refunded money of the payment change by these amounts, unless that passes what was captured."""
    table = payment_balances.c
    promised = table.refunded_minor + refunded + table.pending_minor + pending
    moved = connection.execute(
        update(payment_balances)
        .where(
            table.merchant == ref.merchant,
            table.order_id == order_id,
            table.payment_id == payout.payment_id,
            table.currency == payout.currency,
            promised <= table.captured_minor - table.disputed_minor,
        )
        .values(pending_minor=table.pending_minor + pending, refunded_minor=table.refunded_minor + refunded)
    )
    return moved.rowcount == 1


def _insert(connection: Connection, ref: CaseRef, order_id: str, payout: Payout) -> None:
    now: datetime = present()
    columns = payout.model_dump() | {"state": str(payout.state)}
    own = {"merchant": ref.merchant, "rma": ref.rma, "order_id": order_id, "planned_at": now, "updated_at": now}
    connection.execute(insert(payouts).values(columns | own))


def _entry(ref: CaseRef, order_id: str, payout: Payout, actor: Actor) -> NewEntry:
    kind = _KIND[payout.state]
    return NewEntry(
        merchant=ref.merchant,
        entry_key=f"{payout.key}:{kind}:{payout.provider_reference}",
        order_id=order_id,
        payment_id=payout.payment_id,
        rma=ref.rma,
        payout=payout.number,
        kind=kind,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        provider_reference=payout.provider_reference,
        actor=actor,
        at=present(),
        facts={"failure": payout.failure} if payout.failure else {},
    )


def _find(connection: Connection, ref: CaseRef, number: int) -> AnyRow | None:
    return connection.execute(select(payouts).where(*_is(ref, number)).with_for_update()).one_or_none()


def _payout(row: AnyRow) -> Payout:
    return Payout(
        number=row.number,
        payment_id=row.payment_id,
        amount_minor=row.amount_minor,
        currency=row.currency,
        state=PayoutState(row.state),
        key=row.key,
        provider_reference=row.provider_reference,
        failure=row.failure,
    )


def _is(ref: CaseRef, number: int) -> tuple[Any, ...]:
    return payouts.c.merchant == ref.merchant, payouts.c.rma == ref.rma, payouts.c.number == number
