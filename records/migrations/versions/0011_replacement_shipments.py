"""The list of replacement shipments has an index of its own.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Makes the index."""
    op.create_index(
        "ix_cases_replacement_shipments",
        "cases",
        ["merchant", "requested_at", "rma"],
        sqlite_where=sa.text("kind = 'replacement_shipment'"),
        postgresql_where=sa.text("kind = 'replacement_shipment'"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_index("ix_cases_replacement_shipments", "cases")
