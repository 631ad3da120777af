"""Every question about what a shop sells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, Connection, select

from domain.catalogue import Availability, CatalogueEntry, NewsSource, Product
from domain.errors import UnknownProduct
from domain.instruments.models import StoredInstruments
from records.instruments import load_instruments
from records.product_search import ProductFilter, ProductPage, make_cursor, select_products
from records.statements import AnyRow, plain
from records.tables import products, variants

PAGE = 50
_PRODUCT = (
    products.c.product_id,
    products.c.document,
    products.c.version,
    products.c.as_of,
    products.c.source,
)


class CatalogueReads:
    """Questions about goods, over connections that cannot write. Every method raises Unavailable without a database."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def product(self, merchant: str, product_id: str) -> CatalogueEntry:
        """The product as last told or asked, with its stock. Raises UnknownProduct."""
        with self._reading() as connection:
            return load_product(connection, merchant, product_id)

    def product_of_sku(self, merchant: str, sku: str) -> CatalogueEntry:
        """The product that has a variant of that SKU. Raises UnknownProduct."""
        with self._reading() as connection:
            return load_product_of_sku(connection, merchant, sku)

    def products(
        self, merchant: str, wanted: ProductFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> ProductPage:
        """A page of the merchant's products by their ids. Raises BadCursor."""
        query = select_products(_PRODUCT, merchant, wanted or ProductFilter(), limit=limit, cursor=cursor)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            page = _entries(connection, merchant, rows[:limit])
        more = len(rows) > limit
        return ProductPage(products=page, next_cursor=make_cursor(page[-1].product.product_id) if more else None)

    def instruments(self, merchant: str, customer_id: str) -> StoredInstruments:
        """The payment instruments of the customer; none, in version 0, where nothing was told."""
        with self._reading() as connection:
            return load_instruments(connection, merchant, customer_id)


def load_product(connection: Connection, merchant: str, product_id: str) -> CatalogueEntry:
    """The product with its stock. Raises UnknownProduct."""
    return _only(connection, merchant, products.c.product_id == plain(product_id), name=f"product {product_id}")


def load_product_of_sku(connection: Connection, merchant: str, sku: str) -> CatalogueEntry:
    """The product that has a variant of that SKU. Raises UnknownProduct."""
    owner = select(variants.c.product_id).where(variants.c.merchant == merchant, variants.c.sku == plain(sku))
    return _only(connection, merchant, products.c.product_id == owner.scalar_subquery(), name=f"SKU {sku}")


def _only(connection: Connection, merchant: str, which: ColumnElement[bool], *, name: str) -> CatalogueEntry:
    rows = connection.execute(select(*_PRODUCT).where(products.c.merchant == merchant, which)).all()
    if not rows:
        raise UnknownProduct(f"merchant {merchant} has no {name}")
    return _entries(connection, merchant, rows)[0]


def _entries(connection: Connection, merchant: str, rows: Iterable[AnyRow]) -> tuple[CatalogueEntry, ...]:
    rows = list(rows)
    stock = _stock(connection, merchant, [row.product_id for row in rows])
    return tuple(
        CatalogueEntry(
            product=Product.model_validate_json(row.document),
            version=row.version,
            as_of=row.as_of,
            source=NewsSource(row.source),
            availability=tuple(stock[row.product_id]),
        )
        for row in rows
    )


def _stock(connection: Connection, merchant: str, names: list[str]) -> dict[str, list[Availability]]:
    query = (
        select(variants)
        .where(
            variants.c.merchant == merchant,
            variants.c.product_id.in_(names),
            variants.c.available_as_of.is_not(None),
        )
        .order_by(variants.c.sku)
    )
    stock: dict[str, list[Availability]] = defaultdict(list)
    for row in connection.execute(query):
        known = Availability(
            sku=row.sku,
            available=row.available,
            as_of=row.available_as_of,
            source=NewsSource(row.available_source),
        )
        stock[row.product_id].append(known)
    return stock
