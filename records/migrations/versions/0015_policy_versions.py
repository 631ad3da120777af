"""Policies that are staged before they are put in force, with who did both.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

NAMES = {"staged_by": 64, "activated_by": 64, "note": 500}


def upgrade() -> None:
    """Makes the columns; whatever was on record had been in force."""
    with op.batch_alter_table("policies") as changed:
        for name, length in NAMES.items():
            changed.add_column(sa.Column(name, sa.String(length=length), server_default="", nullable=False))
        changed.add_column(sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE policies SET activated_at = created_at")


def downgrade() -> None:
    """Drops them, and versions that were never in force with them."""
    op.execute("DELETE FROM policies WHERE activated_at IS NULL")
    with op.batch_alter_table("policies") as changed:
        for name in ("activated_at", *NAMES):
            changed.drop_column(name)
