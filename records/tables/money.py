"""The ledger, and the balances and payouts that it explains."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from records.tables.columns import RowNumber, at, metadata, minor, text

# One row per captured payment: the sum of its ledger entries, guarded.
payment_balances = Table(
    "payment_balances",
    metadata,
    text("merchant"),
    text("order_id"),
    text("payment_id"),
    text("currency", 3),
    text("provider", 32),
    text("reference", 128),
    minor("captured_minor"),
    minor("pending_minor"),
    minor("refunded_minor"),
    minor("disputed_minor"),
    PrimaryKeyConstraint("merchant", "order_id", "payment_id"),
    CheckConstraint(
        "captured_minor >= 0 AND pending_minor >= 0 AND refunded_minor >= 0 AND disputed_minor >= 0",
        name="not_negative",
    ),
    CheckConstraint("refunded_minor + pending_minor <= captured_minor - disputed_minor", name="within_captured"),
    Index(None, "reference"),
)

payouts = Table(
    "payouts",
    metadata,
    text("merchant"),
    text("rma", 16),
    Column("number", Integer(), nullable=False, autoincrement=False),
    text("order_id"),
    text("payment_id"),
    minor("amount_minor"),
    text("currency", 3),
    text("state", 16),
    text("key", 255),
    text("provider_reference", 128),
    Column("failure", Text(), nullable=False),
    at("planned_at"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "rma", "number"),
    Unique("key"),
    CheckConstraint("amount_minor > 0", name="positive"),
    Index(None, "merchant", "order_id"),
    Index(None, "provider_reference"),
)

# Append-only: triggers refuse update, delete and truncate. Amounts are how much moved; the kind says which way.
# `entry_key` names the fact (payout key, kind, provider reference), so that the same news never counts twice.
ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("entry_id", RowNumber, primary_key=True),
    text("merchant"),
    text("entry_key", 512),
    text("order_id"),
    text("payment_id"),
    Column("rma", String(16), nullable=True),
    Column("payout", Integer(), nullable=True),
    text("kind", 32),
    minor("amount_minor"),
    text("currency", 3),
    text("provider_reference", 128),
    text("actor_name"),
    text("actor_role", 24),
    at("at"),
    Column("facts", JSON(), nullable=False),
    Unique("merchant", "entry_key"),
    CheckConstraint("amount_minor > 0 OR kind = 'capture_corrected'", name="positive"),
    Index(None, "merchant", "order_id"),
    Index(None, "merchant", "rma"),
    sqlite_autoincrement=True,
)
