"""Approvals beside their cases, authority that was lent, and the person behind a key.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

QUEUE = ["merchant", "rank", "due_at", "rma", "subject"]


def upgrade() -> None:
    """Makes the tables and columns."""
    for table in ("api_keys", "inbox"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("actor_owner", sa.String(length=64), server_default="", nullable=False))
    _create_approvals()
    op.create_table(
        "delegations",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("delegation_id", sa.String(length=64), nullable=False),
        sa.Column("delegate", sa.String(length=64), nullable=False),
        sa.Column("delegator", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "delegation_id", name="pk_delegations"),
    )
    op.create_index("ix_delegations_delegate", "delegations", ["merchant", "delegate", "ends_at"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("delegations")
    op.drop_table("approvals")
    for table in ("inbox", "api_keys"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("actor_owner")


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("case_kind", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "rma", "subject", name="pk_approvals"),
    )
    undecided, alone = sa.text("decided_at IS NULL"), sa.text("state = 'alone'")
    op.create_index("ix_approvals_queue", "approvals", QUEUE, sqlite_where=undecided, postgresql_where=undecided)
    for scope in ("order_id", "customer_id", "asked_by"):
        columns = ["merchant", scope, "decided_at"]
        name = f"ix_approvals_alone_{scope}"
        op.create_index(name, "approvals", columns, sqlite_where=alone, postgresql_where=alone)
    op.create_index("ix_approvals_asked_at", "approvals", ["merchant", "action", "asked_at"])
