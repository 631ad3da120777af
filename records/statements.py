"""The few statements that the two databases spell differently, and the present time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def insert_or(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens when the row is there already (`on_conflict_do_...`)."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def present() -> datetime:
    """Now, in UTC: for columns that say when something was written."""
    return datetime.now(UTC)


def plain(text: str) -> str:
    """The text without NUL characters, which PostgreSQL cannot hold in a column."""
    return text.replace("\x00", "")
