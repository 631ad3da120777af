"""A bar on a terminal; elsewhere a line for each tenth, so that logs show that long work goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Advance = Callable[[int], None]
TENTHS = 10


@contextmanager
def shown_progress(console: Console, description: str, total: int) -> Iterator[Advance]:
    """Gives a function that is told how much more is done; not for two threads at once."""
    if not console.is_terminal:
        yield _lines(console, description, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(description, total=total)
        yield lambda more: progress.advance(task, more)


def _lines(console: Console, description: str, total: int) -> Advance:
    done, said = 0, 0

    def advance(more: int) -> None:
        nonlocal done, said
        done += more
        if total and (tenth := done * TENTHS // total) > said:
            said = tenth
            console.print(f"{description}: {done} of {total}", highlight=False)

    return advance
