"""Dates that customers were told, one row for each promise."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table

from records.tables.columns import at, maybe_at, metadata, text

promises = Table(
    "promises",
    metadata,
    text("merchant"),
    text("rma", 16),
    Column("number", Integer(), nullable=False, autoincrement=False),
    text("case_kind", 24),
    text("order_id"),
    text("kind", 24),
    at("due_at"),
    at("told_at"),
    text("told_by_name"),
    text("told_by_role", 24),
    Column("policy_version", Integer(), nullable=False),
    text("law", 24),
    text("state", 16),
    maybe_at("warn_at"),
    maybe_at("warned_at"),
    maybe_at("broken_at"),
    maybe_at("kept_at"),
    maybe_at("ended_at"),
    Column("replaced_by", Integer(), nullable=True),
    maybe_at("next_look_at"),
    PrimaryKeyConstraint("merchant", "rma", "number"),
    Index(None, "merchant", "due_at", "rma", "number"),
    Index(None, "merchant", "state", "due_at", "rma", "number"),
    Index(None, "merchant", "order_id", "due_at"),
)
_is_watched = promises.c.next_look_at.is_not(None)
Index("ix_promises_watched", promises.c.next_look_at, sqlite_where=_is_watched, postgresql_where=_is_watched)
# What is broken and still waited for is rare, and the doctor asks for it across all shops.
_is_outstanding = (promises.c.state == "broken") & promises.c.ended_at.is_(None)
Index("ix_promises_outstanding", promises.c.merchant, sqlite_where=_is_outstanding, postgresql_where=_is_outstanding)
