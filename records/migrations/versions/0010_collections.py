"""Money from customers: what is asked, held and captured, and which payments were collected by a case.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

RENEWS = "continues IS NOT NULL AND kind = 'hold' AND state != 'failed'"


def upgrade() -> None:
    """Makes the table, and the column that tells collected payments apart."""
    with op.batch_alter_table("payment_balances") as balances:
        balances.add_column(sa.Column("collected_by", sa.String(length=16), nullable=True))
    op.create_table(
        "collections",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("instrument", sa.String(length=128), nullable=False),
        sa.Column("customer", sa.String(length=128), nullable=False),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_minor", sa.BigInteger(), nullable=True),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("continues", sa.Integer(), nullable=True),
        sa.Column("provider_reference", sa.String(length=128), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.String(length=255), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_collections_positive")),
        sa.CheckConstraint(
            "captured_minor >= 0 AND captured_minor <= amount_minor", name=op.f("ck_collections_within_authorized")
        ),
        sa.CheckConstraint(
            "decided_minor IS NULL OR (decided_minor >= 0 AND decided_minor <= amount_minor)",
            name=op.f("ck_collections_decided"),
        ),
        sa.PrimaryKeyConstraint("merchant", "rma", "number", name="pk_collections"),
        sa.UniqueConstraint("key", name="uq_collections_key"),
    )
    op.create_index("ix_collections_merchant_order_id", "collections", ["merchant", "order_id"])
    op.create_index("ix_collections_provider_reference", "collections", ["provider_reference"])
    op.create_index(
        "uq_collections_renewal",
        "collections",
        ["merchant", "rma", "continues"],
        unique=True,
        sqlite_where=sa.text(RENEWS),
        postgresql_where=sa.text(RENEWS),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("collections")
    with op.batch_alter_table("payment_balances") as balances:
        balances.drop_column("collected_by")
