"""What became of goods that came back, one row for each case, line and disposition."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table

from records.tables.columns import at, metadata, minor, text

# Rows are only ever added, when the warehouse has carried an instruction out; totals over time are read from here alone.
disposed_units = Table(
    "disposed_units",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("line_id"),
    text("disposition", 24),
    text("order_id"),
    text("sku"),
    text("currency", 3),
    Column("quantity", Integer(), nullable=False),
    minor("recovered_minor"),
    minor("cost_minor"),
    at("disposed_at"),
    PrimaryKeyConstraint("merchant", "rma", "line_id", "disposition"),
    CheckConstraint("quantity > 0 AND recovered_minor >= 0 AND cost_minor >= 0", name="not_negative"),
    Index(None, "merchant", "disposed_at"),
)

# What customers were let keep, with what it was worth: their budget is counted over it.
kept_goods = Table(
    "kept_goods",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("customer", 72),
    text("currency", 3),
    minor("value_minor"),
    at("kept_at"),
    PrimaryKeyConstraint("merchant", "rma"),
    Index(None, "merchant", "customer", "kept_at"),
)
