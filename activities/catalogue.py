"""What steps ask the catalogue."""

from __future__ import annotations

from domain.catalogue import CatalogueEntry
from domain.errors import UnknownProduct
from domain.ports import Transaction


def find_product(tx: Transaction, merchant: str, sku: str) -> CatalogueEntry | None:
    """The product that has a variant of that SKU; None when the catalogue has none."""
    try:
        return tx.product_of_sku(merchant, sku)
    except UnknownProduct:
        return None
