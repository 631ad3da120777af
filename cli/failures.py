"""What goes wrong for a reason that a person can mend is said in a sentence, without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from cli.ports import PortTaken
from cli.stack import DataFolderInUse, PartFailed
from cli.temporal_server import NoTemporalBinary
from config.settings import SettingsError

WRONG_SETTINGS = 2
FAILED = 1


@contextmanager
def stated_plainly() -> Iterator[None]:
    """Known failures become one message on standard error and an exit code; anything else is a bug and is shown as one."""
    try:
        yield
    except SettingsError as error:
        _say(error)
        raise typer.Exit(WRONG_SETTINGS) from None
    except (DataFolderInUse, NoTemporalBinary, PartFailed, PortTaken) as error:
        _say(error)
        raise typer.Exit(FAILED) from None


def _say(error: Exception) -> None:
    Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
