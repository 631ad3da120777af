"""Products as last told or asked; a SKU belongs to one product, and old news never replaces newer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from domain.catalogue import Availability, NewsSource, Product
from records.catalogue_models import ProductOutcome, ProductReceipt
from records.product_search import words_of
from records.statements import AnyRow, present
from records.tables import product_words, products, variants

# Both databases take tens of thousands of parameters; this keeps the statement small enough to plan quickly.
LOOKUP = 1000
# News about stock is no change of the product: a shop that sells would otherwise make a version every minute.
NEWS: dict[str, Any] = {"as_of": True, "variants": {"__all__": {"available": True}}}


def put_products(
    connection: Connection,
    merchant: str,
    batch: Sequence[Product],
    *,
    source: NewsSource,
    expected_version: int | None = None,
) -> list[ProductReceipt]:
    """Each product is on record, or its receipt says why not; the receipts are in the order of the batch.

    A product equal to the one on record keeps its version, and its stock is news all the same. `expected_version`,
    where given, must be the version on record (0: none). Raises ValueError when the batch names a product twice.
    """
    if len({product.product_id for product in batch}) < len(batch):
        raise ValueError("a batch names each product once")
    known = {row.product_id: row for row in _look_up(connection, merchant, [each.product_id for each in batch])}
    owners = _owners(connection, merchant, [variant.sku for each in batch for variant in each.variants])
    receipts = []
    for product in batch:
        content = _Content(product, source)
        receipt = _judge(content, known.get(product.product_id), owners, expected_version)
        receipts.append(receipt)
        if receipt.stored:
            _keep(connection, merchant, content, receipt, owners)
            owners |= {variant.sku: product.product_id for variant in product.variants}
    return receipts


def keep_availability(connection: Connection, merchant: str, news: Sequence[Availability]) -> None:
    """What is newer than the stock on record replaces it; variants that are not in the catalogue are left out."""
    # The same order of locks everywhere, so that two shops' news cannot wait for each other.
    for known in sorted(news, key=lambda each: each.sku):
        older = or_(variants.c.available_as_of.is_(None), variants.c.available_as_of <= known.as_of)
        changes = {
            "available": known.available,
            "available_as_of": known.as_of,
            "available_source": str(known.source),
        }
        where = (variants.c.merchant == merchant, variants.c.sku == known.sku, older)
        connection.execute(update(variants).where(*where).values(changes))


class _Content:
    """A product with its document as it is stored, and when it was so."""

    def __init__(self, product: Product, source: NewsSource) -> None:
        now = present()
        self.product, self.source = product, source
        # A shop whose clock runs ahead must not shut out what it tells later.
        self.as_of: datetime = min(product.as_of.astimezone(UTC), now) if product.as_of else now
        self.document = product.model_dump_json(exclude=NEWS)
        # Of what was told, not of what we filled in: a release that adds a field must not change every product.
        told = product.model_dump_json(exclude=NEWS, exclude_defaults=True)
        self.content_hash = hashlib.sha256(told.encode()).hexdigest()

    def columns(self, version: int) -> dict[str, Any]:
        return {
            "version": version,
            "document": self.document,
            "content_hash": self.content_hash,
            "category": self.product.category,
            "as_of": self.as_of,
            "source": str(self.source),
        }

    @property
    def news(self) -> list[Availability]:
        return [
            Availability(sku=variant.sku, available=variant.available, as_of=self.as_of, source=self.source)
            for variant in self.product.variants
            if variant.available is not None
        ]


def _judge(
    content: _Content, row: AnyRow | None, owners: dict[str, str], expected_version: int | None
) -> ProductReceipt:
    product_id, version = content.product.product_id, row.version if row else 0

    def answer(outcome: ProductOutcome, problem: str = "", version: int = version) -> ProductReceipt:
        return ProductReceipt(product_id=product_id, outcome=outcome, version=version, problem=problem)

    if row is not None and row.as_of > content.as_of:
        return answer(ProductOutcome.OUTDATED)
    if row is not None and row.content_hash == content.content_hash:
        return answer(ProductOutcome.UNCHANGED)
    if expected_version is not None and expected_version != version:
        problem = f"product {product_id} is at version {version}, not {expected_version}: read it again, then change it"
        return answer(ProductOutcome.STALE, problem)
    for variant in content.product.variants:
        if (owner := owners.get(variant.sku, product_id)) != product_id:
            return answer(ProductOutcome.SKU_TAKEN, f"SKU {variant.sku} is a variant of product {owner}")
    return answer(ProductOutcome.UPDATED if row else ProductOutcome.CREATED, version=version + 1)


def _keep(
    connection: Connection, merchant: str, content: _Content, receipt: ProductReceipt, owners: dict[str, str]
) -> None:
    product_id = content.product.product_id
    if receipt.outcome is ProductOutcome.OUTDATED:
        return
    if receipt.outcome is ProductOutcome.CREATED:
        key = {"merchant": merchant, "product_id": product_id}
        connection.execute(insert(products).values(key | content.columns(receipt.version)))
    else:
        connection.execute(update(products).where(*_is(merchant, product_id)).values(content.columns(receipt.version)))
    if receipt.outcome is not ProductOutcome.UNCHANGED:
        _replace_variants(connection, merchant, content.product, owners)
        _replace_words(connection, merchant, content.product)
    keep_availability(connection, merchant, content.news)


def _replace_variants(connection: Connection, merchant: str, product: Product, owners: dict[str, str]) -> None:
    skus = [variant.sku for variant in product.variants]
    of_product = (variants.c.merchant == merchant, variants.c.product_id == product.product_id)
    gone = set(connection.scalars(select(variants.c.sku).where(*of_product))) - set(skus)
    for sku in sorted(gone):
        connection.execute(delete(variants).where(variants.c.merchant == merchant, variants.c.sku == sku))
        owners.pop(sku, None)
    row = {"merchant": merchant, "product_id": product.product_id, "available_source": ""}
    # A plain insert: whoever takes the same SKU at the same moment fails on the key, and looks again.
    if fresh := [row | {"sku": sku} for sku in skus if sku not in owners]:
        connection.execute(insert(variants), fresh)


def _replace_words(connection: Connection, merchant: str, product: Product) -> None:
    row = {"merchant": merchant, "product_id": product.product_id}
    where = (product_words.c.merchant == merchant, product_words.c.product_id == product.product_id)
    connection.execute(delete(product_words).where(*where))
    connection.execute(insert(product_words), [row | {"word": word} for word in sorted(words_of(product))])


def _look_up(connection: Connection, merchant: str, names: Sequence[str]) -> Iterator[AnyRow]:
    # The same order of locks everywhere, so that two batches cannot wait for each other.
    names = sorted(names)
    for start in range(0, len(names), LOOKUP):
        query = (
            select(products.c.product_id, products.c.version, products.c.content_hash, products.c.as_of)
            .where(products.c.merchant == merchant, products.c.product_id.in_(names[start : start + LOOKUP]))
            .order_by(products.c.product_id)
        )
        yield from connection.execute(query.with_for_update())


def _owners(connection: Connection, merchant: str, skus: Sequence[str]) -> dict[str, str]:
    """The product of each SKU that is in the catalogue."""
    owners: dict[str, str] = {}
    for start in range(0, len(skus), LOOKUP):
        query = select(variants.c.sku, variants.c.product_id).where(
            variants.c.merchant == merchant, variants.c.sku.in_(skus[start : start + LOOKUP])
        )
        owners |= {row.sku: row.product_id for row in connection.execute(query)}
    return owners


def _is(merchant: str, product_id: str) -> tuple[Any, ...]:
    return products.c.merchant == merchant, products.c.product_id == product_id
