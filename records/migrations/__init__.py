"""Alembic migrations; one file per change of the tables."""

# Compared with the database at every start, so that Alembic is only loaded when there is something to do.
HEAD_REVISION = "0023"
