"""`aftercart promises`: how the dates fared that customers were told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.failures import stated_plainly
from cli.storage import opened_records
from cli.tables import plain_table
from config.settings import load_settings

promises = typer.Typer(
    help="The dates that customers were told, and whether they were kept.\n\n"
    "Example: aftercart promises totals --merchant acme",
    no_args_is_help=True,
)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dates promised from this day on (UTC).")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dates promised before this day (UTC).")]


@promises.callback()
def _group() -> None:
    """A group of its own, also while it has one command."""


@promises.command()
def totals(merchant: Annotated[str, typer.Option(help="The shop.")], start: Day = None, end: Until = None) -> None:
    """Count by kind how many were kept, broken, moved or called off, and how many are open.

    The share is of those that are over: kept against kept and broken.

    Example: aftercart promises totals --merchant acme --start 2026-10-01
    """
    from datetime import UTC

    first, last = (day.replace(tzinfo=UTC) if day else None for day in (start, end))
    console = wide_console()
    with stated_plainly(), opened_records(load_settings()) as records:
        counted = records.reads.promises.totals(merchant, start=first, end=last)
    if not counted:
        console.print("Nobody was told a date.")
        return
    table = plain_table("promise", "kept", "broken", "kept in time", "open", "at risk", "replaced", "withdrawn")
    for each in counted:
        over = each.kept + each.broken
        share = f"{100 * each.kept // over} %" if over else ""
        numbers = (each.open, each.at_risk, each.replaced, each.withdrawn)
        table.add_row(each.kind, str(each.kept), str(each.broken), share, *map(str, numbers))
    console.print(table)
