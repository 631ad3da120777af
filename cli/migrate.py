"""`aftercart migrate`: the database of this installation."""

from __future__ import annotations

from rich.console import Console

from cli.failures import stated_plainly
from config.settings import load_settings


def migrate() -> None:
    """Bring the database to the newest tables; safe to repeat, and from several machines at once.

    Example: AFTERCART_DATABASE_URL=postgresql+psycopg://aftercart@db/aftercart aftercart migrate
    """
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from records.schema import migrate as bring_up_to_date

    with stated_plainly():
        changed = bring_up_to_date(load_settings().database_url.get_secret_value())
    Console().print("The database is migrated." if changed else "The database is up to date already.")
