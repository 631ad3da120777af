"""What commands print is what is on record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.consoles import open_console, wide_console

CLI = Path(__file__).parents[2] / "cli"


def test_names_are_no_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    """An account or an order may be called what Rich takes for a picture."""
    for console in (open_console(), wide_console()):
        console.print("gift:gift:g1")
    assert capsys.readouterr().out == "gift:gift:g1\n" * 2


def test_every_command_uses_these_consoles() -> None:
    """No module opens one of its own, which would draw pictures again."""
    own = [path.name for path in CLI.rglob("*.py") if re.search(r"(?<!\w)Console\(", path.read_text())]
    assert own == ["consoles.py"]
