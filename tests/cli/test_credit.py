"""What customers can spend, and credit notes, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.cases import SYSTEM
from domain.payouts import PayoutMethod, PayoutState
from domain.reimbursements import PaidBefore, ReimbursementPlan
from domain.returns.case import PlanBasis
from records.database import open_records
from records.schema import migrate
from tests.cli.commands import fresh_machine, run
from tests.records.builders import MERCHANT, a_case, a_payout, a_policy, an_order, entry, progress

__all__ = ["fresh_machine"]


@pytest.fixture(autouse=True)
def a_shop(fresh_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One refund of 12.00 went out as store credit, with 1.20 of bonus."""
    address = f"sqlite:///{tmp_path}/records.db"
    monkeypatch.setenv("AFTERCART_DATABASE_URL", address)
    migrate(address)
    records = open_records(address)
    records.put_policy(MERCHANT, a_policy())
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    facts = {"method": PayoutMethod.STORE_CREDIT, "account": "store_credit:c-1", "bonus_minor": 120}
    payout = a_payout(ref, 1200).model_copy(update=facts)
    plan = ReimbursementPlan(currency="GBP", lines=(), total_minor=1200)
    with records.transaction() as tx:
        case = tx.return_case(ref).with_facts(plan=plan, plan_basis=PlanBasis(order_version=1, before=PaidBefore()))
        tx.save_case(case, progress("refunding"), [entry()])
        tx.plan_payouts(ref, [payout], SYSTEM)
        tx.record_payout(ref, payout.model_copy(update={"state": PayoutState.SETTLED}), SYSTEM)
    records.close()


def test_an_account_is_shown() -> None:
    """What can be spent, and how it came."""
    ran = run("credit", "account", "store_credit:c-1", "--merchant", MERCHANT)
    assert (ran.code, "13.20 GBP can be spent" in ran.out, "store_credit_bonus" in ran.out) == (0, True, True)
    assert "Nothing was ever put on it" in run("credit", "account", "gift_card:x", "--merchant", MERCHANT).out
    assert run("credit", "account", "points:x", "--merchant", MERCHANT).code != 0


def test_notes_are_listed_and_written_as_pdf(tmp_path: Path) -> None:
    """Net, tax and total in the list; the paper in a file."""
    assert "CN-000001" in run("credit", "notes", "--merchant", MERCHANT, "--order", "1001").out
    assert '"total_minor": 1200' in run("credit", "note", "CN-000001", "--merchant", MERCHANT).out
    page = tmp_path / "note.pdf"
    assert run("credit", "note", "CN-000001", "--merchant", MERCHANT, "--pdf", page).code == 0
    assert page.read_bytes().startswith(b"%PDF-")
    unknown = run("credit", "note", "CN-000009", "--merchant", MERCHANT)
    assert (unknown.code != 0, "aftercart credit notes" in unknown.text) == (True, True)
