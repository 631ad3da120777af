"""Whether the records agree with themselves: balances with the ledger, totals with cases, timelines with their length.

Constraints keep each row right and transactions keep rows together; this finds what a defect of ours, a restored backup
or a hand in the database would leave behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from domain.payouts import HOLDING
from records.disputes import CLAIMING
from records.entries import EntryKind
from records.models import Record
from records.tables import (
    case_totals,
    cases,
    collections,
    credit_accounts,
    credit_note_counters,
    credit_notes,
    disputes,
    ledger_entries,
    payment_balances,
    payouts,
    timeline,
    unit_balances,
    unit_reservations,
)


class Contradiction(Record):
    """Something in the records that does not add up: which case, order or list of a merchant, and what."""

    merchant: str
    name: str
    problem: str


# A wrecked database need not be listed row by row.
MOST = 100
_UNDER_WAY = tuple(sorted(str(state) for state in HOLDING))
# A settled payout has one of these entries, by the way that its money went.
_SETTLED = (str(EntryKind.REFUND_SETTLED), str(EntryKind.MANUAL_REFUND))


_CREDITED = (
    str(EntryKind.STORE_CREDIT_ISSUED),
    str(EntryKind.STORE_CREDIT_BONUS),
    str(EntryKind.STORE_CREDIT_GIVEN_BACK),
)


def find_contradictions(connection: Connection) -> list[Contradiction]:
    """What does not add up, at most a hundred of each kind; empty when the records are sound. Reads whole tables."""
    return [found for check in _CHECKS for found in check(connection)]


def _captures(connection: Connection) -> Iterator[Contradiction]:
    kinds = (str(EntryKind.CAPTURE), str(EntryKind.CAPTURE_CORRECTED))
    told = _sum_of(ledger_entries, ledger_entries.c.amount_minor, ledger_entries.c.kind.in_(kinds))
    yield from _unequal_payments(connection, "captured", payment_balances.c.captured_minor, told)


def _pending(connection: Connection) -> Iterator[Contradiction]:
    told = _sum_of(payouts, payouts.c.amount_minor, payouts.c.state.in_(_UNDER_WAY))
    yield from _unequal_payments(connection, "pending", payment_balances.c.pending_minor, told)


def _refunded(connection: Connection) -> Iterator[Contradiction]:
    told = _sum_of(payouts, payouts.c.amount_minor, payouts.c.state == "settled")
    yield from _unequal_payments(connection, "refunded", payment_balances.c.refunded_minor, told)


def _payouts(connection: Connection) -> Iterator[Contradiction]:
    """Every payout has its intent in the ledger, and every settled one its settlement."""
    entry = ledger_entries.c
    of_payout = and_(entry.merchant == payouts.c.merchant, entry.rma == payouts.c.rma, entry.payout == payouts.c.number)
    for state, kinds in ((None, (str(EntryKind.REFUND_INTENDED),)), ("settled", _SETTLED)):
        has_entry = select(entry.entry_id).where(of_payout, entry.kind.in_(kinds)).exists()
        query = select(payouts.c.merchant, payouts.c.rma, payouts.c.key).where(~has_entry).limit(MOST)
        if state is not None:
            query = query.where(payouts.c.state == state)
        for row in connection.execute(query):
            yield Contradiction(
                merchant=row.merchant, name=row.rma, problem=f"payout {row.key} has no entry {kinds[0]}"
            )


def _collections(connection: Connection) -> Iterator[Contradiction]:
    """Every captured collection is a payment that holds what was captured, and no other payment was collected."""
    table, balance = collections.c, payment_balances.c
    same = (
        balance.merchant == table.merchant,
        balance.order_id == table.order_id,
        balance.payment_id == table.payment_id,
    )
    held = func.coalesce(select(balance.captured_minor).where(*same).scalar_subquery(), 0)
    query = select(table.merchant, table.rma, table.key, table.captured_minor, held.label("held"))
    for row in connection.execute(query.where(table.captured_minor != held).limit(MOST)):
        problem = f"collection {row.key} captured {row.captured_minor}, and its payment holds {row.held}"
        yield Contradiction(merchant=row.merchant, name=row.rma, problem=problem)


def _claims(connection: Connection) -> Iterator[Contradiction]:
    """What banks claim of a payment is what its disputes say, and counts as far as the payment holds it."""
    table = payment_balances.c
    told = _sum_of(disputes, disputes.c.amount_minor, disputes.c.state.in_(CLAIMING))
    yield from _unequal_payments(connection, "claimed", table.claimed_minor, told)
    left = table.captured_minor - table.refunded_minor - table.pending_minor
    counted = case((table.claimed_minor < left, table.claimed_minor), else_=left)
    yield from _unequal_payments(connection, "disputed", table.disputed_minor, counted)


def _credits(connection: Connection) -> Iterator[Contradiction]:
    """What accounts hold is what their entries say."""
    entry, table = ledger_entries.c, credit_accounts.c
    of_account = (entry.merchant == table.merchant, entry.account == table.account, entry.currency == table.currency)
    for word, column, kinds in (
        ("issued", table.issued_minor, _CREDITED),
        ("spent", table.spent_minor, (str(EntryKind.STORE_CREDIT_SPENT),)),
        ("expired", table.expired_minor, (str(EntryKind.STORE_CREDIT_EXPIRED),)),
    ):
        told = select(func.coalesce(func.sum(entry.amount_minor), 0)).where(*of_account, entry.kind.in_(kinds))
        query = select(table.merchant, table.account).where(column != told.scalar_subquery()).limit(MOST)
        for row in connection.execute(query):
            problem = f"what was {word} by its balance is not what its entries say"
            yield Contradiction(merchant=row.merchant, name=row.account, problem=problem)


def _credit_notes(connection: Connection) -> Iterator[Contradiction]:
    """Credit notes are numbered without a gap: as many as the number that was given last."""
    note, counter = credit_notes.c, credit_note_counters.c
    counted = select(func.count()).where(note.merchant == counter.merchant).scalar_subquery()
    highest = select(func.coalesce(func.max(note.sequence), 0)).where(note.merchant == counter.merchant)
    query = select(counter.merchant).where(or_(counter.last != counted, counter.last != highest.scalar_subquery()))
    for row in connection.execute(query.limit(MOST)):
        problem = "the numbers of the credit notes have a gap"
        yield Contradiction(merchant=row.merchant, name="credit notes", problem=problem)


def _units(connection: Connection) -> Iterator[Contradiction]:
    table, held = unit_balances.c, unit_reservations.c
    of_line = (held.merchant == table.merchant, held.order_id == table.order_id, held.line_id == table.line_id)
    reserved = select(func.coalesce(func.sum(held.held), 0)).where(*of_line).scalar_subquery()
    returned = select(func.coalesce(func.sum(held.kept), 0)).where(*of_line).scalar_subquery()
    query = (
        select(table.merchant, table.order_id, table.line_id)
        .where(or_(table.reserved != reserved, table.returned != returned))
        .limit(MOST)
    )
    for row in connection.execute(query):
        problem = f"line {row.line_id} has other units taken than its cases hold"
        yield Contradiction(merchant=row.merchant, name=row.order_id, problem=problem)


def _totals(connection: Connection) -> Iterator[Contradiction]:
    counted = _counts(connection, cases, func.count())
    kept = _counts(connection, case_totals, func.sum(case_totals.c.cases))
    for key in sorted(counted.keys() | kept.keys()):
        if counted.get(key, 0) != kept.get(key, 0):
            merchant, kind, state, waiting_for = key
            problem = f"{counted.get(key, 0)} cases ({kind}, {state}, {waiting_for}) are counted as {kept.get(key, 0)}"
            yield Contradiction(merchant=merchant, name="totals", problem=problem)


def _timelines(connection: Connection) -> Iterator[Contradiction]:
    of_case = (timeline.c.merchant == cases.c.merchant, timeline.c.rma == cases.c.rma)
    length = select(func.count()).select_from(timeline).where(*of_case).scalar_subquery()
    query = select(cases.c.merchant, cases.c.rma).where(cases.c.timeline_length != length).limit(MOST)
    for row in connection.execute(query):
        yield Contradiction(merchant=row.merchant, name=row.rma, problem="the timeline has lost or gained entries")


_CHECKS: tuple[Callable[[Connection], Iterator[Contradiction]], ...] = (
    _captures,
    _pending,
    _refunded,
    _payouts,
    _collections,
    _claims,
    _credits,
    _credit_notes,
    _units,
    _totals,
    _timelines,
)


def _sum_of(table: Any, amount: ColumnElement[int], condition: ColumnElement[bool]) -> Any:
    """The sum for the payment of each balance, as a subquery."""
    balance = payment_balances.c
    return (
        select(func.coalesce(func.sum(case((condition, amount), else_=0)), 0))
        .where(
            table.c.merchant == balance.merchant,
            table.c.order_id == balance.order_id,
            table.c.payment_id == balance.payment_id,
        )
        .scalar_subquery()
    )


def _unequal_payments(
    connection: Connection, word: str, column: ColumnElement[int], told: Any
) -> Iterator[Contradiction]:
    balance = payment_balances.c
    query: Select[Any] = (
        select(balance.merchant, balance.order_id, balance.payment_id, column.label("kept"), told.label("told"))
        .where(column != told)
        .limit(MOST)
    )
    for row in connection.execute(query):
        problem = f"payment {row.payment_id}: {row.kept} {word} by its balance, {int(row.told)} by the ledger"
        yield Contradiction(merchant=row.merchant, name=row.order_id, problem=problem)


def _counts(connection: Connection, table: Any, number: ColumnElement[int]) -> dict[tuple[str, ...], int]:
    key = (table.c.merchant, table.c.kind, table.c.state, table.c.waiting_for)
    query = select(*key, number.label("number")).group_by(*key)
    return {tuple(row[:4]): int(row.number) for row in connection.execute(query) if row.number}
