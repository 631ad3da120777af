"""Credit notes on record: one for what settled, numbered without a gap, never changed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from domain.cases import SYSTEM, CaseRef
from domain.credit_notes import CreditNote
from domain.payouts import Payout, PayoutState
from domain.policies import CreditNoteRules
from domain.reimbursements import Credit, PaidBefore, ReimbursementPlan
from domain.returns.case import PlanBasis
from records.database import SqlRecords
from records.tables import credit_notes
from tests.records import contenders
from tests.records.builders import MERCHANT, a_case, a_payout, a_policy, an_order, entry, progress

PLAN = ReimbursementPlan(
    currency="GBP",
    lines=(),
    total_minor=1000,
    credits=(Credit(position="line:A", quantity=1, worth_minor=1000, net_minor=1000),),
)


def settle(records: SqlRecords, ref: CaseRef, payout: Payout, state: PayoutState = PayoutState.SETTLED) -> None:
    """The payout has come to that."""
    told = {"state": state, "provider_reference": f"re_{ref.rma}_{payout.number}"}
    with records.transaction() as tx:
        tx.record_payout(ref, payout.model_copy(update=told), SYSTEM)


def plan(records: SqlRecords, *amounts: int, order_id: str = "1001") -> tuple[CaseRef, list[Payout]]:
    """A return with a plan of 10.00 and payouts of these amounts."""
    ref = a_case(records, order_id)
    payouts = [a_payout(ref, amount, number=number) for number, amount in enumerate(amounts, start=1)]
    with records.transaction() as tx:
        case = tx.return_case(ref)
        facts = {"plan": PLAN, "plan_basis": PlanBasis(order_version=1, before=PaidBefore())}
        tx.save_case(case.with_facts(**facts), progress("refunding"), [entry()])
        assert tx.plan_payouts(ref, payouts, SYSTEM)
    return ref, payouts


def notes(records: SqlRecords, *, order_id: str | None = None, rma: str | None = None) -> list[CreditNote]:
    """What is on record."""
    return records.reads.money.credit_notes(MERCHANT, order_id=order_id, rma=rma)


@pytest.fixture(autouse=True)
def _an_order(records: SqlRecords) -> None:
    records.put_order(MERCHANT, an_order(captured=100_000))


def test_two_payouts_of_a_return_have_one_note(records: SqlRecords) -> None:
    """The note waits for the second payout, and the shop's systems are told of it."""
    ref, (first, second) = plan(records, 400, 600)
    settle(records, ref, first)
    assert notes(records) == []
    settle(records, ref, second)
    (note,) = notes(records, rma=ref.rma)
    assert (note.number, note.total_minor, [p.number for p in note.payouts]) == ("CN-000001", 1000, [1, 2])
    assert (notes(records, order_id="1001"), notes(records, order_id="other")) == ([note], [])
    assert records.reads.money.credit_note(MERCHANT, "CN-000001") == note
    assert records.reads.contradictions() == []


def test_a_payout_that_fails_leaves_a_note_about_the_other(records: SqlRecords) -> None:
    """4.00 of 10.00 arrived: the note says 4.00; the rest gets its own when it is paid."""
    ref, (first, second) = plan(records, 400, 600)
    settle(records, ref, first)
    settle(records, ref, second, PayoutState.FAILED)
    with records.transaction() as tx:
        tx.plan_payouts(ref, [a_payout(ref, 600, number=3)], SYSTEM)
    settle(records, ref, a_payout(ref, 600, number=3))
    assert [(note.number, note.total_minor) for note in notes(records)] == [("CN-000001", 400), ("CN-000002", 600)]


def test_a_refund_that_came_back_is_corrected(records: SqlRecords) -> None:
    """A settled refund is reversed by the bank: a further note takes it back, and the first stays as it was."""
    ref, (payout,) = plan(records, 1000)
    settle(records, ref, payout)
    (first,) = notes(records)
    settle(records, ref, payout, PayoutState.REVERSED)
    kept, second = notes(records)
    assert kept == first
    assert (second.total_minor, second.corrects) == (-1000, "CN-000001")


def test_a_case_without_a_plan_has_no_note(records: SqlRecords) -> None:
    """Money that reimburses nothing is no credit on a sale."""
    ref = a_case(records)
    with records.transaction() as tx:
        tx.plan_payouts(ref, [a_payout(ref, 100)], SYSTEM)
    settle(records, ref, a_payout(ref, 100))
    assert notes(records) == []


def test_what_is_rolled_back_leaves_no_gap(records: SqlRecords) -> None:
    """A step that dies after it wrote a note gives its number back."""
    ref, (payout,) = plan(records, 1000)
    settled = payout.model_copy(update={"state": PayoutState.SETTLED, "provider_reference": "re_1"})
    with suppress(KeyboardInterrupt), records.transaction() as tx:
        tx.record_payout(ref, settled, SYSTEM)
        raise KeyboardInterrupt
    assert notes(records) == []
    settle(records, ref, payout)
    assert [note.number for note in notes(records)] == ["CN-000001"]


def test_numbers_run_on_under_another_prefix(records: SqlRecords) -> None:
    """A shop that changes how its notes look goes on counting."""
    ref, (payout,) = plan(records, 1000)
    settle(records, ref, payout)
    policy = a_policy().model_copy(update={"credit_notes": CreditNoteRules(prefix="GS-", digits=3, issuer=("Us Ltd",))})
    records.put_policy(MERCHANT, policy)
    ref, (payout,) = plan(records, 1000)
    settle(records, ref, payout)
    assert [(note.number, note.issuer) for note in notes(records)] == [("CN-000001", ()), ("GS-002", ("Us Ltd",))]


def test_a_note_cannot_be_changed(records: SqlRecords) -> None:
    """Not even by hand."""
    ref, (payout,) = plan(records, 1000)
    settle(records, ref, payout)
    for statement in (update(credit_notes).values(order_id="x"), delete(credit_notes)):
        with pytest.raises(DatabaseError, match="append-only"), records.writing() as connection:
            connection.execute(statement)


def test_two_processes_leave_no_gap_and_no_double(records: SqlRecords, database_url: str) -> None:
    """Forty-eight refunds settle at once, every fourth step dies after its note: the numbers are 1, 2, 3, ..."""
    written = sum(contenders.contend(database_url, contenders.settle_with_notes))
    assert written == 36
    assert [note.sequence for note in notes(records, order_id="1001")][:50] == list(range(1, written + 1))
    assert records.reads.contradictions() == []
