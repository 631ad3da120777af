"""`aftercart orders`: the order book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.consoles import open_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import FAILED, stated_plainly
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from cli.checkpoints import Tally
    from records.database import SqlRecords

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
    console = open_console()
    with stated_plainly():
        tally = load_orders(load_settings(), file, mapping, merchant=merchant, console=console)
        if tally.problems:
            raise typer.Exit(FAILED)


def load_orders(settings: Settings, file: Path, mapping_file: Path, *, merchant: str, console: Console) -> Tally:
    """The orders of the file are on record as far as they are good; summary and errors were shown. Raises CommandFailed."""
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from adapters.storefronts.files.mapping import OrderMapping
    from adapters.storefronts.files.orders import OrderAssembler
    from cli.importing import Destination
    from cli.loading import load_file
    from domain.cases import Actor, Role
    from domain.orders import Order

    importer = Actor(name="orders-import", role=Role.SYSTEM)

    def destination(mapping: OrderMapping, records: SqlRecords) -> Destination[Order]:
        return Destination(
            noun="order",
            assemble=OrderAssembler(mapping).assemble,
            put=lambda batch: records.put_orders(merchant, batch, actor=importer),
            name_of=lambda order: order.order_id,
            is_known=lambda order_id: _is_known(records, merchant, order_id),
        )

    return load_file(settings, file, mapping_file, OrderMapping, to=destination, merchant=merchant, console=console)


def _is_known(records: SqlRecords, merchant: str, order_id: str) -> bool:
    from domain.errors import UnknownOrder

    try:
        records.reads.order(merchant, order_id)
    except UnknownOrder:
        return False
    return True
