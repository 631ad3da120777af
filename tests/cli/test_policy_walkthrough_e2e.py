"""The page that takes a new shop from an empty file to its first decided return is true: its very steps are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.first_start import prepare
from cli.stack import Stack
from config.environment import as_environment
from tests.cli.conftest import settings_on_free_ports
from tests.layout.sources import ROOT

pytestmark = pytest.mark.e2e

STEP = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
PAGE = (ROOT / "docs" / "policy.md").read_text()


def test_a_new_shop(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every command of the page works as it stands, and prints what the page says."""
    steps = STEP.findall(PAGE)
    assert len(steps) == PAGE.count("```sh") >= 6
    settings = settings_on_free_ports(tmp_path_factory.mktemp("data"))
    with Stack(settings):
        prepare(settings)
        bin_folder = Path(sys.executable).parent
        path = f"{bin_folder}:{os.environ['PATH']}"
        environment = {**os.environ, **as_environment(settings), "PATH": path, "API": settings.api.address}
        # One shell for all steps, as one person has; each step's output ends with a mark of ours.
        script = "\n".join(f"{commands}\necho '=== end of step'" for commands, _ in steps)
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180
        )
    outputs = done.stdout.split("=== end of step\n")
    assert done.returncode == 0, (done.stdout, done.stderr)
    for (commands, expected), printed in zip(steps, outputs, strict=False):
        for line in expected.splitlines():
            assert line.strip() in printed, (commands, printed)
