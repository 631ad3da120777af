"""What waits for approval or was decided, and authority that was lent."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from records.tables.columns import at, maybe_at, metadata, minor, text

# Written by `save_case` with the case, from the case; only `owner` and `claimed_at` are facts of their own. `document`
# is the whole item, the other columns are copies for searching.
approvals = Table(
    "approvals",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("subject", 24),
    text("case_kind", 24),
    text("order_id"),
    text("customer_id"),
    text("action", 24),
    text("state", 16),
    minor("amount_minor"),
    text("currency", 3),
    text("role", 24),
    Column("rank", Integer(), nullable=False),
    text("asked_by"),
    at("asked_at"),
    at("due_at"),
    text("owner"),
    maybe_at("claimed_at"),
    text("decided_by"),
    maybe_at("decided_at"),
    Column("document", Text(), nullable=False),
    PrimaryKeyConstraint("merchant", "rma", "subject"),
)
# The queue is what nobody decided yet, in the order in which it is worked off.
_undecided = approvals.c.decided_at.is_(None)
Index(
    "ix_approvals_queue",
    approvals.c.merchant,
    approvals.c.rank,
    approvals.c.due_at,
    approvals.c.rma,
    approvals.c.subject,
    sqlite_where=_undecided,
    postgresql_where=_undecided,
)
# What was granted without approval is added up by order, customer and person.
_alone = approvals.c.state == "alone"
for _scope in ("order_id", "customer_id", "asked_by"):
    Index(
        f"ix_approvals_alone_{_scope}",
        approvals.c.merchant,
        approvals.c[_scope],
        approvals.c.decided_at,
        sqlite_where=_alone,
        postgresql_where=_alone,
    )
Index("ix_approvals_asked_at", approvals.c.merchant, approvals.c.action, approvals.c.asked_at)

delegations = Table(
    "delegations",
    metadata,
    text("merchant"),
    text("delegation_id"),
    text("delegate"),
    text("delegator"),
    at("starts_at"),
    at("ends_at"),
    maybe_at("ended_at"),
    at("made_at"),
    Column("document", Text(), nullable=False),
    PrimaryKeyConstraint("merchant", "delegation_id"),
    Index("ix_delegations_delegate", "merchant", "delegate", "ends_at"),
)
