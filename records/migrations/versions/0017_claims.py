"""The list of claims, which are few beside the returns, and the registrations of goods for their warranty.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Makes the index and the table."""
    op.create_index(
        "ix_cases_claims",
        "cases",
        ["merchant", "requested_at", "rma"],
        sqlite_where=sa.text("kind = 'claim'"),
        postgresql_where=sa.text("kind = 'claim'"),
    )
    op.create_table(
        "warranties",
        sa.Column("merchant", sa.String(64), nullable=False),
        sa.Column("warranty_key", sa.String(130), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("line_id", sa.String(64), nullable=False),
        sa.Column("registered_by", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "warranty_key", name="pk_warranties"),
    )
    op.create_index("ix_warranties_merchant_order_id", "warranties", ["merchant", "order_id"])
    op.create_index("ix_warranties_merchant_registered_by", "warranties", ["merchant", "registered_by"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("warranties")
    op.drop_index("ix_cases_claims", "cases")
