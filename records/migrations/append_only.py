"""Triggers that make a table append-only, for both databases."""

from __future__ import annotations

from alembic import op


def make_append_only(table: str) -> None:
    """From now on the database refuses to change or remove a row of the table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for event in ("UPDATE", "DELETE", "TRUNCATE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()"
            )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_append_only(table: str) -> None:
    """The function behind the triggers is gone; call it after the table was dropped, which drops the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION refuse_change_of_{table}()")
