"""Names, addresses and e-mails are found wherever they should not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.replay.leaks import personal_values, search, watched_files
from domain.addresses import Address
from domain.orders import Customer
from tests.records.builders import an_order

SAM = Customer(
    name="Sam Üzümcü",
    email="sam@shop.example",
    address=Address(name="Sam Üzümcü", street1="1 High Street", city="York"),
)
VALUES = personal_values([an_order().model_copy(update={"customer": SAM})])


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "label.booked", "to": "sam@shop.example"}',
        "SAM@SHOP.EXAMPLE",
        '"name": "Sam \\u00dcz\\u00fcmc\\u00fc"',
        "binary \x00\x01 1 High Street \x00",
        "Sam Üzümcü",
    ],
)
def test_found(tmp_path: Path, line: str) -> None:
    """In whatever way a name is written to a log or a database, it is found."""
    clean, dirty = tmp_path / "clean.log", tmp_path / "dirty.log"
    clean.write_text('{"event": "return.opened", "rma": "2222-2222"}')
    dirty.write_text(f"first line\n{line}\n")

    assert search(VALUES, [clean, dirty]).found_in == (dirty,)


def test_what_is_searched(tmp_path: Path) -> None:
    """Temporal's database, its journals and every log are searched; the order book, which holds customers, is not."""
    (tmp_path / "logs").mkdir()
    for name in ("temporal.db", "temporal.db-wal", "aftercart.db", "logs/api.log"):
        (tmp_path / name).touch()

    assert [str(path.relative_to(tmp_path)) for path in watched_files(tmp_path)] == [
        "logs/api.log",
        "temporal.db",
        "temporal.db-wal",
    ]


def test_nothing_known() -> None:
    """Without customers there is nothing to search for."""
    assert personal_values([an_order()]) == set()
