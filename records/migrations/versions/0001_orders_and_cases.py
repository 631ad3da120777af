"""Orders, policies, cases and the units they hold.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.migrations.append_only import drop_append_only, make_append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    _create_orders()
    _create_order_tracking()
    _create_policies()
    _create_cases()
    _index_cases()
    _create_case_totals()
    _create_timeline()
    _create_unit_balances()
    _create_unit_reservations()
    make_append_only("timeline")


def downgrade() -> None:
    """Drops the tables."""
    for table in (
        "unit_reservations",
        "unit_balances",
        "timeline",
        "case_totals",
        "cases",
        "policies",
        "order_tracking",
        "orders",
    ):
        op.drop_table(table)
    drop_append_only("timeline")


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "order_id", name="pk_orders"),
    )
    op.create_index("ix_orders_merchant_customer_id", "orders", ["merchant", "customer_id"])
    op.create_index("ix_orders_merchant_email", "orders", ["merchant", "email"])


def _create_order_tracking() -> None:
    op.create_table(
        "order_tracking",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("tracking_number", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "tracking_number", "order_id", name="pk_order_tracking"),
    )
    op.create_index("ix_order_tracking_merchant_order_id", "order_tracking", ["merchant", "order_id"])


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "version", name="pk_policies"),
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("tracking_number", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("waiting_for", sa.String(length=32), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("timeline_length", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("start_attempts", sa.Integer(), nullable=False),
        sa.Column("next_start_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "rma", name="pk_cases"),
        sa.UniqueConstraint("merchant", "idempotency_key", name="uq_cases_merchant_idempotency_key"),
    )


def _index_cases() -> None:
    op.create_index(
        "ix_cases_merchant_customer_id_requested_at_rma", "cases", ["merchant", "customer_id", "requested_at", "rma"]
    )
    op.create_index(
        "ix_cases_merchant_order_id_requested_at_rma", "cases", ["merchant", "order_id", "requested_at", "rma"]
    )
    op.create_index("ix_cases_merchant_requested_at_rma", "cases", ["merchant", "requested_at", "rma"])
    op.create_index("ix_cases_merchant_state_requested_at_rma", "cases", ["merchant", "state", "requested_at", "rma"])
    op.create_index(
        "ix_cases_merchant_state_waiting_for_requested_at_rma",
        "cases",
        ["merchant", "state", "waiting_for", "requested_at", "rma"],
    )
    op.create_index(
        "ix_cases_merchant_tracking_number",
        "cases",
        ["merchant", "tracking_number"],
        sqlite_where=sa.text("tracking_number != ''"),
        postgresql_where=sa.text("tracking_number != ''"),
    )
    op.create_index(
        "ix_cases_merchant_waiting_for_requested_at_rma", "cases", ["merchant", "waiting_for", "requested_at", "rma"]
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["merchant", "rma"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_cases_unstarted",
        "cases",
        ["next_start_at"],
        sqlite_where=sa.text("started_at IS NULL"),
        postgresql_where=sa.text("started_at IS NULL"),
    )


def _create_case_totals() -> None:
    op.create_table(
        "case_totals",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("waiting_for", sa.String(length=32), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "kind", "state", "waiting_for", "shard", name="pk_case_totals"),
    )


def _create_timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "rma", "sequence", name="pk_timeline"),
    )


def _create_unit_balances() -> None:
    op.create_table(
        "unit_balances",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved + returned <= sold", name=op.f("ck_unit_balances_within_sold")),
        sa.CheckConstraint("reserved >= 0 AND returned >= 0", name=op.f("ck_unit_balances_not_negative")),
        sa.PrimaryKeyConstraint("merchant", "order_id", "line_id", name="pk_unit_balances"),
    )


def _create_unit_reservations() -> None:
    op.create_table(
        "unit_reservations",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.CheckConstraint("held >= 0 AND kept >= 0", name=op.f("ck_unit_reservations_not_negative")),
        sa.PrimaryKeyConstraint("merchant", "rma", "line_id", name="pk_unit_reservations"),
    )
    op.create_index("ix_unit_reservations_merchant_order_id", "unit_reservations", ["merchant", "order_id"])
