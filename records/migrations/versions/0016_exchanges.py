"""The list of exchanges has an index of its own.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Makes the index."""
    op.create_index(
        "ix_cases_exchanges",
        "cases",
        ["merchant", "requested_at", "rma"],
        sqlite_where=sa.text("kind = 'exchange'"),
        postgresql_where=sa.text("kind = 'exchange'"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_index("ix_cases_exchanges", "cases")
