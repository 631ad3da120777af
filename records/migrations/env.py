"""Runs the migrations on the connection that `records.schema` or the Alembic command line provides."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from records.tables import metadata


def _run(connection: Connection) -> None:
    # SQLite can hardly alter a table: batch mode makes a new one and moves the rows.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
