"""The ledger, what arrives and leaves, and who may call.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.migrations.append_only import drop_append_only, make_append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    _create_payment_balances()
    _create_payouts()
    _create_ledger_entries()
    _create_inbox()
    _create_outbox()
    _create_api_keys()
    _create_loop_runs()
    make_append_only("ledger_entries")


def downgrade() -> None:
    """Drops the tables."""
    for table in (
        "loop_runs",
        "api_keys",
        "outbox",
        "inbox",
        "ledger_entries",
        "payouts",
        "payment_balances",
    ):
        op.drop_table(table)
    drop_append_only("ledger_entries")


def _create_payment_balances() -> None:
    op.create_table(
        "payment_balances",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("pending_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "captured_minor >= 0 AND pending_minor >= 0 AND refunded_minor >= 0 AND disputed_minor >= 0",
            name=op.f("ck_payment_balances_not_negative"),
        ),
        sa.CheckConstraint(
            "refunded_minor + pending_minor <= captured_minor - disputed_minor",
            name=op.f("ck_payment_balances_within_captured"),
        ),
        sa.PrimaryKeyConstraint("merchant", "order_id", "payment_id", name="pk_payment_balances"),
    )
    op.create_index("ix_payment_balances_reference", "payment_balances", ["reference"])


def _create_payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("provider_reference", sa.String(length=128), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payouts_positive")),
        sa.PrimaryKeyConstraint("merchant", "rma", "number", name="pk_payouts"),
        sa.UniqueConstraint("key", name="uq_payouts_key"),
    )
    op.create_index("ix_payouts_merchant_order_id", "payouts", ["merchant", "order_id"])
    op.create_index("ix_payouts_provider_reference", "payouts", ["provider_reference"])


def _create_ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("entry_key", sa.String(length=512), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=True),
        sa.Column("payout", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider_reference", sa.String(length=128), nullable=False),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("amount_minor > 0 OR kind = 'capture_corrected'", name=op.f("ck_ledger_entries_positive")),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_entries"),
        sa.UniqueConstraint("merchant", "entry_key", name="uq_ledger_entries_merchant_entry_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_entries_merchant_order_id", "ledger_entries", ["merchant", "order_id"])
    op.create_index("ix_ledger_entries_merchant_rma", "ledger_entries", ["merchant", "rma"])


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awaits_answer", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_merchant_rma_received_at", "inbox", ["merchant", "rma", "received_at"])
    op.create_index(
        "ix_inbox_parked",
        "inbox",
        ["merchant", "received_at"],
        sqlite_where=sa.text("outcome = 'parked'"),
        postgresql_where=sa.text("outcome = 'parked'"),
    )
    op.create_index(
        "ix_inbox_unsettled",
        "inbox",
        ["next_attempt_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_attempt_at"],
        sqlite_where=sa.text("sent_at IS NULL AND kept_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND kept_at IS NULL"),
    )
    op.create_index("ix_outbox_merchant_rma", "outbox", ["merchant", "rma"])


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=24), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_index("ix_api_keys_merchant_created_at", "api_keys", ["merchant", "created_at"])


def _create_loop_runs() -> None:
    op.create_table(
        "loop_runs",
        sa.Column("loop", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("loop", name="pk_loop_runs"),
    )
