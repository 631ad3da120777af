"""A replay with the real stack: returns are played to the end, the money agrees to the penny, and nothing personal leaks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.demo_shop import DEMO_MERCHANT
from cli.first_start import prepare
from cli.orders import load_orders
from cli.replay.job import ReplayJob
from cli.returns import CONCURRENCY, MAPPINGS
from cli.stack import Stack
from tests.cli.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e

ORDERS = """order_id,line_no,order_ts,customer_id,country,sku,description,kind,qty,unit_price_pence,currency
900001,1,2024-03-02T10:00:00,501,United Kingdom,LAMP,Lamp,product,3,1000,GBP
900001,2,2024-03-02T10:00:00,501,United Kingdom,MUG,Mug,product,1,800,GBP
900001,3,2024-03-02T10:00:00,501,United Kingdom,POST,Postage,shipping,1,500,GBP
900002,1,2024-03-02T11:00:00,502,France,SOFA,Sofa,product,1,9000,GBP
900003,1,2024-03-02T12:00:00,503,Germany,CUP,Cup,product,2,700,GBP
A/4,1,2024-03-02T13:00:00,504,United Kingdom,VASE,Vase,product,1,30000,GBP
W#5,1,2024-03-02T14:00:00,505,United Kingdom,BOWL,Bowl,product,2,600,GBP
W#5,2,2024-03-02T14:00:00,505,United Kingdom,POST,Postage,shipping,1,400,GBP
"""
# C1 two lamps; C2 the sofa, credited too high; C3 too late; C4 a vase the supervisor refuses; C5 a whole order with its
# postage; C6 three more lamps where one is left; C7 of nobody knows what; C8 of an order that is not in the book.
CREDITS = """credit_note_id,return_ts,original_order_id,original_line_no,returned_qty,refund_pence
C1,2024-03-10T10:00:00,900001,1,2,2000
C2,2024-03-10T11:00:00,900002,1,1,9100
C3,2024-06-10T11:00:00,900003,1,1,700
C4,2024-03-11T11:00:00,A/4,1,1,30000
C5,2024-03-11T12:00:00,W#5,1,2,1600
C6,2024-03-12T10:00:00,900001,1,3,3000
C7,2024-03-12T11:00:00,,,1,250
C8,2024-03-12T12:00:00,999999,1,1,300
"""
REFUNDED = 2000 + 9000 + 1600
EXPECTED = {
    "credit_notes": 8,
    "requested": 6,
    "authorized": 4,
    "refused": 2,
    "refused_by_rule": {"units_in_other_case": 1, "window_passed": 1},
    "unlinked": 2,
    "failed": 0,
    "stuck": 0,
    "waiting": {},
    "refunded_minor": REFUNDED,
    "ledger_minor": REFUNDED,
    "provider_minor": REFUNDED,
    "credited_minor": 2000 + 9100 + 700 + 30000 + 1600 + 3000,
    "credited_unlinked_minor": 550,
    "differences_minor": {
        "approval refused": -30000,
        "original shipping": 400,
        "price differs, shop paid more": -500,
        "refused: units_in_other_case": -3000,
        "refused: window_passed": -700,
    },
    "faults": [],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Orders and credit notes of a small shop."""
    folder = tmp_path_factory.mktemp("shop")
    orders, credits = folder / "orders.csv", folder / "credits.csv"
    orders.write_text(ORDERS)
    credits.write_text(CREDITS)
    return orders, credits


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, files: tuple[Path, Path]) -> Iterator[Stack]:
    """A whole system with the shop's orders."""
    settings = settings_on_free_ports(tmp_path_factory.mktemp("data"))
    console = Console(quiet=True)
    load_orders(settings, files[0], MAPPINGS / "online_retail.yaml", merchant=DEMO_MERCHANT, console=console)
    with Stack(settings) as stack:
        prepare(settings)
        yield stack


def shown(summary: dict[str, Any]) -> dict[str, Any]:
    """The figures that do not depend on the day."""
    return {name: value for name, value in summary.items() if name in EXPECTED}


def replayed(stack: Stack, credits: Path) -> dict[str, Any]:
    """The figures of a replay against the running system."""
    job = ReplayJob(
        file=credits,
        mapping=MAPPINGS / "online_retail_credits.yaml",
        limit=None,
        concurrency=CONCURRENCY,
        refuse_above=20000,
        console=Console(quiet=True),
    )
    return shown(job.run(stack.settings).summary)


def test_figures(running: Stack, files: tuple[Path, Path]) -> None:
    """Every request gets the verdict that its own date deserves, and API, ledger and provider name the same sum."""
    assert replayed(running, files[1]) == EXPECTED


def test_again(running: Stack, files: tuple[Path, Path]) -> None:
    """The same credit notes again open no return twice and pay nothing twice."""
    assert replayed(running, files[1]) == EXPECTED


def test_by_itself(files: tuple[Path, Path], tmp_path: Path) -> None:
    """One command brings everything up, replays, looks for personal data, and ends with one line for programs."""
    orders, credits = files
    command = [sys.executable, "-m", "cli.main", "returns", "replay", str(credits), "--orders", str(orders)]
    command += ["--refuse-above", "20000"]
    environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), "AFTERCART_DATABASE_URL": "sqlite:////nowhere.db"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100)

    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert shown(found) == EXPECTED
    assert (found["personal_data_found"], found["personal_values"] >= 12) == (0, True)
    assert list(tmp_path.iterdir()) == []
