"""What became of goods that came back, for totals over time. Goods of before are not in them.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "disposed_units",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("disposition", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("recovered_minor", sa.BigInteger(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 AND recovered_minor >= 0 AND cost_minor >= 0", name=op.f("ck_disposed_units_not_negative")
        ),
        sa.PrimaryKeyConstraint("merchant", "rma", "line_id", "disposition", name=op.f("pk_disposed_units")),
    )
    op.create_index(op.f("ix_disposed_units_merchant_disposed_at"), "disposed_units", ["merchant", "disposed_at"])


def downgrade() -> None:
    """Drops it."""
    op.drop_table("disposed_units")
