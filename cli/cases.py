"""`aftercart cases`: one case, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.failures import CommandFailed, stated_plainly
from config.settings import load_settings

if TYPE_CHECKING:
    from domain.explanations import ReturnExplanation
    from records.database import SqlRecords

cases = typer.Typer(help="Cases.\n\nExample: aftercart cases explain 7K3F-Q9X4", no_args_is_help=True)


@cases.callback()
def _group() -> None:
    """Keeps `explain` a command of its own while it is the only one."""


@cases.command()
def explain(
    rma: Annotated[str, typer.Argument(help="The RMA number, as it is read or typed.")],
    merchant: Annotated[str, typer.Option(help="The shop, where several have a case of that number.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As the API answers it.")] = False,
) -> None:
    """Say why a case was decided as it was, and how each of its amounts came to be.

    Example: aftercart cases explain 7K3F-Q9X4
    """
    from cli.explanation import print_explanation

    with stated_plainly():
        found = _explanation(rma, merchant)
    if as_json:
        print(found.model_dump_json(indent=2))
    else:
        print_explanation(found, Console())


def _explanation(rma: str, merchant: str) -> ReturnExplanation:
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from adapters import wiring
    from domain.errors import NotOnRecord, Unavailable
    from domain.explanations import explain_return
    from domain.rma import MalformedRma, parse_rma
    from records.database import open_records

    try:
        number = parse_rma(rma)
        records = open_records(load_settings().database_url.get_secret_value())
        try:
            shop = merchant or _only_merchant(records, number)
            return explain_return(records.reads.explanation_basis(shop, number), conditions=wiring.conditions())
        finally:
            records.close()
    except (MalformedRma, NotOnRecord, Unavailable) as error:
        raise CommandFailed(f"{error}.") from None


def _only_merchant(records: SqlRecords, rma: str) -> str:
    found = records.reads.merchants_of(rma)
    if len(found) > 1:
        raise CommandFailed(f"Several shops have a case {rma}: add --merchant with one of {', '.join(found)}.")
    return found[0] if found else ""
