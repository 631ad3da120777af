"""The database is made and kept by migrations, and refuses to forget."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, text, update
from sqlalchemy.exc import DBAPIError

from records.database import SqlRecords, open_records
from records.engines import parse_database_url
from records.migrations import HEAD_REVISION
from records.schema import migrate, migration_config, schema_differences
from records.tables import ledger_entries, timeline
from tests.records import databases
from tests.records.builders import a_case, an_order
from tests.records.conftest import BACKENDS


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/folder/aftercart.db"
        return
    address = databases.empty_postgres()
    yield address
    databases.drop_postgres(address)


def test_new_database_gets_every_table(empty_url: str) -> None:
    """The first start makes everything; the second finds nothing to do."""
    assert migrate(empty_url) is True
    assert migrate(empty_url) is False
    assert schema_differences(empty_url) == []


def test_head_is_the_newest_migration() -> None:
    """The quick look at start compares with the migration that is really the newest."""
    assert ScriptDirectory.from_config(migration_config()).get_current_head() == HEAD_REVISION


def test_migrations_can_be_taken_back(empty_url: str) -> None:
    """An engineer can step back to an empty database and forward again."""
    migrate(empty_url)
    opened = open_records(empty_url)
    with opened.writing() as connection:
        command.downgrade(_on(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    opened.close()
    migrate(empty_url)
    assert schema_differences(empty_url) == []


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    """API, worker and dispatch may all start on a new database at the same moment."""
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        results = list(processes.map(migrate, [empty_url] * 3))
    assert any(results)
    assert schema_differences(empty_url) == []


@pytest.mark.parametrize("table", [ledger_entries, timeline], ids=lambda table: table.name)
def test_history_cannot_be_rewritten(records: SqlRecords, table) -> None:  # type: ignore[no-untyped-def]
    """What the ledger and the timeline say can be added to, never changed or removed, not even by us."""
    records.put_order("demo", an_order())
    a_case(records)
    for statement in (update(table).values(actor_name="somebody else"), delete(table)):
        with pytest.raises(DBAPIError, match="append-only"), records.writing() as connection:
            connection.execute(statement)
    if records.dialect == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), records.writing() as connection:
            connection.execute(text(f"TRUNCATE {table.name}"))


def test_reading_connections_cannot_write(records: SqlRecords) -> None:
    """A page that is shown can never change anything."""
    with pytest.raises(Exception, match=r"read-?only|not available"), records.reads.reading() as connection:
        connection.execute(text("DELETE FROM orders"))


@pytest.mark.parametrize("address", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(address: str) -> None:
    """An address that we cannot use is refused with a sentence that says what would do."""
    with pytest.raises(ValueError, match=r"sqlite:///|SQLite needs a file"):
        parse_database_url(address)


def test_the_production_database_was_tried_too() -> None:
    """One line of the test report says when PostgreSQL was left out."""
    if not databases.POSTGRES_URL:
        pytest.skip("AFTERCART_TEST_POSTGRES_URL names no server: the records were tested on SQLite alone")


def test_sqlite_survives_a_crash_between_writes(tmp_path: Path) -> None:
    """The SQLite file keeps its journal beside it, so readers never wait for writers."""
    migrate(f"sqlite:///{tmp_path}/a.db")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def _on(connection) -> Config:  # type: ignore[no-untyped-def]
    return migration_config(connection)
