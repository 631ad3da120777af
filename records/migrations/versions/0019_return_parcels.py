"""Every parcel on its way back is found by its number, also the second one of a return; those of before are copied.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Makes the table, fills it with the first parcel of each case, and drops the column that knew no second one."""
    op.create_table(
        "return_parcels",
        sa.Column("tracking_number", sa.String(length=64), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tracking_number", "merchant", "rma", name=op.f("pk_return_parcels")),
    )
    op.execute(
        "INSERT INTO return_parcels (tracking_number, merchant, rma, kind, delivery) "
        "SELECT tracking_number, merchant, rma, kind, 1 FROM cases WHERE tracking_number != ''"
    )
    op.drop_index("ix_cases_merchant_tracking_number", "cases")
    op.drop_column("cases", "tracking_number")


def downgrade() -> None:
    """Drops it; the first parcel of each case keeps its number."""
    op.add_column("cases", sa.Column("tracking_number", sa.String(length=64), nullable=False, server_default=""))
    op.execute(
        "UPDATE cases SET tracking_number = COALESCE((SELECT MIN(p.tracking_number) FROM return_parcels p "
        "WHERE p.merchant = cases.merchant AND p.rma = cases.rma AND p.delivery = 1), '')"
    )
    op.create_index(
        "ix_cases_merchant_tracking_number",
        "cases",
        ["merchant", "tracking_number"],
        sqlite_where=sa.text("tracking_number != ''"),
        postgresql_where=sa.text("tracking_number != ''"),
    )
    op.drop_table("return_parcels")
