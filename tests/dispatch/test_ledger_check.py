"""Every night the ledger is held against the provider's lists, and what differs is named for an operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dispatch.ledger_check import LedgerCheck
from dispatch.loops import Turn
from domain.cases import SYSTEM, CaseRef
from domain.money import Money
from domain.payouts import PayoutState
from domain.statements import StatedRefund, Statement
from records.database import SqlRecords
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, a_payout, an_order


class FakeStatements:
    """Lists what it is told."""

    def __init__(self, *refunds: StatedRefund) -> None:
        self.refunds = refunds

    def statement(self, *, since: datetime | None = None) -> Statement:
        return Statement(refunds=self.refunds, disputes=())


def _listed(ref: CaseRef, minor: int) -> StatedRefund:
    key = f"{ref.merchant}:{ref.rma}:payout:1"
    amount = Money(minor=minor, currency="GBP")
    return StatedRefund(reference="re_1", key=key, payment_references=("pi_1001",), amount=amount, status="settled")


def _paid(records: SqlRecords) -> CaseRef:
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as tx:
        tx.case(ref)
        tx.plan_payouts(ref, [a_payout(ref, 1000)], SYSTEM)
        tx.record_payout(ref, a_payout(ref, 1000, state=PayoutState.SETTLED), SYSTEM)
    return ref


async def test_what_agrees_is_well(records: SqlRecords) -> None:
    """The provider lists exactly what the ledger says."""
    ref = _paid(records)
    check = LedgerCheck(records, FakeStatements(_listed(ref, 1000)), _tomorrow())
    assert await check.turn() == Turn(handled=0)


async def test_what_differs_is_named(records: SqlRecords) -> None:
    """Another amount at the provider is named with its case, for `aftercart doctor` to show."""
    ref = _paid(records)
    turn = await LedgerCheck(records, FakeStatements(_listed(ref, 1815)), _tomorrow()).turn()
    assert turn.problem.startswith("1 differences from the provider: ")
    assert ref.rma in turn.problem
    assert "18.15 GBP" in turn.problem


def _tomorrow() -> FakeClock:
    return FakeClock(datetime.now(UTC) + timedelta(days=1))
