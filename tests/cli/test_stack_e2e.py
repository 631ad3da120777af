"""The real stack: the Temporal server and our four programs start, heal and stop."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator

import httpx2
import pytest

from cli.first_start import DEMO_MERCHANT, prepare
from cli.parts import Part
from cli.stack import Stack
from cli.temporal_server import SEARCH_ATTRIBUTES, temporal_binary
from config.settings import Settings
from domain.cases import EventOutcome
from records.database import open_records
from tests.cli.conftest import settings_on_free_ports
from tests.cli.test_processes import is_alive

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system on free ports and a fresh data folder."""
    with Stack(settings_on_free_ports(tmp_path_factory.mktemp("data"))) as stack:
        yield stack


def operator(settings: Settings, *question: str) -> str:
    """What Temporal's own command line answers."""
    command = [temporal_binary(settings), "operator", *question, "--address", settings.temporal.address, "-o", "json"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_everybody_is_up(running: Stack) -> None:
    """API, Temporal UI and sandbox answer at the addresses that a person is told."""
    settings = running.settings

    for address in (
        f"{settings.api.address}/docs",
        settings.temporal.ui_address,
        f"{settings.sandbox.address}/healthz",
    ):
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200
    assert running.dead() == []


def test_temporal_keeps_cases_long_enough(running: Stack) -> None:
    """A closed return can be looked at for 90 days, and its id stays taken as long."""
    namespace = json.loads(operator(running.settings, "namespace", "describe", "--namespace", "default"))

    assert namespace["config"]["workflowExecutionRetentionTtl"] == f"{90 * 24 * 3600}s"


def test_search_attributes(running: Stack) -> None:
    """Engineers find cases in Temporal by RMA, order, merchant, state and what they wait for."""
    known = operator(running.settings, "search-attribute", "list")

    assert [attribute for attribute in SEARCH_ATTRIBUTES if attribute not in known] == []


def test_every_part_heals(running: Stack) -> None:
    """Any part can be killed without warning and is healthy again after a restart."""
    for part in Part:
        running.kill(part)
        running.restart(part)

    assert running.dead() == []


def test_nothing_stays(running: Stack) -> None:
    """After the stop no process is left, and the same data starts again."""
    pids = [running.pid(part) for part in Part]

    running.stop()
    assert not any(is_alive(pid) for pid in pids)

    running.start()
    assert running.dead() == []


def test_the_sandbox_s_events_arrive(running: Stack) -> None:
    """What the sandbox plays of Stripe tells our API: a dispute of a payment that we do not know is parked."""
    settings = running.settings
    prepare(settings)
    with httpx2.Client(base_url=f"{settings.sandbox.address}/_control", trust_env=False) as sandbox:
        payment = sandbox.post("/stripe/payments", json={"amount": 5000, "currency": "gbp"}).json()
        sandbox.post("/stripe/disputes", json={"payment_intent": payment["id"]}).raise_for_status()
    records = open_records(settings.database_url.get_secret_value())
    try:
        give_up = time.monotonic() + 20
        while not (parked := records.reads.money.payment_events(DEMO_MERCHANT, outcome=EventOutcome.PARKED)):
            assert time.monotonic() < give_up, "no event arrived"
            time.sleep(0.1)
    finally:
        records.close()
    assert {each.code for each in parked} == {"unknown_payment"}
