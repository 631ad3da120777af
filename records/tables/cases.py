"""Cases with their timeline, the units they hold, and the totals that dashboards show."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, false
from sqlalchemy import UniqueConstraint as Unique

from records.tables.columns import at, count, maybe_at, metadata, text

# The columns beside the two documents are copies for searching; `save_case` is the only writer of both.
cases = Table(
    "cases",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("kind", 24),
    text("order_id"),
    text("customer_id"),
    text("state", 32),
    text("waiting_for", 32),
    maybe_at("deadline"),
    Column("document", Text(), nullable=False),
    Column("progress", Text(), nullable=False),
    Column("version", Integer(), nullable=False),
    count("timeline_length"),
    Column("for_recipient", Boolean(), nullable=False, server_default=false()),
    text("opened_by"),
    text("idempotency_key", 255),
    text("body_hash"),
    at("requested_at"),
    at("opened_at"),
    at("updated_at"),
    maybe_at("closed_at"),
    maybe_at("started_at"),
    count("start_attempts"),
    at("next_start_at"),
    PrimaryKeyConstraint("merchant", "rma"),
    Unique("merchant", "idempotency_key"),
)

# Each list filter has an index that ends in the order of the list, so that a page is read and nothing is sorted.
Index(None, cases.c.merchant, cases.c.requested_at, cases.c.rma)
Index(None, cases.c.merchant, cases.c.state, cases.c.requested_at, cases.c.rma)
Index(None, cases.c.merchant, cases.c.waiting_for, cases.c.requested_at, cases.c.rma)
Index(None, cases.c.merchant, cases.c.state, cases.c.waiting_for, cases.c.requested_at, cases.c.rma)
Index(None, cases.c.merchant, cases.c.customer_id, cases.c.requested_at, cases.c.rma)
Index(None, cases.c.merchant, cases.c.order_id, cases.c.requested_at, cases.c.rma)
Index(
    "ix_cases_unstarted",
    cases.c.next_start_at,
    sqlite_where=cases.c.started_at.is_(None),
    postgresql_where=cases.c.started_at.is_(None),
)
Index(
    "ix_cases_open",
    cases.c.merchant,
    cases.c.rma,
    sqlite_where=cases.c.closed_at.is_(None),
    postgresql_where=cases.c.closed_at.is_(None),
)
# Few beside the returns, so their list must not walk through those.
Index(
    "ix_cases_payment_issues",
    cases.c.merchant,
    cases.c.requested_at,
    cases.c.rma,
    sqlite_where=cases.c.kind == "payment_issue",
    postgresql_where=cases.c.kind == "payment_issue",
)
Index(
    "ix_cases_adjustments",
    cases.c.merchant,
    cases.c.requested_at,
    cases.c.rma,
    sqlite_where=cases.c.kind == "adjustment",
    postgresql_where=cases.c.kind == "adjustment",
)

Index(
    "ix_cases_replacement_shipments",
    cases.c.merchant,
    cases.c.requested_at,
    cases.c.rma,
    sqlite_where=cases.c.kind == "replacement_shipment",
    postgresql_where=cases.c.kind == "replacement_shipment",
)

Index(
    "ix_cases_exchanges",
    cases.c.merchant,
    cases.c.requested_at,
    cases.c.rma,
    sqlite_where=cases.c.kind == "exchange",
    postgresql_where=cases.c.kind == "exchange",
)

Index(
    "ix_cases_claims",
    cases.c.merchant,
    cases.c.requested_at,
    cases.c.rma,
    sqlite_where=cases.c.kind == "claim",
    postgresql_where=cases.c.kind == "claim",
)

# Every number by which a carrier or a dock may name a parcel on its way back. A carrier's number says nothing of its
# merchant, so it comes first. Only ever added to.
return_parcels = Table(
    "return_parcels",
    metadata,
    text("tracking_number"),
    text("merchant"),
    text("rma", 16),
    text("kind", 24),
    count("delivery"),
    PrimaryKeyConstraint("tracking_number", "merchant", "rma"),
)

# Counted as cases move, since counting 100,000 rows for a dashboard would not stay quick. A case always counts in the
# same shard; the shards keep concurrent writers apart.
case_totals = Table(
    "case_totals",
    metadata,
    text("merchant"),
    text("kind", 24),
    text("state", 32),
    text("waiting_for", 32),
    Column("shard", Integer(), nullable=False, autoincrement=False),
    count("cases"),
    PrimaryKeyConstraint("merchant", "kind", "state", "waiting_for", "shard"),
)

timeline = Table(
    "timeline",
    metadata,
    text("merchant"),
    text("rma", 16),
    Column("sequence", Integer(), nullable=False, autoincrement=False),
    at("at"),
    text("actor_name"),
    text("actor_role", 24),
    text("event"),
    Column("summary", Text(), nullable=False),
    Column("facts", JSON(), nullable=False),
    PrimaryKeyConstraint("merchant", "rma", "sequence"),
)

# A row appears with the first reservation of a line. `sold` follows the order.
unit_balances = Table(
    "unit_balances",
    metadata,
    text("merchant"),
    text("order_id"),
    text("line_id"),
    count("sold"),
    count("reserved"),
    count("returned"),
    PrimaryKeyConstraint("merchant", "order_id", "line_id"),
    CheckConstraint("reserved >= 0 AND returned >= 0", name="not_negative"),
    CheckConstraint("reserved + returned <= sold", name="within_sold"),
)

# `held` units may still come back with the case, `kept` units did.
unit_reservations = Table(
    "unit_reservations",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("line_id"),
    text("order_id"),
    count("held"),
    count("kept"),
    PrimaryKeyConstraint("merchant", "rma", "line_id"),
    CheckConstraint("held >= 0 AND kept >= 0", name="not_negative"),
    Index(None, "merchant", "order_id"),
)
