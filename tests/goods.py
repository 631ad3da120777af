"""Products and instruments as tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.catalogue import Availability, CatalogueEntry, NewsSource, Price, Product, Variant
from domain.instruments import Instrument
from domain.orders import PaymentMethod

KNOWN = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def a_variant(sku: str = "MUG-S-BLUE", *, size: str = "S", colour: str = "blue", **changes: Any) -> Variant:
    """A mug at 12.00 GBP with tax."""
    values: dict[str, Any] = {
        "options": {"size": size, "colour": colour},
        "prices": (Price(currency="GBP", amount_minor=1200),),
        "available": 4,
    }
    return Variant(sku=sku, **(values | changes))


def a_product(product_id: str = "mug", *variants: Variant, **changes: Any) -> Product:
    """Mugs in two sizes and two colours; the large ones cost 3.00 more."""
    large = (Price(currency="GBP", amount_minor=1500),)
    told = variants or (
        a_variant(),
        a_variant("MUG-S-RED", colour="red", available=0),
        a_variant("MUG-L-BLUE", size="L", prices=large),
        a_variant("MUG-L-RED", size="L", colour="red", prices=large, available=None),
    )
    values: dict[str, Any] = {"title": "Stoneware mug", "category": "kitchen"}
    return Product(product_id=product_id, variants=told, **(values | changes))


def an_entry(product: Product | None = None) -> CatalogueEntry:
    """The product as it stands in the catalogue, told this morning."""
    product = product or a_product()
    stock = tuple(
        Availability(sku=each.sku, available=each.available, as_of=KNOWN, source=NewsSource.TOLD)
        for each in product.variants
        if each.available is not None
    )
    return CatalogueEntry(product=product, version=1, as_of=KNOWN, source=NewsSource.TOLD, availability=stock)


def a_card(instrument_id: str = "card", **changes: Any) -> Instrument:
    """A card, by its provider's reference."""
    values: dict[str, Any] = {"method": PaymentMethod.CARD, "reference": "pm_1", "label": "Visa, ends in 4242"}
    return Instrument(instrument_id=instrument_id, **(values | changes))


def a_gift_card(instrument_id: str = "gift", **changes: Any) -> Instrument:
    """A gift card with 20.00 GBP on it."""
    values: dict[str, Any] = {
        "method": PaymentMethod.GIFT_CARD,
        "provider": "aftercart",
        "reference": "gc_1",
        "currency": "GBP",
        "balance_minor": 2000,
    }
    return Instrument(instrument_id=instrument_id, **(values | changes))


def store_credit(instrument_id: str = "credit", **changes: Any) -> Instrument:
    """The customer's store credit."""
    values: dict[str, Any] = {
        "method": PaymentMethod.STORE_CREDIT,
        "provider": "aftercart",
        "reference": "c-1",
        "currency": "GBP",
    }
    return Instrument(instrument_id=instrument_id, **(values | changes))
