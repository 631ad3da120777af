"""What was first answered to a request, so that the same request again is answered the same."""

from __future__ import annotations

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from records.tables.columns import at, metadata, text

first_answers = Table(
    "first_answers",
    metadata,
    text("merchant"),
    text("rma", 16),
    Column("status", Integer(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("body", Text(), nullable=False),
    at("answered_at"),
    PrimaryKeyConstraint("merchant", "rma"),
)
