"""What the shop sells: products in variants, what each costs, how many are left, and what may stand in for a sold line."""

from domain.catalogue.alternatives import Alternative, find_alternatives
from domain.catalogue.entries import Availability, CatalogueEntry, NewsSource
from domain.catalogue.prices import PricedGoods, price_goods
from domain.catalogue.products import Price, Product, Sku, Variant

__all__ = [
    "Alternative",
    "Availability",
    "CatalogueEntry",
    "NewsSource",
    "Price",
    "PricedGoods",
    "Product",
    "Sku",
    "Variant",
    "find_alternatives",
    "price_goods",
]
