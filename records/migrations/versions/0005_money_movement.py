"""What providers tell of refunds and disputes, disputes, other ways of a payout, and cases of other kinds.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the tables and columns."""
    with op.batch_alter_table("payment_balances") as balances:
        balances.add_column(sa.Column("claimed_minor", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("payouts") as payouts:
        payouts.add_column(sa.Column("method", sa.String(length=16), server_default="provider", nullable=False))
        payouts.add_column(sa.Column("bonus_minor", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("inbox") as inbox:
        inbox.add_column(sa.Column("case_kind", sa.String(length=24), server_default="return", nullable=False))
    op.create_index(
        "ix_cases_payment_issues",
        "cases",
        ["merchant", "requested_at", "rma"],
        sqlite_where=sa.text("kind = 'payment_issue'"),
        postgresql_where=sa.text("kind = 'payment_issue'"),
    )
    _create_disputes()
    _create_payment_events()


def downgrade() -> None:
    """Drops them."""
    op.drop_table("payment_events")
    op.drop_table("disputes")
    op.drop_index("ix_cases_payment_issues", "cases")
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("case_kind")
    with op.batch_alter_table("payouts") as payouts:
        payouts.drop_column("bonus_minor")
        payouts.drop_column("method")
    with op.batch_alter_table("payment_balances") as balances:
        balances.drop_column("claimed_minor")


def _create_disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("dispute_id", sa.String(length=128), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("freezes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_disputes_positive")),
        sa.PrimaryKeyConstraint("merchant", "dispute_id", name="pk_disputes"),
    )
    op.create_index("ix_disputes_merchant_order_id_payment_id", "disputes", ["merchant", "order_id", "payment_id"])


def _create_payment_events() -> None:
    op.create_table(
        "payment_events",
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", "event_id", name="pk_payment_events"),
    )
    op.create_index("ix_payment_events_merchant_received_at", "payment_events", ["merchant", "received_at"])
    op.create_index(
        "ix_payment_events_unapplied",
        "payment_events",
        ["next_attempt_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
