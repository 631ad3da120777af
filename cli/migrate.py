"""`aftercart migrate`: the database of this installation."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.consoles import open_console
from cli.failures import FAILED, stated_plainly
from config.settings import load_settings


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Then fail if its tables are not those of this version.")
    ] = False,
) -> None:
    """Bring the database to the newest tables; safe to repeat, and from several machines at once.

    Example: AFTERCART_DATABASE_URL=postgresql+psycopg://aftercart@db/aftercart aftercart migrate
    """
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from records.schema import migrate as bring_up_to_date
    from records.schema import schema_differences

    console = open_console()
    with stated_plainly():
        database_url = load_settings().database_url.get_secret_value()
    changed = bring_up_to_date(database_url)
    console.print("The database is migrated." if changed else "The database is up to date already.")
    if check and (differences := schema_differences(database_url)):
        console.print("\n".join(["Its tables differ from those of this version:", *differences]), markup=False)
        raise typer.Exit(FAILED)
