"""Payouts and what they take from the payments of an order; every move has its ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.cases import Actor, CaseKind, CaseRef
from domain.errors import LedgerContradiction, NotOnRecord
from domain.payouts import CREDITS, FORWARD, STOPPABLE, Payout, PayoutMethod, PayoutState
from records.balances import move_money
from records.credits import give_credit
from records.disputes import is_frozen
from records.entries import EntryKind, NewEntry, append_entries
from records.statements import AnyRow, present
from records.tables import cases, payouts

_KIND = {
    PayoutState.PLANNED: EntryKind.REFUND_THAWED,
    PayoutState.FROZEN: EntryKind.REFUND_FROZEN,
    PayoutState.SENT: EntryKind.REFUND_SENT,
    PayoutState.UNKNOWN: EntryKind.REFUND_UNKNOWN,
    PayoutState.MISMATCHED: EntryKind.REFUND_MISMATCHED,
    PayoutState.ACCEPTED: EntryKind.REFUND_ACCEPTED,
    PayoutState.SETTLED: EntryKind.REFUND_SETTLED,
    PayoutState.FAILED: EntryKind.REFUND_FAILED,
    PayoutState.REVERSED: EntryKind.REFUND_REVERSED,
    PayoutState.CHARGED_BACK: EntryKind.REFUND_CHARGED_BACK,
    PayoutState.REPORTED: EntryKind.MANUAL_REFUND_REPORTED,
}
_SETTLED_KIND = {
    PayoutMethod.PROVIDER: EntryKind.REFUND_SETTLED,
    PayoutMethod.MANUAL: EntryKind.MANUAL_REFUND,
    PayoutMethod.STORE_CREDIT: EntryKind.REFUND_SETTLED,
    PayoutMethod.CREDIT_ACCOUNT: EntryKind.REFUND_SETTLED,
}


def plan_payouts(
    connection: Connection,
    ref: CaseRef,
    order_id: str,
    planned: Sequence[Payout],
    actor: Actor,
    *,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Each payout is intended in the ledger and pending on its payment; False, and nothing done, past a cap.

    One whose payment is under dispute is frozen at once; one that is reported as paid outside is told with its `facts`.
    Planning the same payout again changes nothing. Raises
    LedgerContradiction when its number has another content.
    """
    with connection.begin_nested() as savepoint:
        for payout in sorted(planned, key=lambda payout: (payout.payment_id, payout.number)):
            known = _find(connection, ref, payout.number)
            if known is not None:
                _compare(known, payout)
            elif not move_money(connection, ref, order_id, payout, pending=payout.amount_minor):
                savepoint.rollback()
                return False
            else:
                _intend(connection, ref, order_id, payout, actor, facts=facts)
    return True


def load_payout(connection: Connection, ref: CaseRef, number: int) -> Payout:
    """The payout as the ledger knows it, locked until the transaction ends. Raises NotOnRecord."""
    row = _find(connection, ref, number)
    if row is None:
        raise NotOnRecord(f"case {ref.rma} has no payout {number}")
    return as_payout(row)


def load_payouts(connection: Connection, ref: CaseRef) -> tuple[Payout, ...]:
    """Every payout of the case as the ledger knows it, by number."""
    query = select(payouts).where(payouts.c.merchant == ref.merchant, payouts.c.rma == ref.rma)
    return tuple(as_payout(row) for row in connection.execute(query.order_by(payouts.c.number)))


def locate_payout(connection: Connection, merchant: str, key: str) -> tuple[CaseRef, Payout] | None:
    """The payout of that key with its case, not locked; None when the merchant has none."""
    found = _with_cases(connection, payouts.c.merchant == merchant, payouts.c.key == key)
    return found[0] if found else None


def stoppable_payouts(
    connection: Connection, merchant: str, order_id: str, payment_id: str
) -> list[tuple[CaseRef, Payout]]:
    """Payouts of the payment of which nothing was sent, oldest first, locked."""
    return _with_cases(connection, *_are_stoppable(merchant, order_id, payment_id), lock=True)


def stoppable_cases(connection: Connection, merchant: str, order_id: str, payment_id: str) -> list[CaseRef]:
    """The cases of those payouts, in the order in which they are locked; nothing is locked yet."""
    found = _with_cases(connection, *_are_stoppable(merchant, order_id, payment_id))
    return sorted({ref for ref, _ in found}, key=lambda ref: ref.rma)


def _are_stoppable(merchant: str, order_id: str, payment_id: str) -> tuple[Any, ...]:
    return (
        payouts.c.merchant == merchant,
        payouts.c.order_id == order_id,
        payouts.c.payment_id == payment_id,
        payouts.c.state.in_(str(state) for state in STOPPABLE),
    )


def record_payout(
    connection: Connection,
    ref: CaseRef,
    payout: Payout,
    actor: Actor,
    *,
    about: str = "",
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """The ledger has an entry for the payout's new state and the balances follow; False for old or repeated news.

    A credit that settles is on its account in the same transaction.
    `about` tells apart what may happen to a payout more than once (the dispute that froze it); `facts` go with the entry.
    Raises
    LedgerContradiction when the payout's content differs, the provider names a second refund, or its payment does not
    hold the money any more.
    """
    row = _find(connection, ref, payout.number)
    if row is None:
        raise NotOnRecord(f"case {ref.rma} has no payout {payout.number}")
    _compare(row, payout)
    before = as_payout(row)
    if payout.state not in FORWARD[before.state]:
        return False
    pending = payout.pending_minor - before.pending_minor
    refunded = payout.refunded_minor - before.refunded_minor
    if (pending or refunded) and not move_money(
        connection, ref, row.order_id, payout, pending=pending, refunded=refunded
    ):
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
    kind = _SETTLED_KIND[payout.method] if payout.state is PayoutState.SETTLED else _KIND[payout.state]
    append_entries(connection, [_entry(ref, row.order_id, payout, actor, kind=kind, about=about, facts=facts)])
    if payout.state is PayoutState.SETTLED and payout.method in CREDITS:
        give_credit(connection, ref, row.order_id, payout, actor)
    return True


def as_payout(row: AnyRow) -> Payout:
    """The payout of a row."""
    return Payout(
        number=row.number,
        payment_id=row.payment_id,
        amount_minor=row.amount_minor,
        currency=row.currency,
        state=PayoutState(row.state),
        key=row.key,
        method=PayoutMethod(row.method),
        bonus_minor=row.bonus_minor,
        account=row.account,
        expires_at=row.expires_at,
        provider_reference=row.provider_reference,
        failure=row.failure,
    )


def _with_cases(connection: Connection, *where: Any, lock: bool = False) -> list[tuple[CaseRef, Payout]]:
    same_case = (cases.c.merchant == payouts.c.merchant) & (cases.c.rma == payouts.c.rma)
    query = select(payouts, cases.c.kind.label("case_kind")).join(cases, same_case).where(*where)
    query = query.order_by(payouts.c.planned_at, payouts.c.rma, payouts.c.number)
    if lock:
        query = query.with_for_update(of=payouts)
    return [
        (CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.case_kind)), as_payout(row))
        for row in connection.execute(query)
    ]


def _compare(row: AnyRow, payout: Payout) -> None:
    known = as_payout(row)
    fixed = ("payment_id", "amount_minor", "currency", "key", "method", "bonus_minor", "account")
    if any(getattr(known, field) != getattr(payout, field) for field in fixed):
        raise LedgerContradiction(f"payout {known.key} is on record with another amount, payment or key")
    if known.provider_reference and payout.provider_reference not in ("", known.provider_reference):
        raise LedgerContradiction(
            f"payout {known.key} is refund {known.provider_reference} at the provider, not {payout.provider_reference}"
        )


def _intend(
    connection: Connection,
    ref: CaseRef,
    order_id: str,
    payout: Payout,
    actor: Actor,
    *,
    facts: Mapping[str, Any] | None,
) -> None:
    append_entries(connection, [_entry(ref, order_id, payout, actor, kind=EntryKind.REFUND_INTENDED)])
    if payout.state is PayoutState.PLANNED and is_frozen(connection, ref.merchant, order_id, payout.payment_id):
        payout = payout.model_copy(update={"state": PayoutState.FROZEN})
        append_entries(connection, [_entry(ref, order_id, payout, actor, kind=EntryKind.REFUND_FROZEN)])
    if payout.state is PayoutState.REPORTED:
        reported = _entry(ref, order_id, payout, actor, kind=_KIND[payout.state], facts=facts)
        append_entries(connection, [reported])
    now: datetime = present()
    columns = payout.model_dump() | {"state": str(payout.state), "method": str(payout.method)}
    own = {"merchant": ref.merchant, "rma": ref.rma, "order_id": order_id, "planned_at": now, "updated_at": now}
    connection.execute(insert(payouts).values(columns | own))


def _entry(
    ref: CaseRef,
    order_id: str,
    payout: Payout,
    actor: Actor,
    *,
    kind: EntryKind,
    about: str = "",
    facts: Mapping[str, Any] | None = None,
) -> NewEntry:
    failure = {"failure": payout.failure} if payout.failure else {}
    return NewEntry(
        merchant=ref.merchant,
        entry_key=f"{payout.key}:{kind}:{about or payout.provider_reference}",
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
        facts={**failure, **({"dispute": about} if about else {}), **(facts or {})},
    )


def _find(connection: Connection, ref: CaseRef, number: int) -> AnyRow | None:
    return connection.execute(select(payouts).where(*_is(ref, number)).with_for_update()).one_or_none()


def _is(ref: CaseRef, number: int) -> tuple[Any, ...]:
    return payouts.c.merchant == ref.merchant, payouts.c.rma == ref.rma, payouts.c.number == number
