"""Products, their variants with stock, and the words by which they are found.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "products",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "product_id", name=op.f("pk_products")),
    )
    op.create_index(
        op.f("ix_products_merchant_category_product_id"), "products", ["merchant", "category", "product_id"]
    )
    op.create_table(
        "variants",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("available", sa.Integer(), nullable=True),
        sa.Column("available_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("available_source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "sku", name=op.f("pk_variants")),
    )
    op.create_index(op.f("ix_variants_merchant_product_id"), "variants", ["merchant", "product_id"])
    word = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
    op.create_table(
        "product_words",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "word", "product_id", name=op.f("pk_product_words")),
    )
    op.create_index(op.f("ix_product_words_merchant_product_id"), "product_words", ["merchant", "product_id"])


def downgrade() -> None:
    """Drops the tables."""
    for table in ("product_words", "variants", "products"):
        op.drop_table(table)
