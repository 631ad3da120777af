"""What the catalogue knows about goods for customs, where their order does not tell."""

from __future__ import annotations

from collections.abc import Callable

from domain.catalogue.entries import CatalogueEntry
from domain.orders import Order, OrderLine

# What customs asks for and both orders and products may tell.
TOLD = ("hs_code", "origin_country", "customs_description", "weight_grams")


def with_catalogue_facts(order: Order, find: Callable[[str], CatalogueEntry | None]) -> Order:
    """The order with what its lines leave out for customs, as the catalogue has it; what the order tells counts."""
    return order.model_copy(update={"lines": tuple(_told(line, find) for line in order.lines)})


def _told(line: OrderLine, find: Callable[[str], CatalogueEntry | None]) -> OrderLine:
    if all(getattr(line, name) for name in TOLD):
        return line
    entry = find(line.sku) if line.sku else None
    variant = entry.variant(line.sku) if entry is not None else None
    if variant is None:
        return line
    return line.model_copy(update={name: getattr(line, name) or getattr(variant, name) for name in TOLD})
