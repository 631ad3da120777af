"""What customers were let keep.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "kept_goods",
        sa.Column("merchant", sa.String(64), nullable=False),
        sa.Column("rma", sa.String(16), nullable=False),
        sa.Column("customer", sa.String(72), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "rma", name="pk_kept_goods"),
    )
    op.create_index("ix_kept_goods_merchant_customer_kept_at", "kept_goods", ["merchant", "customer", "kept_at"])


def downgrade() -> None:
    """Drops it."""
    op.drop_table("kept_goods")
