"""Which goods are registered for their warranty, and by whom."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text

from records.tables.columns import at, metadata, text

warranties = Table(
    "warranties",
    metadata,
    text("merchant"),
    text("warranty_key", 130),
    text("order_id"),
    text("line_id"),
    text("registered_by"),
    at("until"),
    Column("document", Text(), nullable=False),
    PrimaryKeyConstraint("merchant", "warranty_key"),
    Index(None, "merchant", "order_id"),
    Index(None, "merchant", "registered_by"),
)
