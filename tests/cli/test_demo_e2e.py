"""The whole system after three returns: the doctor finds it well, and nothing personal has left the order book."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator

import pytest
from rich.console import Console

from cli.first_start import prepare
from cli.parts import Part
from cli.players import Players
from cli.replay.leaks import search, watched_files
from cli.stack import Stack
from cli.walkthrough import WalkThrough
from config.environment import as_environment
from tests.cli.commands import run
from tests.cli.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e

# The customer of the walk-through.
PERSONAL = {"Sam Example", "sam@example.com", "1 High Street"}
WITHIN_SECONDS = 20.0


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system, on which the walk-through was played."""
    settings = settings_on_free_ports(tmp_path_factory.mktemp("data"))
    with Stack(settings) as stack:
        with Players(settings, prepare(settings)) as players:
            WalkThrough(players, settings, Console(file=io.StringIO())).play()
        yield stack


@pytest.fixture(autouse=True)
def this_installation(played: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the system of the test."""
    for name, value in as_environment(played.settings).items():
        monkeypatch.setenv(name, value)


def test_doctor(played: Stack) -> None:
    """A system that works is green throughout, and every part of it was looked at."""
    give_up = time.monotonic() + WITHIN_SECONDS
    while (looked := run("doctor", "--json")).code and time.monotonic() < give_up:
        time.sleep(0.5)

    found = json.loads(looked.out)
    assert (looked.code, found["level"]) == (0, "green"), looked.out
    assert {each["area"] for each in found["findings"]} == {"database", "dispatch", "work", "temporal"}
    assert "green" in run("doctor").out


def test_nothing_personal(played: Stack) -> None:
    """Neither a log nor Temporal's database holds the customer's name, e-mail or street; the order book does."""
    data_dir = played.settings.data_dir
    watched = watched_files(data_dir)

    assert {f"{part}.log" for part in Part} | {"temporal.db"} <= {path.name for path in watched}
    assert search(PERSONAL, watched).found_in == ()
    for value in PERSONAL:
        assert search({value}, sorted(data_dir.glob("aftercart.db*"))).found_in, value
