"""What is known about the accounts of a shop's customers: what they bought and sent back, and the lists they are on."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, Text

from records.tables.columns import at, count, maybe_at, metadata, minor, text

# Written with the order, from the order, so that a history is summed without reading documents.
purchases = Table(
    "purchases",
    metadata,
    text("merchant"),
    text("order_id"),
    text("account"),
    text("currency", 3),
    minor("value_minor"),
    count("units"),
    at("placed_at"),
    PrimaryKeyConstraint("merchant", "order_id"),
    Index(None, "merchant", "account", "placed_at"),
)

# What accounts have in common, as hashes: whose address or card it is cannot be read here.
account_marks = Table(
    "account_marks",
    metadata,
    text("merchant"),
    text("kind", 16),
    text("mark"),
    text("account"),
    at("seen_at"),
    PrimaryKeyConstraint("merchant", "kind", "mark", "account"),
)

# Written by `save_case` with the case, from the case.
return_stakes = Table(
    "return_stakes",
    metadata,
    text("merchant"),
    text("rma", 16),
    text("account"),
    text("currency", 3),
    at("requested_at"),
    Column("counted", Boolean(), nullable=False),
    minor("value_minor"),
    count("units"),
    minor("kept_minor"),
    count("no_receipt_claims"),
    count("worn_units"),
    text("outcome", 16),
    PrimaryKeyConstraint("merchant", "rma"),
    Index(None, "merchant", "account", "requested_at"),
)

# Written by `save_case` too: which returns showed a signal; they are few beside all returns.
return_signals = Table(
    "return_signals",
    metadata,
    text("merchant"),
    text("signal", 24),
    text("rma", 16),
    PrimaryKeyConstraint("merchant", "signal", "rma"),
)

listings = Table(
    "listings",
    metadata,
    text("merchant"),
    text("listing_id"),
    text("account"),
    text("kind", 16),
    at("made_at"),
    maybe_at("until"),
    maybe_at("ended_at"),
    Column("document", Text(), nullable=False),
    PrimaryKeyConstraint("merchant", "listing_id"),
    Index("ix_listings_account", "merchant", "account"),
    Index("ix_listings_made_at", "merchant", "made_at", "listing_id"),
)
