"""Credit accounts: store credit and gift cards, what payouts put on them, and ledger entries about them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Makes the table and columns. Added in place: making the ledger anew would lose the triggers that guard it."""
    op.add_column("payouts", sa.Column("account", sa.String(length=160), server_default="", nullable=False))
    op.add_column("payouts", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ledger_entries", sa.Column("account", sa.String(length=160), nullable=True))
    op.create_index(
        "ix_ledger_entries_account",
        "ledger_entries",
        ["merchant", "account"],
        sqlite_where=sa.text("account IS NOT NULL"),
        postgresql_where=sa.text("account IS NOT NULL"),
    )
    op.create_table(
        "credit_accounts",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_minor", sa.BigInteger(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("expired_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "issued_minor >= 0 AND spent_minor >= 0 AND expired_minor >= 0",
            name=op.f("ck_credit_accounts_not_negative"),
        ),
        sa.CheckConstraint(
            "spent_minor + expired_minor <= issued_minor", name=op.f("ck_credit_accounts_within_issued")
        ),
        sa.PrimaryKeyConstraint("merchant", "account", "currency", name="pk_credit_accounts"),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("credit_accounts")
    op.drop_index("ix_ledger_entries_account", "ledger_entries")
    op.drop_column("ledger_entries", "account")
    op.drop_column("payouts", "expires_at")
    op.drop_column("payouts", "account")
