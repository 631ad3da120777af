"""Dates that customers were told. Cases on record make their promises with their next step.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Makes the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "promises",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_kind", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("told_at", moment, nullable=False),
        sa.Column("told_by_name", sa.String(length=64), nullable=False),
        sa.Column("told_by_role", sa.String(length=24), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("law", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        *(sa.Column(name, moment, nullable=True) for name in ("warn_at", "warned_at", "broken_at", "kept_at")),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("next_look_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("merchant", "rma", "number", name="pk_promises"),
    )
    for columns in (
        ["merchant", "due_at", "rma", "number"],
        ["merchant", "state", "due_at", "rma", "number"],
        ["merchant", "order_id", "due_at"],
    ):
        op.create_index(f"ix_promises_{'_'.join(columns)}", "promises", columns)
    watched = sa.text("next_look_at IS NOT NULL")
    op.create_index("ix_promises_watched", "promises", ["next_look_at"], sqlite_where=watched, postgresql_where=watched)
    broken = sa.text("state = 'broken' AND ended_at IS NULL")
    op.create_index("ix_promises_outstanding", "promises", ["merchant"], sqlite_where=broken, postgresql_where=broken)


def downgrade() -> None:
    """Drops it."""
    op.drop_table("promises")
