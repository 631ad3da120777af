"""`aftercart returns`: what engineers and auditors do with many returns at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.consoles import open_console
from cli.failures import FAILED, stated_plainly
from config.settings import load_settings

MAPPINGS = Path(__file__).resolve().parent.parent / "config" / "mappings"
# More does not make two cores quicker, and one return is one Temporal workflow with calls of its own.
CONCURRENCY = 12

returns = typer.Typer(
    help="Many returns at once.\n\nExample: aftercart returns replay credits.csv.gz --limit 100",
    no_args_is_help=True,
)


@returns.callback()
def _group() -> None:
    """Keeps `replay` a command of its own while it is the only one."""


@returns.command()
def replay(
    file: Annotated[Path, typer.Argument(help="Credit notes: CSV or JSON Lines, also as .gz.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many credit notes.")] = None,
    mapping: Annotated[Path, typer.Option(help="How its rows become credit notes.")] = (
        MAPPINGS / "online_retail_credits.yaml"
    ),
    base_url: Annotated[str, typer.Option(help="Address of the API. Unset: the one in the settings.")] = "",
    keys: Annotated[
        Path | None, typer.Option(help="JSON file with an API key for each role. Unset: the demo shop's.")
    ] = None,
    orders: Annotated[
        Path | None, typer.Option(help="Bring up everything in a throw-away folder and import these orders first.")
    ] = None,
    orders_mapping: Annotated[Path, typer.Option(help="How the rows of --orders become orders.")] = (
        MAPPINGS / "online_retail.yaml"
    ),
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Orders played at the same time.")] = CONCURRENCY,
    refuse_above: Annotated[
        int | None, typer.Option(help="The supervisor refuses refunds above this amount, in minor units.")
    ] = None,
) -> None:
    """Turn real credit notes into returns at their own dates, play them to the end and compare the money.

    The shop captures the payments, the carrier scans, the dock receives, the inspector inspects and the supervisor
    decides, all over the public API. The last line is one JSON object with all figures. Exit code 1 when a return is
    stuck, when refunds, ledger and provider differ, or when personal data is found where none may be.

    Example: aftercart returns replay credits.csv.gz --orders orders.csv.gz --limit 100
    """
    # The HTTP client takes half a second to import, which every other command would pay for.
    from cli.replay.job import ReplayJob

    with stated_plainly():
        job = ReplayJob(
            file=file,
            mapping=mapping,
            limit=limit,
            concurrency=concurrency,
            refuse_above=refuse_above,
            # What is for programs goes to standard output, alone.
            console=open_console(stderr=True),
        )
        result = job.run_alone(orders, orders_mapping) if orders else job.run(load_settings(), base_url, keys)
    print(json.dumps(result.summary))
    if result.faults:
        raise typer.Exit(FAILED)
