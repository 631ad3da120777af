"""A stack whose parts are small stand-ins, so that starting, dying and stopping can be watched within a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import stack as stack_module
from cli.parts import Part
from cli.ports import free_ports
from cli.processes import python
from cli.stack import Stack
from config.readiness import is_ready
from config.settings import Settings

# Says that it is ready as `config.readiness` does, without the time to import that, and stays until it is told to end.
STAND_IN = """
import os, signal, sys
def end(*_):
    print("asked to end", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
with open(os.path.join(os.environ["AFTERCART_DATA_DIR"], "run", sys.argv[1] + ".ready"), "w") as ready:
    ready.write(str(os.getpid()))
while True:
    signal.pause()
"""


def settings_on_free_ports(data_dir: Path) -> Settings:
    """Settings of a whole stack that gets in nobody's way."""
    temporal, ui, api, sandbox = free_ports(4)
    return Settings.model_validate(
        {
            "data_dir": data_dir,
            "temporal": {"address": f"127.0.0.1:{temporal}", "ui_address": f"http://127.0.0.1:{ui}"},
            "api": {"port": api},
            "sandbox": {"port": sandbox},
        }
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A fresh data folder and free ports."""
    return settings_on_free_ports(tmp_path)


@pytest.fixture
def stack(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A stack of stand-ins that was not started yet."""
    monkeypatch.setattr(stack_module, "command_of", lambda part, _settings: python("-c", STAND_IN, part.value))
    monkeypatch.setattr(stack_module, "is_healthy", lambda part, settings, *, pid: is_ready(settings, part, pid=pid))
    made = Stack(settings)
    yield made
    made.stop(at_once=True)


def fails_at(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a new stack's `part` ends at once with a reason."""
    monkeypatch.setattr(
        stack_module,
        "command_of",
        lambda each, _settings: python("-c", "raise SystemExit('no disk')" if each is part else STAND_IN, each.value),
    )
