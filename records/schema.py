"""Bringing a database to the newest tables, and telling whether tables and migrations agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from records.engines import parse_database_url, postgres_writer, sqlite_writer
from records.migrations import HEAD_REVISION
from records.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

# Any number will do, as long as it is ours: processes that start together migrate one after the other.
MIGRATION_LOCK = 7_262_431


def migrate(database_url: str) -> bool:
    """The database has the newest tables; True when that took a migration. Safe to call from several processes.

    Makes the folder and file of a new SQLite database.
    """
    engine = _engine(database_url)
    try:
        if schema_revision(engine) == HEAD_REVISION:
            return False
        from alembic import command

        with engine.begin() as connection:
            _lock(connection)
            command.upgrade(migration_config(connection), "head")
        return True
    finally:
        engine.dispose()


def schema_differences(database_url: str) -> list[str]:
    """What the migrated database lacks or has more than the tables say; empty when the two are in step."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            return [
                str(difference) for difference in compare_metadata(MigrationContext.configure(connection), metadata)
            ]
    finally:
        engine.dispose()


def schema_revision(engine: Engine) -> str | None:
    """The migration that the database is at; None when it is new. Raises OperationalError when it cannot be reached."""
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        if _is_missing_table(error):
            return None
        raise


def migration_config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know to work on that connection, inside the transaction that it is in."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _engine(database_url: str) -> Engine:
    url = parse_database_url(database_url)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        return sqlite_writer(url)
    return postgres_writer(url)


def _is_missing_table(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
