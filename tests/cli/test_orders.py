"""Orders are imported from files: the good ones go in, the others are named, and nothing is done twice."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from cli import importing
from cli.main import app
from config.environment import variables
from records.database import SqlRecords, open_records
from records.models import StoredOrder
from tests.adapters.shop_files import LAMP, MUG, POST, a_file, a_mapping

RETAIL = Path(__file__).parents[3] / "shared" / "data" / "retail_orders.csv.gz"
SAMPLE = Path(__file__).parents[2] / "config" / "mappings" / "online_retail.yaml"
WITHIN_SECONDS = 60.0


@pytest.fixture(autouse=True)
def fresh_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody has set anything, with a data folder for the test."""
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """The shop's mapping."""
    path = tmp_path / "shop.yaml"
    path.write_text(yaml.safe_dump(a_mapping()))
    return path


def run(file: Path, mapping: Path) -> tuple[int, str]:
    """Exit code and what was printed."""
    result = CliRunner().invoke(app, ["orders", "import", str(file), "--mapping", str(mapping)])
    return result.exit_code, result.output


def records(tmp_path: Path) -> SqlRecords:
    """What is on record now."""
    return open_records(f"sqlite:///{tmp_path}/data/aftercart.db")


def stored(tmp_path: Path, order_id: str) -> StoredOrder:
    """The order on record."""
    return records(tmp_path).reads.order("demo", order_id)


def count(output: str, what: str) -> int:
    """A figure of the summary."""
    found = [line.split() for line in output.splitlines() if line.strip().startswith(what)]
    return int(found[0][-1]) if found else 0


def many(folder: Path, orders: int) -> Path:
    """A file of so many orders."""
    rows = [f"{number},1,2026-03-02T10:00:00,{number},goods,LAMP,1,100,GBP" for number in range(1, orders + 1)]
    return a_file(folder, *rows, name="many.csv.gz")


def test_import(tmp_path: Path, mapping: Path) -> None:
    """The orders of a file are on record, paid, and in the ledger."""
    code, output = run(a_file(tmp_path, LAMP, POST, MUG), mapping)

    assert (code, count(output, "orders"), count(output, "created")) == (0, 2, 2)
    assert stored(tmp_path, "1001").order.payments[0].captured_minor == 2895
    assert [entry.kind for entry in records(tmp_path).reads.order_ledger("demo", "1001")] == ["capture"]


def test_twice(tmp_path: Path, mapping: Path) -> None:
    """The same file again changes nothing."""
    file = a_file(tmp_path, LAMP, POST, MUG)
    run(file, mapping)
    before = stored(tmp_path, "1001")
    code, output = run(file, mapping)

    assert (code, count(output, "created"), count(output, "unchanged")) == (0, 0, 2)
    assert stored(tmp_path, "1001") == before


def test_changed_file(tmp_path: Path, mapping: Path) -> None:
    """A newer file changes the orders that changed."""
    run(a_file(tmp_path, LAMP, POST, MUG), mapping)
    _, output = run(a_file(tmp_path, LAMP, MUG), mapping)

    assert (count(output, "updated"), count(output, "unchanged")) == (1, 1)
    assert stored(tmp_path, "1001").order.shipping == ()


def test_bad_rows(tmp_path: Path, mapping: Path) -> None:
    """A bad row is named on the screen and in the errors file, and the good orders go in."""
    code, output = run(a_file(tmp_path, LAMP.replace(",2,", ",two,"), POST, MUG), mapping)

    assert (code, count(output, "created"), count(output, "bad rows")) == (1, 1, 1)
    assert "2,1001,qty,'two' is not a whole number" in output
    errors = Path(output.strip().rpartition(": ")[2])
    with errors.open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "order", "column", "reason"],
            ["2", "1001", "qty", "'two' is not a whole number"],
        ]
    assert errors.stat().st_mode & 0o077 == 0
    assert stored(tmp_path, "1002").version == 1


def test_missing_column(tmp_path: Path, mapping: Path) -> None:
    """A file without a column that the mapping names is refused as a whole, with the columns that it has."""
    code, output = run(a_file(tmp_path, "1", header="order"), mapping)

    assert code == 1
    assert "has no column 'currency', 'customer'" in output
    assert "it has: order" in output


@pytest.mark.parametrize(("file", "mapping_name"), [("nowhere.csv", "shop.yaml"), ("orders.csv", "nowhere.yaml")])
def test_missing_file(tmp_path: Path, mapping: Path, file: str, mapping_name: str) -> None:
    """A file that is not there is a sentence, not a traceback."""
    a_file(tmp_path, LAMP)
    code, output = run(tmp_path / file, tmp_path / mapping_name)

    assert code == 1
    assert "nowhere" in output
    assert "Traceback" not in output


def test_killed(tmp_path: Path, mapping: Path) -> None:
    """An import that is killed without warning goes on where it was, and all orders are there once."""
    file, orders = many(tmp_path, 4000), 4000
    command = [sys.executable, "-m", "cli.main", "orders", "import", str(file), "--mapping", str(mapping)]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + WITHIN_SECONDS
    while not list(tmp_path.glob("data/imports/*.json")):
        assert process.poll() is None, "it came to its end before it could be killed"
        assert time.monotonic() < give_up
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()

    code, output = run(file, mapping)

    assert code == 0
    assert "it goes on there" in output
    assert (count(output, "orders"), count(output, "rows")) == (orders, orders)
    assert count(output, "created") + count(output, "unchanged") == orders
    assert stored(tmp_path, str(orders)).version == 1
    assert list((tmp_path / "data" / "imports").iterdir()) == []


def test_killed_and_database_gone(tmp_path: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the orders of the first half are gone, the import begins anew instead of leaving them out."""
    monkeypatch.setattr(importing, "BATCH", 10)
    file = many(tmp_path, 30)
    with monkeypatch.context() as patched:
        patched.setattr(SqlRecords, "put_orders", _stopped_after(1))
        code, _ = run(file, mapping)
    assert code != 0
    assert list(tmp_path.glob("data/imports/*.json"))
    for path in (tmp_path / "data").glob("aftercart.db*"):
        path.unlink()

    _, output = run(file, mapping)

    assert count(output, "created") == 30


@pytest.mark.skipif(not RETAIL.exists(), reason="needs ../shared/data/retail_orders.csv.gz, which is not here")
def test_real_year(tmp_path: Path) -> None:
    """A real shop's year goes in whole, to the penny, in bounded memory."""
    command = [sys.executable, "-m", "cli.main", "orders", "import", str(RETAIL), "--mapping", str(SAMPLE)]
    measured = f"""
import resource, subprocess, sys
code = subprocess.run({command!r}).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(code)
"""
    result = subprocess.run([sys.executable, "-c", measured], capture_output=True, text=True, timeout=110)

    assert result.returncode == 0, result.stdout + result.stderr
    assert (count(result.stdout, "orders"), count(result.stdout, "rows")) == (19_273, 410_085)
    assert count(result.stdout, "created") == 19_273
    assert count(result.stdout, "peak") < 500
    totals = records(tmp_path)
    assert sum(balance.captured_minor for balance in totals.reads.balances("demo", "536365")) == 13_912


def _stopped_after(batches: int) -> object:
    real, done = SqlRecords.put_orders, 0

    def put_orders(self: SqlRecords, *args: object, **named: object) -> object:
        nonlocal done
        done += 1
        if done > batches:
            raise KeyboardInterrupt
        return real(self, *args, **named)  # type: ignore[arg-type]

    return put_orders
