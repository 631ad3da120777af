"""Histories of accounts and the lists of a shop. What orders and returns on record say is filled in.

Marks of addresses and cards come with the next orders: they are counted in a window of time anyway.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BATCH = 1000
PURCHASES = sa.table(
    "purchases",
    *(sa.column(name) for name in ("merchant", "order_id", "account", "currency", "value_minor", "units")),
    sa.column("placed_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Makes the tables and counts the purchases that are on record."""
    _create_purchases()
    _create_stakes()
    op.create_table(
        "listings",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("listing_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "listing_id", name="pk_listings"),
    )
    op.create_index("ix_listings_account", "listings", ["merchant", "account"])
    op.create_index("ix_listings_made_at", "listings", ["merchant", "made_at", "listing_id"])
    _count_purchases()


def downgrade() -> None:
    """Drops them."""
    for table in ("listings", "return_stakes", "account_marks", "purchases"):
        op.drop_table(table)


def _create_purchases() -> None:
    op.create_table(
        "purchases",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "order_id", name="pk_purchases"),
    )
    op.create_index("ix_purchases_merchant_account_placed_at", "purchases", ["merchant", "account", "placed_at"])
    op.create_table(
        "account_marks",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "kind", "mark", "account", name="pk_account_marks"),
    )


def _create_stakes() -> None:
    op.create_table(
        "return_stakes",
        sa.Column("merchant", sa.String(length=64), nullable=False),
        sa.Column("rma", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("kept_minor", sa.BigInteger(), nullable=False),
        sa.Column("no_receipt_claims", sa.Integer(), nullable=False),
        sa.Column("worn_units", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("merchant", "rma", name="pk_return_stakes"),
    )
    columns = ["merchant", "account", "requested_at"]
    op.create_index("ix_return_stakes_merchant_account_requested_at", "return_stakes", columns)


def _count_purchases() -> None:
    connection = op.get_bind()
    after = ("", "")
    while rows := _next_orders(connection, after):
        after = (rows[-1].merchant, rows[-1].order_id)
        found = [row for row in (_purchase(row) for row in rows) if row["account"]]
        if found:
            connection.execute(PURCHASES.insert(), found)


def _next_orders(connection: sa.Connection, after: tuple[str, str]) -> list[Any]:
    query = sa.text(
        "SELECT merchant, order_id, document, placed_at FROM orders "
        "WHERE merchant > :merchant OR (merchant = :merchant AND order_id > :order_id) "
        "ORDER BY merchant, order_id LIMIT :batch"
    ).columns(placed_at=sa.DateTime(timezone=True))
    values = {"merchant": after[0], "order_id": after[1], "batch": BATCH}
    return list(connection.execute(query, values))


def _purchase(row: Any) -> dict[str, Any]:
    order = json.loads(row.document)
    customer = order.get("customer") or {}
    email = (customer.get("email") or "").strip().casefold()
    guest = f"guest:{hashlib.sha256(f'email|{email}'.encode()).hexdigest()[:32]}" if email else ""
    return {
        "merchant": row.merchant,
        "order_id": row.order_id,
        "account": (customer.get("customer_id") or guest).replace("\x00", ""),
        "currency": order["currency"],
        "value_minor": sum(_prices(order)),
        "units": sum(line["quantity"] for line in order["lines"]),
        "placed_at": row.placed_at,
    }


def _prices(order: dict[str, Any]) -> Iterator[int]:
    bundles = order.get("bundles") or []
    bundled = {name for bundle in bundles for name in bundle["line_ids"]}
    yield from (bundle["price_minor"] for bundle in bundles)
    for line in order["lines"]:
        if line["line_id"] not in bundled:
            yield line["unit_price_minor"] * line["quantity"] - line.get("discount_minor", 0)
