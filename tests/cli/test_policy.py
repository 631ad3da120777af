"""`aftercart policy` on the command line: check, diff, explain, simulate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.policies import DEFAULT
from domain.cases import Role
from tests.api.house import House
from tests.builders import DELIVERED, MERCHANT, an_order
from tests.cli.commands import fresh_machine, run
from tests.records.databases import new_sqlite

__all__ = ["fresh_machine"]

REQUEST = """\
asked_at: 2026-03-30T10:00:00Z
lines:
  - {line_id: "1", quantity: 1, reason: changed_mind}
order:
  order_id: A-1
  currency: GBP
  placed_at: 2026-03-01T10:00:00Z
  lines:
    - {line_id: "1", sku: RADIO-1, category: electronics, quantity: 1, unit_price_minor: 4900}
  parcels:
    - {parcel_id: a, delivered_at: 2026-03-03T10:00:00Z}
"""


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    """The default policy with fourteen days for everything."""
    file = tmp_path / "shorter.yaml"
    file.write_text(DEFAULT.read_text().replace("{days: 30}", "{days: 14}").replace("name: default", "name: shorter"))
    return file


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An installation on whose database commands work."""
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path))
    with new_sqlite(tmp_path, tmp_path_factory.getbasetemp() / "policies.db") as address:
        monkeypatch.setenv("AFTERCART_DATABASE_URL", address)
        made = House(address, tmp_path)
        yield made
        made.close()


def asked_back(house: House, number: int, *, days: int) -> str:
    """The RMA of a return that was asked for so many days after delivery."""
    order = house.has_order(an_order(f"A-{number}"))
    body = {
        "order_id": order.order_id,
        "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}],
        "requested_at": (DELIVERED + timedelta(days=days)).isoformat(),
    }
    house.clock.set(DELIVERED + timedelta(days=100))
    answer = house.to(Role.ADMIN).post("/v1/returns", json=body, headers={"Idempotency-Key": str(number)})
    return str(answer.json().get("rma") or answer.json()["case"]["rma"])


def test_check_of_a_sound_file() -> None:
    """Exit code 0, and a line that says so."""
    done = run("policy", "check", DEFAULT, "--quiet")
    assert (done.code, done.out) == (0, f"{DEFAULT}: nothing is wrong\n")


def test_check_of_a_file_with_mistakes(tmp_path: Path) -> None:
    """Exit code 1, each mistake in one line with its place, and the count."""
    file = tmp_path / "acme.yaml"
    file.write_text(DEFAULT.read_text().replace("days: 14", "dayz: 14").replace("fault: carrier}", "fault: carier}", 1))
    done = run("policy", "check", file)
    assert done.code == 1
    lines = done.out.splitlines()
    assert (
        f"{file}:13: error: reasons[6].fault: 'carier' is none of merchant, carrier, customer, none. Did you mean carrier?"
        in lines
    )
    assert any("windows[0].then.dayz: there is no field dayz here. Did you mean days?" in line for line in lines)
    assert lines[-1] == f"{file}: 3 errors"


def test_check_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A sentence, no traceback."""
    done = run("policy", "check", tmp_path / "none.yaml")
    assert done.code == 1
    assert "No such file" in done.err


def test_diff_of_a_file_and_the_policy_in_force(house: House, shorter: Path) -> None:
    """Rules by name, with what was and what would be."""
    done = run("policy", "diff", "current", shorter, "--merchant", MERCHANT)
    assert done.out.splitlines() == [
        "changed name",
        "  - default",
        "  + shorter",
        "changed windows.standard",
        "  - rule: standard, title: Everything else, then: {days: 30}",
        "  + rule: standard, title: Everything else, then: {days: 14}",
        "2 differences",
    ]
    assert run("policy", "diff", "1", "1", "--merchant", MERCHANT).out == "No difference\n"


def test_diff_of_what_does_not_exist(house: House) -> None:
    """It says what could be named."""
    assert "name a policy file, the number of a version, or current" in run("policy", "diff", "old", "new").err
    assert "no policy version 9" in run("policy", "diff", "9", "1").err


def test_explain_of_a_stored_return(house: House) -> None:
    """The rule that refused, what it rests on, and what would change it."""
    rma = asked_back(house, 1, days=40)
    said = run("policy", "explain", rma.lower(), "--inputs").out
    for words in (
        "The request is refused.",
        "windows.standard: The 30-day return window of line 1 ended at 2026-04-03 23:00 UTC.",
        "Decided by policy default (version 1), asked at 2026-04-13 15:00 UTC.",
        "days_since_delivery: 40",
        'not electronics: category == "electronics" (category is empty)',
        "otherwise: Asked for before 2026-04-03 23:00 UTC it would have been in time.",
    ):
        assert words in said


def test_explain_of_a_request_that_nobody_made(tmp_path: Path) -> None:
    """A manager tries a rule out on a made-up order, without a database."""
    request = tmp_path / "request.yaml"
    request.write_text(REQUEST)
    said = run("policy", "explain", "--file", request, "--policy", DEFAULT).out
    assert "windows.electronics: The 14-day return window of line 1 ended at 2026-03-18 00:00 UTC." in said
    assert 'windows: electronics since category == "electronics" gives days 14' in said


def test_explain_needs_one_thing_to_explain(tmp_path: Path, house: House) -> None:
    """Neither, both, an unknown number and an unreadable file are told in a sentence."""
    request = tmp_path / "request.yaml"
    request.write_text("lines: 3")
    assert "Name the RMA number" in run("policy", "explain").err
    assert "Name the RMA number" in run("policy", "explain", "7K3F-Q9X4", "--file", request).err
    assert "order" in run("policy", "explain", "--file", request).err
    assert run("policy", "explain", "nonsense").code == 1


def test_simulate_names_customers_and_amounts(house: House, shorter: Path) -> None:
    """Of three requests one more would be refused; the same output each time; progress goes elsewhere."""
    for number, days in enumerate((5, 20, 40), start=1):
        asked_back(house, number, days=days)
    command = ("policy", "simulate", str(shorter), "--since", "2026-01-01", "--merchant", MERCHANT)
    first, second = run(*command), run(*command)
    assert first.out == second.out
    assert "Policy shorter on 3 requests, 0 of them impossible" in first.out
    assert "Deciding again: 3 of 3" in first.err
    third = run(*command, "--json").out
    assert third == run(*command, "--json").out
    found = json.loads(third)
    assert [(each["customer_id"], each["lost_minor"]) for each in found["refused_customers"]] == [("c-1", 1200)]
    assert found["money"] == [{"currency": "GBP", "before_minor": 2400, "after_minor": 1200}]


def test_simulate_looks_no_further_back_than_asked(house: House, shorter: Path) -> None:
    """Requests before that day are left out."""
    asked_back(house, 1, days=20)
    done = run("policy", "simulate", shorter, "--since", "2026-04-01", "--merchant", MERCHANT)
    assert "Policy shorter on 0 requests" in done.out


def test_new_from_a_pack(tmp_path: Path) -> None:
    """A file from a pack is sound at once; an existing file and an unknown pack are refused in words."""
    file = tmp_path / "acme.yaml"
    assert run("policy", "new", file, "--pack", "apparel").code == 0
    assert run("policy", "check", file, "--quiet").out == f"{file}: nothing is wrong\n"
    assert "exists already" in run("policy", "new", file).text
    assert (
        "there are default, apparel, electronics, marketplace" in run("policy", "new", "x.yaml", "--pack", "toys").text
    )


def test_stage_and_activate(house: House, shorter: Path) -> None:
    """Staged nothing changes, activated it holds; a shop that is unknown is not made by a typing mistake."""
    staged = run("policy", "stage", shorter, "--note", "less time", "--by", "sue")
    assert (staged.code, "Version 2 of demo is staged." in staged.out) == (0, True)
    assert house.records.reads.policy(MERCHANT).version == 1
    assert "nothing was staged" in run("policy", "stage", shorter).out
    assert run("policy", "activate", "2", "--by", "otto").code == 0
    assert house.records.reads.policy(MERCHANT).version == 2
    assert "stage its document again" in run("policy", "activate", "2").text
    listed = run("policy", "list").out
    assert "in force" in listed
    assert "less time" in listed
    assert run("policy", "stage", shorter, "--merchant", "amce").code == 1
    assert "has no policy version 9" in run("policy", "activate", "9").text


def test_words(shorter: Path) -> None:
    """The rules in the words of customers."""
    said = run("policy", "words", shorter).out
    assert "- Electronics: within 14 days of delivery; the last day counts." in said
