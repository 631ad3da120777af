"""What goes wrong for a reason that a person can mend is said in a sentence, without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.consoles import open_console
from config.settings import SettingsError

WRONG_SETTINGS = 2
FAILED = 1


class CommandFailed(Exception):
    """A command cannot do what it was asked for; the message says why, and what a person can do about it."""


class PortTaken(CommandFailed):
    """Something else listens on a port that the stack needs."""


class NoTemporalBinary(CommandFailed):
    """There is no program to run as Temporal server."""


class DataFolderInUse(CommandFailed):
    """Another stack runs on the same data folder."""


class PartFailed(CommandFailed):
    """A part of the stack ended, or did not become healthy; the message has its last log lines."""


class WalkThroughFailed(CommandFailed):
    """A step of the walk-through did not get the answer that it should."""


@contextmanager
def stated_plainly() -> Iterator[None]:
    """Known failures become one message on standard error and an exit code; anything else is a bug and is shown as one."""
    try:
        yield
    except SettingsError as error:
        _say(error)
        raise typer.Exit(WRONG_SETTINGS) from None
    except CommandFailed as error:
        _say(error)
        raise typer.Exit(FAILED) from None


def _say(error: Exception) -> None:
    open_console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
