"""What arrived, what must leave, who may call, and how the loops of dispatch are doing."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from records.tables.columns import at, count, maybe_at, metadata, text

# No foreign key to cases: news about an unknown case is kept too.
inbox = Table(
    "inbox",
    metadata,
    text("event_id", 255),
    text("merchant"),
    text("rma", 16),
    text("case_kind", 24, server_default="return"),
    text("kind", 32),
    text("actor_name"),
    text("actor_role", 24),
    text("actor_owner", server_default=""),
    at("occurred_at"),
    at("received_at"),
    Column("awaits_answer", Boolean(), nullable=False),
    Column("payload", JSON(), nullable=False),
    text("body_hash"),
    maybe_at("delivered_at"),
    count("attempts"),
    at("next_attempt_at"),
    Column("outcome", String(16), nullable=True),
    text("code"),
    Column("detail", Text(), nullable=False),
    maybe_at("settled_at"),
    PrimaryKeyConstraint("event_id"),
    Index(None, "merchant", "rma", "received_at"),
)
_unsettled = inbox.c.outcome.is_(None)
Index("ix_inbox_unsettled", inbox.c.next_attempt_at, sqlite_where=_unsettled, postgresql_where=_unsettled)
_parked = inbox.c.outcome == "parked"
Index("ix_inbox_parked", inbox.c.merchant, inbox.c.received_at, sqlite_where=_parked, postgresql_where=_parked)

outbox = Table(
    "outbox",
    metadata,
    text("message_id"),
    text("merchant"),
    text("rma", 16),
    text("topic"),
    Column("facts", JSON(), nullable=False),
    at("created_at"),
    at("next_attempt_at"),
    count("attempts"),
    maybe_at("sent_at"),
    maybe_at("kept_at"),
    Column("last_error", Text(), nullable=False),
    PrimaryKeyConstraint("message_id"),
    Index(None, "merchant", "rma"),
)
_due = outbox.c.sent_at.is_(None) & outbox.c.kept_at.is_(None)
Index("ix_outbox_due", outbox.c.next_attempt_at, sqlite_where=_due, postgresql_where=_due)

# Only the hash of a key is kept; the prefix is what people see in lists and logs.
api_keys = Table(
    "api_keys",
    metadata,
    text("key_id"),
    text("prefix", 24),
    text("key_hash"),
    text("merchant"),
    text("actor_name"),
    text("actor_role", 24),
    text("actor_owner", server_default=""),
    at("created_at"),
    maybe_at("revoked_at"),
    PrimaryKeyConstraint("key_id"),
    Unique("key_hash"),
    Index(None, "merchant", "created_at"),
)

loop_runs = Table(
    "loop_runs",
    metadata,
    text("loop", 32),
    at("started_at"),
    at("last_run_at"),
    maybe_at("last_success_at"),
    maybe_at("last_failure_at"),
    Column("runs", Integer(), nullable=False),
    Column("handled", Integer(), nullable=False),
    Column("last_error", Text(), nullable=False),
    PrimaryKeyConstraint("loop"),
)
