"""Orders as the shop told them, and the policies of merchants."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from records.tables.columns import at, maybe_at, metadata, text

orders = Table(
    "orders",
    metadata,
    text("merchant"),
    text("order_id"),
    Column("version", Integer(), nullable=False),
    Column("document", Text(), nullable=False),
    text("content_hash"),
    text("email", 320),
    text("customer_id"),
    at("placed_at"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "order_id"),
    Index(None, "merchant", "email"),
    Index(None, "merchant", "customer_id"),
)

# What an order was before it was changed: amounts stay explicable by the order that they were computed from. The present
# version stands in `orders` alone, so an order that never changes costs one row. Rows hold personal data, so no trigger
# forbids to blank it out.
order_versions = Table(
    "order_versions",
    metadata,
    text("merchant"),
    text("order_id"),
    Column("version", Integer(), nullable=False, autoincrement=False),
    Column("document", Text(), nullable=False),
    at("replaced_at"),
    PrimaryKeyConstraint("merchant", "order_id", "version"),
)

# The parcels to the customer, so that an agent finds an order by the number on the parcel.
order_tracking = Table(
    "order_tracking",
    metadata,
    text("merchant"),
    text("tracking_number"),
    text("order_id"),
    PrimaryKeyConstraint("merchant", "tracking_number", "order_id"),
    Index(None, "merchant", "order_id"),
)

# A version without `activated_at` is staged: nothing is judged by it. Rows are never changed but by their activation.
policies = Table(
    "policies",
    metadata,
    text("merchant"),
    Column("version", Integer(), nullable=False, autoincrement=False),
    Column("document", Text(), nullable=False),
    text("content_hash"),
    at("effective_from"),
    at("created_at"),
    text("staged_by", server_default=""),
    maybe_at("activated_at"),
    text("activated_by", server_default=""),
    text("note", 500, server_default=""),
    PrimaryKeyConstraint("merchant", "version"),
)
