"""`aftercart products`: the catalogue."""

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

products = typer.Typer(
    help="The catalogue.\n\nExample: aftercart products import products.csv --mapping config/mappings/products.yaml",
    no_args_is_help=True,
)


@products.callback()
def _group() -> None:
    """Keeps `import` a word of its own while it is the only command."""


@products.command("import")
def import_products(
    file: Annotated[Path, typer.Argument(help="CSV (.csv, .tsv) or JSON Lines (.jsonl, .ndjson), also as .gz.")],
    mapping: Annotated[Path, typer.Option(help="How its rows become products; see docs/imports.md.")],
    merchant: Annotated[str, typer.Option(help="The shop whose products they are.")] = DEMO_MERCHANT,
) -> None:
    """Load a file of products into the catalogue, several hundred products a transaction.

    A product with a bad row is refused whole, and the errors file says why; all others go in. After a crash the same
    command goes on where it was, and the same file again makes no new version. Exit code 1 when any product was refused.

    Example: aftercart products import products.csv --mapping config/mappings/products.yaml
    """
    console = open_console()
    with stated_plainly():
        tally = load_products(load_settings(), file, mapping, merchant=merchant, console=console)
        if tally.problems:
            raise typer.Exit(FAILED)


def load_products(settings: Settings, file: Path, mapping_file: Path, *, merchant: str, console: Console) -> Tally:
    """The products of the file are on record as far as they are good; summary and errors were shown.

    Raises CommandFailed.
    """
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from adapters.storefronts.files.products import ProductAssembler, ProductMapping
    from cli.importing import Destination
    from cli.loading import load_file
    from domain.catalogue import Product

    def destination(mapping: ProductMapping, records: SqlRecords) -> Destination[Product]:
        return Destination(
            noun="product",
            assemble=ProductAssembler(mapping).assemble,
            put=lambda batch: records.put_products(merchant, batch),
            name_of=lambda product: product.product_id,
            is_known=lambda product_id: _is_known(records, merchant, product_id),
        )

    return load_file(settings, file, mapping_file, ProductMapping, to=destination, merchant=merchant, console=console)


def _is_known(records: SqlRecords, merchant: str, product_id: str) -> bool:
    from domain.errors import UnknownProduct

    try:
        records.reads.catalogue.product(merchant, product_id)
    except UnknownProduct:
        return False
    return True
