"""The ledger, the balances, payouts, collections and disputes that it explains, and what payment providers told us."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique

from records.tables.columns import RowNumber, at, count, maybe_at, metadata, minor, text

# One row per captured payment: the sum of its ledger entries, guarded. `collected_by` is the case that collected it; other
# payments came with their order. `claimed_minor` is what banks say they took in
# disputes; `disputed_minor` is as much of it as the payment still held, and the rest is an alarm.
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
    minor("claimed_minor", server_default="0"),
    Column("collected_by", String(16), nullable=True),
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
    text("method", 16, server_default="provider"),
    minor("bonus_minor", server_default="0"),
    text("account", 160, server_default=""),
    maybe_at("expires_at"),
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

# Money from customers. `decided_minor` is what is to be captured, empty while nothing is decided. `client_secret` lets the
# customer's browser confirm; it is wiped when there is nothing more to confirm.
collections = Table(
    "collections",
    metadata,
    text("merchant"),
    text("rma", 16),
    Column("number", Integer(), nullable=False, autoincrement=False),
    text("order_id"),
    text("payment_id"),
    text("kind", 16),
    minor("amount_minor"),
    text("currency", 3),
    text("state", 16),
    text("key", 255),
    text("instrument", 128),
    text("customer", 128),
    maybe_at("confirm_by"),
    maybe_at("needed_until"),
    maybe_at("lapses_at"),
    Column("decided_minor", BigInteger(), nullable=True),
    minor("captured_minor"),
    Column("continues", Integer(), nullable=True),
    text("provider_reference", 128),
    Column("failure", Text(), nullable=False),
    Column("client_secret", String(255), nullable=True),
    at("planned_at"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "rma", "number"),
    Unique("key"),
    CheckConstraint("amount_minor > 0", name="positive"),
    CheckConstraint("captured_minor >= 0 AND captured_minor <= amount_minor", name="within_authorized"),
    CheckConstraint("decided_minor IS NULL OR (decided_minor >= 0 AND decided_minor <= amount_minor)", name="decided"),
    Index(None, "merchant", "order_id"),
    Index(None, "provider_reference"),
)
# A hold is renewed by one other, whoever plans that at the same moment; a renewal that was declined may be tried again.
_renews = collections.c.continues.is_not(None) & (collections.c.kind == "hold") & (collections.c.state != "failed")
Index(
    "uq_collections_renewal",
    collections.c.merchant,
    collections.c.rma,
    collections.c.continues,
    unique=True,
    sqlite_where=_renews,
    postgresql_where=_renews,
)

disputes = Table(
    "disputes",
    metadata,
    text("merchant"),
    text("dispute_id", 128),
    text("provider", 32),
    text("order_id"),
    text("payment_id"),
    minor("amount_minor"),
    text("currency", 3),
    text("state", 16),
    Column("freezes", Boolean(), nullable=False),
    text("reason"),
    maybe_at("respond_by"),
    at("opened_at"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "dispute_id"),
    CheckConstraint("amount_minor > 0", name="positive"),
    Index(None, "merchant", "order_id", "payment_id"),
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
    Column("account", String(160), nullable=True),
    Unique("merchant", "entry_key"),
    CheckConstraint("amount_minor > 0 OR kind = 'capture_corrected'", name="positive"),
    Index(None, "merchant", "order_id"),
    Index(None, "merchant", "rma"),
    sqlite_autoincrement=True,
)
# Few entries are about credit, so that their index holds no others.
_of_account = ledger_entries.c.account.is_not(None)
Index(
    "ix_ledger_entries_account",
    ledger_entries.c.merchant,
    ledger_entries.c.account,
    sqlite_where=_of_account,
    postgresql_where=_of_account,
)

# One row per account and currency: the sum of its ledger entries, guarded. Bonuses and what was given back count as
# issued; what can be spent is less by what has expired since the last entry.
credit_accounts = Table(
    "credit_accounts",
    metadata,
    text("merchant"),
    text("account", 160),
    text("currency", 3),
    minor("issued_minor"),
    minor("spent_minor"),
    minor("expired_minor"),
    at("opened_at"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "account", "currency"),
    CheckConstraint("issued_minor >= 0 AND spent_minor >= 0 AND expired_minor >= 0", name="not_negative"),
    CheckConstraint("spent_minor + expired_minor <= issued_minor", name="within_issued"),
)

# What payment providers told us, each event once under the provider's own id, kept before anything is done about it.
payment_events = Table(
    "payment_events",
    metadata,
    text("provider", 32),
    text("event_id", 128),
    text("merchant"),
    text("kind", 32),
    text("reference", 128),
    Column("document", Text(), nullable=False),
    at("received_at"),
    count("attempts"),
    at("next_attempt_at"),
    Column("outcome", String(16), nullable=True),
    text("code"),
    Column("detail", Text(), nullable=False),
    maybe_at("settled_at"),
    PrimaryKeyConstraint("provider", "event_id"),
    Index(None, "merchant", "received_at"),
)
_unapplied = payment_events.c.outcome.is_(None)
Index(
    "ix_payment_events_unapplied",
    payment_events.c.next_attempt_at,
    sqlite_where=_unapplied,
    postgresql_where=_unapplied,
)
