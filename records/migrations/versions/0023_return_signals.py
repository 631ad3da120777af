"""Which returns showed which signal of abuse, so that lists can be narrowed to them.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Makes the table; returns of before come into it with their next step."""
    op.create_table(
        "return_signals",
        sa.Column("merchant", sa.String(64), nullable=False),
        sa.Column("signal", sa.String(24), nullable=False),
        sa.Column("rma", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "signal", "rma", name=op.f("pk_return_signals")),
    )


def downgrade() -> None:
    """Drops it: the cases themselves still say what was noticed."""
    op.drop_table("return_signals")
