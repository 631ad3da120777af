"""The lists of a shop on the command line: made, shown, ended, with who did it and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import DEFAULT
from records.database import open_records
from tests.builders import an_order
from tests.cli.commands import fresh_machine, run

__all__ = ["fresh_machine"]
ACME = ("--merchant", "acme")
WHY = ("--reason", "spoke with them", "--by", "sue")


@pytest.fixture(autouse=True)
def shop(fresh_machine: Path) -> Path:
    """One shop with one order of one customer."""
    assert run("migrate").code == 0
    assert run("merchants", "add", "acme", "--policy", DEFAULT).code == 0
    records = open_records(f"sqlite:///{fresh_machine}/aftercart.db")
    records.put_order("acme", an_order(placed_at="2026-11-01T10:00:00Z"))
    records.close()
    return fresh_machine


def test_an_entry_from_beginning_to_end() -> None:
    """Added, seen at the customer and on the list, ended, and still on record."""
    added = run("abuse", "add", "clear", "c-1", *ACME, *WHY, "--signal", "velocity", "--until", "2199-01-31")
    listing_id = added.out.strip()
    assert (added.code, listing_id[:4]) == (0, "lst_")

    seen = run("abuse", "signals", "c-1", *ACME)
    assert "1 orders, 24.00 GBP and 2 units bought" in seen.out
    assert "clear velocity until 2199-01-31" in seen.out
    assert "by sue: spoke with them" in seen.out
    assert listing_id in run("abuse", "list", *ACME, "--kind", "clear").out
    assert "empty" in run("abuse", "list", *ACME, "--kind", "block").out

    assert run("abuse", "end", listing_id, *ACME, "--by", "otto").code == 0
    assert "clear velocity" not in run("abuse", "signals", "c-1", *ACME).out
    assert listing_id in run("abuse", "list", *ACME).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "clear", "c-1", *ACME, *WHY), "signal: the one that is cleared"),
        (("add", "block", "c-1", *ACME, *WHY, "--signal", "velocity"), "block and allow name none"),
        (("add", "block", "c-1", *ACME, *WHY, "--until", "2020-01-01"), "later than now"),
        (("add", "block", "c-1", "--merchant", "nobody", *WHY), "No shop 'nobody' is known"),
        (("signals", "c-1", "--merchant", "nobody"), "No shop 'nobody' is known"),
        (("end", "lst_9", *ACME, "--by", "sue"), "has no entry lst_9"),
    ],
)
def test_what_cannot_be(arguments: tuple[str, ...], words: str) -> None:
    """Each mistake is a sentence that says what is wrong, and nothing is written."""
    ran = run("abuse", *arguments)

    assert ran.code != 0
    assert words in " ".join(ran.text.split())
    assert "empty" in run("abuse", "list", *ACME).out


def test_nobody(shop: Path) -> None:
    """A customer that nothing is known of is said to be one."""
    assert "Nothing is on record about never-seen." in run("abuse", "signals", "never-seen", *ACME).out
