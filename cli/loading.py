"""Loading a file of orders or products: looked through, taken in, and summed up on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from adapters.storefronts.files.groups import survey
from adapters.storefronts.files.mapping import FileMapping, MappingError, load_mapping
from adapters.storefronts.files.rows import UnreadableFile
from cli.checkpoints import Checkpoint, Tally
from cli.failures import CommandFailed
from cli.importing import Destination, FileImport, goes_on, require_columns
from cli.progress import shown_progress
from config.settings import Settings
from domain.errors import Unavailable
from records.database import SqlRecords, open_records
from records.schema import migrate

Mapped = TypeVar("Mapped", bound=FileMapping)
Made = TypeVar("Made")

MOST_SHOWN = 10


def load_file(
    settings: Settings,
    file: Path,
    mapping_file: Path,
    kind: type[Mapped],
    *,
    to: Callable[[Mapped, SqlRecords], Destination[Made]],
    merchant: str,
    console: Console,
) -> Tally:
    """What the file holds is on record as far as it is good; summary and errors were shown. Raises CommandFailed."""
    began = time.monotonic()
    try:
        mapping = load_mapping(mapping_file, kind)
        require_columns(file, mapping)
        with console.status("Looking through the file"):
            found = survey(file, mapping.layout, mapping.group_by)
        database_url = settings.database_url.get_secret_value()
        checkpoint = Checkpoint(settings, found.sha256, mapping.fingerprint, merchant)
        migrate(database_url)
        records = open_records(database_url)
        try:
            destination = to(mapping, records)
            earlier = checkpoint.read()
            first = earlier if goes_on(earlier, destination) else None
            if first:
                ended = f"{first.groups} {destination.noun}s"
                console.print(f"An earlier import of this file ended after {ended}; it goes on there.")
            job = FileImport(file, mapping, survey=found, destination=destination)
            with shown_progress(console, "Importing rows", found.rows) as advance:
                tally = job.run(checkpoint, advance=advance, first=first)
        finally:
            records.close()
    except (MappingError, UnreadableFile, Unavailable, OSError) as error:
        raise CommandFailed(str(error)) from None
    console.print(_summary(tally, noun=destination.noun, seconds=time.monotonic() - began))
    if tally.problems:
        _show_errors(console, checkpoint, noun=destination.noun)
    return tally


def _summary(tally: Tally, *, noun: str, seconds: float) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("rows", str(tally.rows))
    table.add_row(f"{noun}s", str(tally.groups))
    for outcome, count in sorted(tally.outcomes.items()):
        table.add_row(f"  {outcome.replace('_', ' ')}", str(count))
    for reason, count in sorted(tally.skipped.items()):
        table.add_row(f"rows left out, {reason}", str(count))
    table.add_row("seconds", f"{seconds:.1f}")
    return table


def _show_errors(console: Console, checkpoint: Checkpoint, *, noun: str) -> None:
    lines = checkpoint.errors_file.read_text(encoding="utf-8").splitlines()
    shown = lines[: MOST_SHOWN + 1]
    console.print("\n".join(shown), style="yellow", markup=False, highlight=False, soft_wrap=True)
    if more := len(lines) - len(shown):
        console.print(f"and {more} more", style="yellow")
    console.print(f"Refused {noun}s, row by row: {checkpoint.errors_file}", soft_wrap=True)
