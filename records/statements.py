"""The few statements that the two databases spell differently, and the present time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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


class unindexed(FunctionElement[Any]):
    """A column that SQLite must not look up or sort by an index: another condition leaves only few rows.

    SQLite plans without statistics and would often take the index of the sort order, then walk a whole year. PostgreSQL
    knows its tables and needs no word.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unindexed)
def _spell_plainly(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(unindexed, "sqlite")
def _spell_with_plus(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return "+" + compiler.process(element.clauses, **options)
