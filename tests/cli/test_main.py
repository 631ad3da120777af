"""The command line helps: each command shows an example, and each mistake is a sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from cli.main import app
from cli.settings import reference_page
from config.environment import variables


def commands() -> list[str]:
    """Every command as it is typed, groups of commands included."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return sorted(_names(group))


def _names(group: TyperGroup, *typed: str) -> Iterator[str]:
    for name, command in group.commands.items():
        yield " ".join((*typed, name))
        if isinstance(command, TyperGroup):
            yield from _names(command, *typed, name)


@pytest.fixture(autouse=True)
def fresh_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody has set anything, with a data folder for the test."""
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path))


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", commands())
def test_help_has_an_example(command: str) -> None:
    """Whoever asks for help sees a line to copy."""
    code, text = run(*command.split(), "--help")

    assert code == 0
    assert "Example: " in text


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting is listed as it is in force, no secret readable."""
    monkeypatch.setenv("AFTERCART_STRIPE__SECRET_KEY", "sk_test_very_secret")
    monkeypatch.setenv("AFTERCART_STRIPE__WEBHOOK_SECRET", "whsec_very_secret")

    code, text = run("settings")

    assert code == 0
    assert [variable.name for variable in variables() if variable.name not in text] == []
    assert "very_secret" not in text


def test_reference_page() -> None:
    """The page of settings can be printed without any setting being right."""
    assert run("settings", "--markdown") == (0, reference_page())


def test_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped setting is a sentence and exit code 2, not a traceback."""
    monkeypatch.setenv("AFTERCART_API__PORT", "eighty")

    code, text = run("settings")

    assert code == 2
    assert text.startswith("AFTERCART_API__PORT: ")


def test_production_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production does not start without its secrets, and says which."""
    monkeypatch.setenv("AFTERCART_ENVIRONMENT", "production")

    code, text = run("migrate")

    assert code == 2
    assert "AFTERCART_STRIPE__SECRET_KEY" in text


def test_taken_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """`aftercart up` on a taken port ends at once, naming port and setting."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("AFTERCART_API__PORT", str(other.getsockname()[1]))
        code, text = run("up")

    assert code == 1
    assert text.strip().startswith("Port ")
    assert "set AFTERCART_API__PORT to another port" in text


def test_no_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong TEMPORAL_CLI is named."""
    monkeypatch.setenv("TEMPORAL_CLI", "/nowhere/temporal")

    code, text = run("up")

    assert code == 1
    assert "TEMPORAL_CLI names /nowhere/temporal" in text


def test_migrate(tmp_path: Path) -> None:
    """The first time it makes the tables, afterwards it changes nothing; both times they are the right ones."""
    assert run("migrate", "--check") == (0, "The database is migrated.\n")
    assert run("migrate", "--check") == (0, "The database is up to date already.\n")
    assert (tmp_path / "aftercart.db").exists()
