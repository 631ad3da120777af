"""Tables without frames, that keep their lines whole where no terminal limits them."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table

# A file or a pipe has no width; Rich would take 80 columns and fold every id.
WIDE = 200


def wide_console() -> Console:
    """Standard output: as wide as the terminal, or wide where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def plain_table(*columns: str, title: str | None = None) -> Table:
    """A table of these columns, each folded rather than cut."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def moment(at: datetime | None) -> str:
    """A time for people, in UTC; empty for none."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
