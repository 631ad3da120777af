"""What shops sell, how many are left, and the payment instruments of their customers."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from records.tables.columns import at, maybe_at, metadata, text

# Words are looked up by their beginning, which an index serves only where texts are ordered byte by byte.
WORD = String(64).with_variant(String(64, collation="C"), "postgresql")

products = Table(
    "products",
    metadata,
    text("merchant"),
    text("product_id"),
    Column("version", Integer(), nullable=False),
    Column("document", Text(), nullable=False),
    text("content_hash"),
    text("category"),
    at("as_of"),
    text("source", 16),
    PrimaryKeyConstraint("merchant", "product_id"),
    Index(None, "merchant", "category", "product_id"),
)

# A SKU is one variant of one product: the key says so. Stock moves by the minute, so it is no part of the document.
variants = Table(
    "variants",
    metadata,
    text("merchant"),
    text("sku"),
    text("product_id"),
    Column("available", Integer(), nullable=True),
    maybe_at("available_as_of"),
    text("available_source", 16),
    PrimaryKeyConstraint("merchant", "sku"),
    Index(None, "merchant", "product_id"),
)

# Ids, SKUs, GTINs and the words of titles and options, so that a search is a look into an index.
product_words = Table(
    "product_words",
    metadata,
    text("merchant"),
    Column("word", WORD, nullable=False),
    text("product_id"),
    PrimaryKeyConstraint("merchant", "word", "product_id"),
    Index(None, "merchant", "product_id"),
)

# All instruments of a customer in one row, since they are told and shown together.
customer_instruments = Table(
    "customer_instruments",
    metadata,
    text("merchant"),
    text("customer_id"),
    Column("version", Integer(), nullable=False),
    Column("document", Text(), nullable=False),
    text("content_hash"),
    at("updated_at"),
    PrimaryKeyConstraint("merchant", "customer_id"),
)
