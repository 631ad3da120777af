"""Credit notes, and the number that was given last."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from records.tables.columns import at, count, metadata, minor, text

# Append-only: triggers refuse update, delete and truncate.
credit_notes = Table(
    "credit_notes",
    metadata,
    text("merchant"),
    Column("sequence", Integer(), nullable=False, autoincrement=False),
    text("number", 32),
    text("order_id"),
    text("rma", 16),
    text("currency", 3),
    minor("net_minor"),
    minor("tax_minor"),
    minor("total_minor"),
    Column("document", Text(), nullable=False),
    at("issued_at"),
    PrimaryKeyConstraint("merchant", "sequence"),
    Unique("merchant", "number"),
    CheckConstraint("net_minor + tax_minor = total_minor AND total_minor <> 0", name="adds_up"),
    Index(None, "merchant", "order_id"),
    Index(None, "merchant", "rma"),
)

# Taken in the transaction that writes the note: what is rolled back gives its number back, so there are no gaps.
credit_note_counters = Table(
    "credit_note_counters",
    metadata,
    text("merchant"),
    count("last"),
    PrimaryKeyConstraint("merchant"),
)
