"""Tables without frames, that keep their lines whole where no terminal limits them."""

from __future__ import annotations

from datetime import datetime

from rich.table import Table

SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (0, "second"))


def plain_table(*columns: str, title: str | None = None) -> Table:
    """A table of these columns, each folded rather than cut; a titled one stands apart from what is above it."""
    table = Table(
        title=title and f"\n{title}", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0)
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def moment(at: datetime | None) -> str:
    """A time for people, in UTC; empty for none."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def distance(at: datetime, now: datetime) -> str:
    """How far a time is away, such as `3 days ago` or `in 5 hours`."""
    seconds = int(abs((at - now).total_seconds()))
    size, unit = next((size, unit) for size, unit in SPANS if seconds >= size)
    count = seconds // max(size, 1)
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if at > now else f"{words} ago"
