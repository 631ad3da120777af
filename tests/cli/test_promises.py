"""`aftercart promises` and the promises on the page of a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.cases import Role
from tests.api.house import House
from tests.builders import MERCHANT, received
from tests.cli.commands import run
from tests.records.databases import new_sqlite


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An installation on whose database commands work."""
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path))
    with new_sqlite(tmp_path, tmp_path_factory.getbasetemp() / "promises.db") as address:
        monkeypatch.setenv("AFTERCART_DATABASE_URL", address)
        made = House(address, tmp_path)
        yield made
        made.close()


def test_what_was_told_and_kept(house: House) -> None:
    """The page of the case lists each date with what became of it; the totals say how many were kept in time."""
    assert "Nobody was told a date." in run("promises", "totals", "--merchant", MERCHANT).out
    rma = house.has_return()
    house.to(Role.WAREHOUSE, name="dock-9").post(f"/v1/returns/{rma}/item_received", json=received(("1", 1)))

    page = run("cases", "show", rma).out
    assert "Told to the customer" in page
    (inspection,) = [line for line in page.splitlines() if line.split()[:1] == ["inspection"]]
    assert {"dock-9", "open"} <= set(inspection.split())

    totals = {
        line.split()[0]: line.split()[1:]
        for line in run("promises", "totals", "--merchant", MERCHANT).out.splitlines()
        if line.strip()
    }
    assert totals["parcel_by"][:4] == ["1", "0", "100", "%"]
    assert totals["inspection_by"][:3] == ["0", "0", "1"]
    assert "Nobody" in run("promises", "totals", "--merchant", MERCHANT, "--start", "2030-01-01").out
