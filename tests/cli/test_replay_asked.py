"""A credit note becomes one request for each order whose goods it takes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cli.failures import CommandFailed
from cli.replay.run import read_asked
from tests.cli.credits import NOON, a_line, a_note, asked_for

MAPPING = Path(__file__).parents[2] / "config" / "mappings" / "online_retail_credits.yaml"
RETAIL = Path(__file__).parents[3] / "shared" / "data" / "retail_returns.csv.gz"
HEADER = "credit_note_id,return_ts,original_order_id,original_line_no,returned_qty,refund_pence"


def test_note_over_two_orders() -> None:
    """A note that takes back goods of two orders is two requests at the same date."""
    asked = asked_for(a_note(a_line("1001"), a_line("1002")))

    assert [(each.order_id, each.requested_at) for each in asked.returns] == [("1001", NOON), ("1002", NOON)]


def test_line_twice() -> None:
    """Two rows about the same order line ask for the units of both."""
    asked = asked_for(a_note(a_line(units=1, credited=100), a_line(units=2, credited=210), a_line(line_id="2")))

    assert asked.returns[0].units == {"1": 3, "2": 1}
    assert asked.returns[0].credited_minor == 1310


def test_unlinked() -> None:
    """What was credited without an order is counted, and the rest of the note is asked for."""
    asked = asked_for(a_note(a_line(""), a_line("", credited=500), a_line("1001")))

    assert asked.unlinked == {"C1": 1500}
    assert [each.order_id for each in asked.returns] == ["1001"]


def test_no_units() -> None:
    """A row that takes nothing back is no request."""
    asked = asked_for(a_note(a_line(units=0, credited=0)))

    assert (asked.returns, asked.without_units) == ([], 1)


def test_later_returns_of_an_order_come_later() -> None:
    """Two returns of one order are asked for in the order of their dates, since the second finds fewer units left."""
    late, early = a_note(a_line(), name="C1", at=NOON), a_note(a_line(), name="C2", at=NOON - timedelta(days=1))
    chains = asked_for(late, early, a_note(a_line("1002"), name="C3")).by_order()

    assert [[each.credit_note_id for each in chain] for chain in chains] == [["C2", "C1"], ["C3"]]


def test_keys_stay_the_same() -> None:
    """A replay that was broken off asks with the same keys again, so nothing is opened twice."""
    assert asked_for(a_note(a_line())).returns[0].key == "replay:C1:1001"
    assert asked_for(a_note(a_line("#7"), name="Gutschrift Nr. 5")).returns[0].key == "replay:Gutschrift%20Nr.%205:%237"


def test_file(tmp_path: Path) -> None:
    """Only the first credit notes are read when a limit is given; their dates are the shop's local time."""
    rows = (f"C{number},2026-07-01T09:00:00,1001,1,1,100" for number in range(3))
    file = tmp_path / "credits.csv"
    file.write_text("\n".join([HEADER, *rows]))
    asked = read_asked(file, MAPPING, limit=2)

    assert asked.notes == 2
    assert asked.returns[0].requested_at.isoformat() == "2026-07-01T08:00:00+00:00"


def test_bad_row(tmp_path: Path) -> None:
    """A row that cannot be read stops the replay before anything is asked for: its figures would be wrong."""
    file = tmp_path / "credits.csv"
    file.write_text(f"{HEADER}\nC1,2026-07-01T09:00:00,1001,1,one,100\n")

    with pytest.raises(CommandFailed, match=r"credits\.csv line 2, column returned_qty: 'one' is not a whole number"):
        read_asked(file, MAPPING, limit=None)


@pytest.mark.skipif(not RETAIL.exists(), reason="needs ../shared/data/retail_returns.csv.gz, which is not here")
def test_real_credit_notes() -> None:
    """Every credit note of a real shop's year is read: those over many orders, and those of nobody knows which."""
    asked = read_asked(RETAIL, MAPPING, limit=None)

    assert (asked.notes, len(asked.returns), len(asked.unlinked)) == (3836, 3835, 1022)
    assert sum(each.credit_note_id == "C570099" for each in asked.returns) == 14
