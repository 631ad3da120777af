"""The list of adjustments, which are few beside the returns.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Makes the index."""
    op.create_index(
        "ix_cases_adjustments",
        "cases",
        ["merchant", "requested_at", "rma"],
        sqlite_where=sa.text("kind = 'adjustment'"),
        postgresql_where=sa.text("kind = 'adjustment'"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_index("ix_cases_adjustments", "cases")
