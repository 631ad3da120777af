"""Commands as a person types them, on a machine where nobody has set anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from config.environment import variables


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed where."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that the person saw, on one line for each paragraph of ours."""
        return self.out + self.err


def run(*arguments: str | Path) -> Ran:
    """The command has run."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def fresh_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable of ours is set but the data folder, which is empty."""
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)
    folder = tmp_path / "data"
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(folder))
    return folder
