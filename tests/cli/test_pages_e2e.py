"""Pages that take a newcomer by the hand are true: their very commands are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.first_start import prepare
from cli.stack import Stack
from config.environment import as_environment
from config.settings import Settings
from tests.cli.conftest import settings_on_free_ports
from tests.layout.sources import ROOT

pytestmark = pytest.mark.e2e

STEP = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
PAGE = (ROOT / "docs" / "policy.md").read_text()
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Everything runs, on a data folder of its own."""
    settings = settings_on_free_ports(tmp_path_factory.mktemp("data"))
    with Stack(settings):
        prepare(settings)
        yield settings


def run(script: str, *, settings: Settings, cwd: Path) -> str:
    """What the shell prints; every command must work."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, **as_environment(settings), "PATH": path, "API": settings.api.address}
    environment["SANDBOX"] = settings.sandbox.address
    command = ["bash", "-e", "-c", script]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def test_a_new_shop(running: Settings, tmp_path: Path) -> None:
    """Every command of the page works as it stands, and prints what the page says."""
    steps = STEP.findall(PAGE)
    assert len(steps) == PAGE.count("```sh") >= 6
    # One shell for all steps, as one person has; each step's output ends with a mark of ours.
    script = "\n".join(f"{commands}\necho '=== end of step'" for commands, _ in steps)
    outputs = run(script, settings=running, cwd=tmp_path).split("=== end of step\n")
    for (commands, expected), printed in zip(steps, outputs, strict=False):
        for line in expected.splitlines():
            assert line.strip() in printed, (commands, printed)


def test_a_first_return_by_hand(running: Settings, tmp_path: Path) -> None:
    """The commands of the README, from the customer's payment to the ledger, bring the money of one mug back."""
    (script,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".data").symlink_to(running.data_dir)
    printed = run(script, settings=running, cwd=tmp_path)
    assert "Nothing: the return is settled and closed." in printed
    ledger = json.loads(printed.splitlines()[-1])
    assert [(each["kind"], each["amount_minor"]) for each in ledger["entries"]][-1] == ("refund_settled", 1250)
