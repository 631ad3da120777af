"""`aftercart orders`: the order book."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.demo_shop import DEMO_MERCHANT
from cli.failures import FAILED, CommandFailed, stated_plainly
from cli.progress import shown_progress
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from cli.checkpoints import Checkpoint, Tally

orders = typer.Typer(
    help="The order book.\n\nExample: aftercart orders import orders.csv.gz --mapping config/mappings/online_retail.yaml",
    no_args_is_help=True,
)


@orders.command("import")
def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV (.csv, .tsv) or JSON Lines (.jsonl, .ndjson), also as .gz.")],
    mapping: Annotated[Path, typer.Option(help="How its rows become orders; see docs/imports.md.")],
    merchant: Annotated[str, typer.Option(help="The shop whose orders they are.")] = DEMO_MERCHANT,
) -> None:
    """Load a file of orders into the database, several hundred orders a transaction.

    An order with a bad row is refused whole, and the errors file says why; all others go in. After a crash the same
    command goes on where it was, and the same file again changes nothing. Exit code 1 when any order was refused.

    Example: aftercart orders import orders.csv.gz --mapping config/mappings/online_retail.yaml
    """
    console = Console()
    with stated_plainly():
        tally = load_orders(load_settings(), file, mapping, merchant=merchant, console=console)
        if tally.problems:
            raise typer.Exit(FAILED)


def load_orders(settings: Settings, file: Path, mapping_file: Path, *, merchant: str, console: Console) -> Tally:
    """The orders of the file are on record as far as they are good; summary and errors were shown. Raises CommandFailed."""
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from adapters.storefronts.files.groups import survey
    from adapters.storefronts.files.mapping import MappingError, OrderMapping, load_mapping
    from adapters.storefronts.files.rows import UnreadableFile
    from cli.checkpoints import Checkpoint
    from cli.importing import OrderImport, goes_on, require_columns
    from domain.errors import Unavailable
    from records.database import open_records
    from records.schema import migrate

    began = time.monotonic()
    try:
        mapping = load_mapping(mapping_file, OrderMapping)
        require_columns(file, mapping)
        with console.status("Looking through the file"):
            found = survey(file, mapping.layout, mapping.group_by)
        database_url = settings.database_url.get_secret_value()
        checkpoint = Checkpoint(settings, found.sha256, mapping.fingerprint, merchant)
        migrate(database_url)
        records = open_records(database_url)
        try:
            earlier = checkpoint.read()
            first = earlier if goes_on(earlier, records, merchant) else None
            if first:
                console.print(f"An earlier import of this file ended after {first.groups} orders; it goes on there.")
            job = OrderImport(file, mapping, survey=found, records=records, merchant=merchant)
            with shown_progress(console, "Importing rows", found.rows) as advance:
                tally = job.run(checkpoint, advance=advance, first=first)
        finally:
            records.close()
    except (MappingError, UnreadableFile, Unavailable, OSError) as error:
        raise CommandFailed(str(error)) from None
    console.print(summary(tally, seconds=time.monotonic() - began))
    if tally.problems:
        _show_errors(console, checkpoint)
    return tally


def summary(tally: Tally, *, seconds: float) -> Table:
    """What became of the file."""
    table = Table.grid(padding=(0, 2))
    table.add_row("rows", str(tally.rows))
    table.add_row("orders", str(tally.groups))
    for outcome, count in sorted(tally.outcomes.items()):
        table.add_row(f"  {outcome.replace('_', ' ')}", str(count))
    for reason, count in sorted(tally.skipped.items()):
        table.add_row(f"rows left out, {reason}", str(count))
    table.add_row("seconds", f"{seconds:.1f}")
    return table


def _show_errors(console: Console, checkpoint: Checkpoint) -> None:
    lines = checkpoint.errors_file.read_text(encoding="utf-8").splitlines()
    shown = lines[:11]
    console.print("\n".join(shown), style="yellow", markup=False, highlight=False, soft_wrap=True)
    if more := len(lines) - len(shown):
        console.print(f"and {more} more", style="yellow")
    console.print(f"Refused orders, row by row: {checkpoint.errors_file}", soft_wrap=True)
