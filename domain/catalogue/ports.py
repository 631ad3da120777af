"""The catalogue as steps and edges reach it: what is on record, and the shop that can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.catalogue.entries import Availability, CatalogueEntry
from domain.catalogue.products import Product


class Catalogue(Protocol):
    """What is on record of a merchant's products, inside one database transaction."""

    def product(self, merchant: str, product_id: str) -> CatalogueEntry:
        """The product as last told or asked. Raises UnknownProduct."""
        ...

    def product_of_sku(self, merchant: str, sku: str) -> CatalogueEntry:
        """The product that has a variant of that SKU. Raises UnknownProduct."""
        ...

    def keep_availability(self, merchant: str, news: Sequence[Availability]) -> None:
        """What is newer than the stock on record replaces it; variants that are not in the catalogue are left out."""
        ...


class Storefront(Protocol):
    """The shop of one merchant, asked about its goods. Asking changes nothing, so there is no unknown outcome.

    Every method raises Unavailable when the shop did not answer, and Rejected when it refused or its answer cannot be
    used (`unreadable_answer`).
    """

    def find_product(self, product_id: str) -> Product | None:
        """The product as the shop has it now; None when it has none of that id."""
        ...

    def availability(self, skus: Sequence[str]) -> list[Availability]:
        """How many of each can be bought now; SKUs that the shop does not count are left out."""
        ...
