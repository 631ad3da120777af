"""`aftercart policy` on the command line."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from config.policies import DEFAULT

RUN = CliRunner()


def test_check_of_a_sound_file() -> None:
    """Exit code 0, and a line that says so."""
    done = RUN.invoke(app, ["policy", "check", str(DEFAULT), "--quiet"])
    assert (done.exit_code, done.stdout) == (0, f"{DEFAULT}: nothing is wrong\n")


def test_check_of_a_file_with_mistakes(tmp_path: Path) -> None:
    """Exit code 1, each mistake in one line with its place, and the count."""
    file = tmp_path / "acme.yaml"
    file.write_text(DEFAULT.read_text().replace("days: 14", "dayz: 14").replace("fault: carrier}", "fault: carier}", 1))
    done = RUN.invoke(app, ["policy", "check", str(file)])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert (
        f"{file}:13: error: reasons[6].fault: 'carier' is none of merchant, carrier, customer, none. Did you mean carrier?"
        in lines
    )
    assert any("windows[0].then.dayz: there is no field dayz here. Did you mean days?" in line for line in lines)
    assert lines[-1] == f"{file}: 3 errors"


def test_check_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A sentence, no traceback."""
    done = RUN.invoke(app, ["policy", "check", str(tmp_path / "none.yaml")])
    assert done.exit_code == 1
    assert "No such file" in done.stderr
