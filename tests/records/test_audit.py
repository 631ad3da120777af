"""The audit finds what constraints cannot: records that disagree with each other."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, delete, insert, update

from records.database import SqlRecords
from records.tables import case_totals, cases, payment_balances, payouts, unit_reservations
from tests.records.builders import MERCHANT, SHOP, a_case, a_payout, an_order, units


@pytest.fixture
def busy(records: SqlRecords) -> SqlRecords:
    """Records in which units are held and money is on its way."""
    records.put_order(MERCHANT, an_order(captured=3000))
    ref = a_case(records)
    with records.transaction() as tx:
        tx.reserve_units(ref, tx.order(MERCHANT, "1001"), units(2))
        tx.plan_payouts(ref, [a_payout(ref, 1000)], SHOP)
    return records


def test_sound_records_have_no_contradictions(busy: SqlRecords) -> None:
    """A shop's ordinary day leaves nothing to find."""
    assert busy.reads.contradictions() == []


@pytest.mark.parametrize(
    ("table", "values", "problem"),
    [
        (payment_balances, {"captured_minor": 3001}, "3001 captured by its balance, 3000 by the ledger"),
        (payment_balances, {"pending_minor": 999}, "999 pending by its balance, 1000 by the ledger"),
        (payment_balances, {"refunded_minor": 1}, "1 refunded by its balance, 0 by the ledger"),
        (payouts, {"state": "settled"}, "has no entry refund_settled"),
        (unit_reservations, {"held": 1}, "line A has other units taken"),
        (case_totals, {"cases": 7}, "1 cases (return, requested, decision) are counted as 7"),
        (cases, {"timeline_length": 2}, "lost or gained entries"),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else None,
)
def test_what_a_hand_in_the_database_left_is_found(
    busy: SqlRecords, table: Table, values: dict[str, object], problem: str
) -> None:
    """Whoever changes a row past the program is found out, with the merchant, the place and the figures."""
    with busy.writing() as connection:
        connection.execute(update(table).values(values))
    found = busy.reads.contradictions()
    assert found
    assert all(each.merchant == MERCHANT for each in found)
    assert any(problem in each.problem for each in found)


def test_a_payout_without_its_intent_is_found(busy: SqlRecords) -> None:
    """Money that nobody intended does not go unnoticed."""
    with busy.writing() as connection:
        row = dict(connection.execute(payouts.select()).one()._mapping)
        connection.execute(insert(payouts).values(row | {"number": 2, "key": "smuggled"}))
    assert any("smuggled has no entry refund_intended" in each.problem for each in busy.reads.contradictions())
    with busy.writing() as connection:
        connection.execute(delete(payouts).where(payouts.c.key == "smuggled"))
    assert busy.reads.contradictions() == []
