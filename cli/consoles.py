"""The consoles that commands write to. They show data as it is: `gift:gift:g1` is an account, not a picture."""

from __future__ import annotations

from rich.console import Console

# A file or a pipe has no width; Rich would take 80 columns and fold every id.
WIDE = 200


def open_console(*, stderr: bool = False, highlight: bool = True) -> Console:
    """Standard output or error, as wide as the terminal."""
    return Console(stderr=stderr, highlight=highlight, emoji=False)


def wide_console() -> Console:
    """Standard output: as wide as the terminal, or wide where there is none."""
    console = open_console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=WIDE)
