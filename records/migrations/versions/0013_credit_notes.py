"""Credit notes, numbered without gaps.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.migrations.append_only import drop_append_only, make_append_only

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Makes the tables; what is written in a note stays."""
    op.create_table(
        "credit_notes",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "net_minor + tax_minor = total_minor AND total_minor <> 0", name=op.f("ck_credit_notes_adds_up")
        ),
        sa.PrimaryKeyConstraint("merchant", "sequence", name="pk_credit_notes"),
        sa.UniqueConstraint("merchant", "number", name="uq_credit_notes_merchant_number"),
    )
    op.create_index("ix_credit_notes_merchant_order_id", "credit_notes", ["merchant", "order_id"])
    op.create_index("ix_credit_notes_merchant_rma", "credit_notes", ["merchant", "rma"])
    op.create_table(
        "credit_note_counters",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", name="pk_credit_note_counters"),
    )
    make_append_only("credit_notes")


def downgrade() -> None:
    """Drops them."""
    op.drop_table("credit_note_counters")
    op.drop_table("credit_notes")
    drop_append_only("credit_notes")
