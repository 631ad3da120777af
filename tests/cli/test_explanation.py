"""Explaining one case and computing all of them again, from the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.main import app
from tests.api.house import OTHER_MERCHANT, House
from tests.api.test_explanations import TAX_ON_TOP, send_back
from tests.builders import MERCHANT, a_policy
from tests.domain.explanations.stories import FEES
from tests.records.databases import new_sqlite


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An installation whose database the command line works on."""
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    with new_sqlite(tmp_path, tmp_path_factory.getbasetemp() / "explained.db") as address:
        monkeypatch.setenv("AFTERCART_DATABASE_URL", address)
        made = House(address, tmp_path)
        made.records.put_policy(MERCHANT, a_policy(fees=FEES.fees))
        yield made
        made.close()


def run(*arguments: str, exit_code: int = 0) -> str:
    """What the command prints."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, result.output
    return result.stdout


def returned(house: House, *, key: str = "1") -> str:
    """A return with discounts, taxes and fees."""
    house.has_order(TAX_ON_TOP)
    return send_back(house, TAX_ON_TOP, [("1", 1)], key=key)


def test_explain(house: House) -> None:
    """A person reads why it was allowed, each amount with its rule and rounding, and that it comes out the same again."""
    returned(house)
    said = run("cases", "explain", returned(house, key="2").lower().replace("-", ""))

    for words in (
        "eligibility: authorized",
        "nearest miss",
        "authority: the_rules_decide",
        "rule fees.standard.restocking_percent: 15",
        "rounded (largest_remainder) share of 10.00 GBP TEN",
        "Other cases took",
        "Payouts of",
        "The payments now",
        "All of it is equal.",
    ):
        assert words in said, words


def test_explain_as_json(house: House) -> None:
    """Another program reads the same as over HTTP."""
    rma = returned(house)

    assert json.loads(run("cases", "explain", rma, "--json"))["recomputation"]["equal"] is True


def test_explain_what_nobody_has(house: House) -> None:
    """An unknown or misread number is a sentence and an exit code."""
    run("cases", "explain", "2222-2222", exit_code=1)
    run("cases", "explain", "2222-2223", exit_code=1)
    run("cases", "explain", returned(house), "--merchant", OTHER_MERCHANT, exit_code=1)


def test_verify(house: House) -> None:
    """All that was computed comes out again, and the report counts it."""
    for key in ("1", "2"):
        returned(house, key=key)
    said = run("ledger", "verify")

    assert "Computing again: 2 of 2" in said
    assert "All of it comes out as stored." in said
    report = json.loads(run("ledger", "verify", "--json"))
    assert (report["cases"], report["computed"]) == (2, {"eligibility": 2, "reimbursement": 2, "payouts": 2})


def test_verify_an_empty_database(house: House) -> None:
    """Nothing on record is nothing wrong."""
    assert "All of it comes out as stored." in run("ledger", "verify")


def test_verify_finds_a_hand_in_the_database(house: House) -> None:
    """A sum that was changed in the database is named with case, stored and computed value; the exit code says so."""
    rma = returned(house)
    with house.records.writing() as connection:
        document = connection.scalar(text("SELECT document FROM cases"))
        stored = json.loads(document)
        stored["plan"]["total_minor"] += 1
        connection.execute(text("UPDATE cases SET document = :document"), {"document": json.dumps(stored)})

    said = run("ledger", "verify", exit_code=1)

    total = stored["plan"]["total_minor"]
    assert f"demo {rma} reimbursement.total_minor: stored {total}, computed {total - 1}" in said


def test_verify_finds_a_lost_order(house: House) -> None:
    """An order version that somebody removed is named, and the other cases are still computed."""
    rma = returned(house)
    changed = TAX_ON_TOP.model_copy(update={"customer": TAX_ON_TOP.customer.model_copy(update={"name": "New Name"})})
    house.has_order(changed)
    returned(house, key="2")
    assert "All of it comes out as stored." in run("ledger", "verify")
    with house.records.writing() as connection:
        connection.execute(text("DELETE FROM order_versions"))

    report = json.loads(run("ledger", "verify", "--json", exit_code=1))

    assert report["differences"] == [f"demo {rma}: version 1 of order tax-on-top is not on record"]
    assert report["computed"]["reimbursement"] == 1
