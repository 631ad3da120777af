"""What comes of telling our records about goods and instruments."""

from __future__ import annotations

from enum import StrEnum

from records.models import Record


class ProductOutcome(StrEnum):
    """What became of a product that was put; the last two say why nothing changed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"
    STALE = "stale"
    SKU_TAKEN = "sku_taken"


class ProductReceipt(Record):
    """The answer to a product that was put: its version on record, and what stands in the way when it is refused."""

    product_id: str
    outcome: ProductOutcome
    version: int
    problem: str = ""

    @property
    def stored(self) -> bool:
        """Whether the product on record is the one that was put, or one that is newer."""
        return self.outcome not in (ProductOutcome.STALE, ProductOutcome.SKU_TAKEN)


class InstrumentsOutcome(StrEnum):
    """What became of instruments that were put; the last one says why nothing changed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"


class InstrumentsReceipt(Record):
    """The answer to instruments that were put, and their version on record."""

    outcome: InstrumentsOutcome
    version: int
