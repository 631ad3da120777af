"""Cases that are the recipient's of a gift and are kept from the buyer.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Adds the column; no case of before is a recipient's."""
    op.add_column("cases", sa.Column("for_recipient", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drops it: the buyer would see those cases then."""
    op.drop_column("cases", "for_recipient")
