"""The records as commands use them: open for a moment, and a sentence where they cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.failures import CommandFailed
from config.settings import Settings

if TYPE_CHECKING:
    from records.database import SqlRecords


@contextmanager
def opened_records(settings: Settings) -> Iterator[SqlRecords]:
    """The records of this installation, migrated and within reach. Raises CommandFailed, also for a later outage."""
    # SQLAlchemy takes a third of a second to import, which commands without a database would pay for.
    from domain.errors import NotOnRecord, Unavailable
    from records.database import open_records

    try:
        records = open_records(settings.database_url.get_secret_value())
    except ValueError as error:
        raise CommandFailed(f"AFTERCART_DATABASE_URL: {error}") from None
    try:
        if not records.reads.is_migrated():
            raise CommandFailed("The database does not have the tables of this version: run `aftercart migrate` first.")
        yield records
    except Unavailable as error:
        raise CommandFailed(
            f"{error}. Is AFTERCART_DATABASE_URL its address, does it run, and has `aftercart migrate` made its tables?"
        ) from None
    except NotOnRecord as error:
        raise CommandFailed(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    finally:
        records.close()
