"""What lies on the shelves of each building, by SKU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.store import Document, Transaction
from sandbox.warehouse.calls import Goods, Problem

STOCK = "warehouse.stock"
AVAILABLE, QUARANTINED, PUT_ASIDE, REFURBISHING = "available", "quarantined", "reserved", "refurbishing"


def count(tx: Transaction, sku: str, warehouse: str, changes: Mapping[str, int]) -> Document:
    """Each place holds so many units more."""
    stock = tx.get(STOCK, sku) or {"id": sku, "sku": sku, "warehouses": {}}
    counts = stock["warehouses"].setdefault(warehouse, {AVAILABLE: 0, QUARANTINED: 0})
    for place, units in changes.items():
        counts[place] = counts.get(place, 0) + units
    return tx.put(STOCK, stock)


def set_available(tx: Transaction, sku: str, warehouse: str, units: int) -> Document:
    """So many units are free to be sold, whatever was there before."""
    return count(tx, sku, warehouse, {AVAILABLE: units - available(tx, sku, warehouse)})


def available(tx: Transaction, sku: str, warehouse: str) -> int:
    """Units that are free."""
    stock = tx.get(STOCK, sku)
    return int(stock["warehouses"].get(warehouse, {}).get(AVAILABLE, 0)) if stock else 0


def require_available(tx: Transaction, warehouse: str, units: Iterable[Goods]) -> None:
    """Raises Problem, which names what is missing, unless all of it is free."""
    wanted: dict[str, int] = {}
    for goods in units:
        wanted[goods.sku] = wanted.get(goods.sku, 0) + goods.quantity
    short = {sku: missing for sku, many in wanted.items() if (missing := many - available(tx, sku, warehouse)) > 0}
    if short:
        words = ", ".join(f"{missing} of {sku}" for sku, missing in short.items())
        raise Problem(409, "out_of_stock", f"Missing in {warehouse}: {words}.", short=short)
