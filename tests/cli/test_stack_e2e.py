"""The real stack: the Temporal server and our four programs start, heal and stop."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

from cli.parts import Part
from cli.stack import Stack
from cli.temporal_server import SEARCH_ATTRIBUTES, temporal_binary
from config.settings import Settings
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
