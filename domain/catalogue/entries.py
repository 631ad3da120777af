"""A product as it stands in our catalogue: what we know, since when, and whether it was told or asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.catalogue.products import CataloguePart, Product, Sku, Stock, Variant


class NewsSource(StrEnum):
    """How we came to know it."""

    TOLD = "told"
    ASKED = "asked"


class Availability(CataloguePart):
    """How many units of a variant could be bought, at that moment."""

    sku: Sku
    available: Stock
    as_of: Annotated[AwareDatetime, Field(description="When it was so.")]
    source: NewsSource


class CatalogueEntry(CataloguePart):
    """The product with its version, and what was last heard of its stock; a variant that nothing is known of is left out."""

    product: Product
    version: Annotated[int, Field(description="Grows by one with each change; news about stock is none.")]
    as_of: Annotated[AwareDatetime, Field(description="When it was last known to be so.")]
    source: NewsSource
    availability: tuple[Availability, ...] = ()

    def availability_of(self, sku: str) -> Availability | None:
        """What was last heard of the variant's stock, or None when nothing was."""
        return next((known for known in self.availability if known.sku == sku), None)

    def variant(self, sku: str) -> Variant | None:
        """The variant of that SKU, or None when the product has none such."""
        return self.product.variant(sku)
