"""What may stand in for goods of an order: other variants of the same product."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from domain.catalogue.entries import Availability, CatalogueEntry
from domain.catalogue.prices import PricedGoods, price_goods
from domain.catalogue.products import CataloguePart, Variant
from domain.orders import Order, OrderLine


class Alternative(CataloguePart):
    """A variant that the customer could have instead."""

    sku: str
    title: str
    options: dict[str, str]
    changes: dict[str, str] = Field(description="The options in which it differs from what was sold.")
    price: PricedGoods | None = Field(description="As a line of the order; unset: not sold in the order's currency.")
    availability: Availability | None = Field(description="Unset: nothing is known of its stock.")
    enough: bool | None = Field(description="Whether so many are available; unset: nothing is known of its stock.")
    image: str
    final_sale: bool


def find_alternatives(
    entry: CatalogueEntry, order: Order, line: OrderLine, *, quantity: int, same: Collection[str] = ()
) -> tuple[Alternative, ...]:
    """The other variants of the sold one's product, as the shop lists them; none of a product that is withdrawn.

    With `same` only those that have the sold one's value of each of these options: another size, the same colour. The
    sold variant itself need not be on sale any more, but then nothing is the same as it.
    """
    sold = entry.variant(line.sku)
    if entry.product.withdrawn or (same and sold is None):
        return ()
    options = sold.options if sold else {}
    others = [variant for variant in entry.product.variants if variant.sku != line.sku]
    fitting = [each for each in others if all(each.options.get(name) == options.get(name) for name in same)]
    return tuple(_alternative(entry, order, line, variant=variant, quantity=quantity) for variant in fitting)


def _alternative(
    entry: CatalogueEntry, order: Order, line: OrderLine, *, variant: Variant, quantity: int
) -> Alternative:
    sold = entry.variant(line.sku)
    known = entry.availability_of(variant.sku)
    told = sold.options if sold else {}
    return Alternative(
        sku=variant.sku,
        title=variant.title or entry.product.title,
        options=variant.options,
        changes={name: value for name, value in variant.options.items() if told.get(name) != value},
        price=price_goods(variant, order, quantity=quantity, stands_for=line),
        availability=known,
        enough=known.available >= quantity if known else None,
        image=variant.image or entry.product.image,
        final_sale=variant.final_sale,
    )
