"""Finding products: words become rows, and a search looks up the beginnings of words in an index."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from domain.catalogue import CatalogueEntry, Product
from records.models import Record
from records.search import BadCursor
from records.statements import plain
from records.tables import product_words, products

WORD = re.compile(r"\w+")
LONGEST_WORD = 64
# Beyond these a search is a pasted text; what is left still finds the product.
MOST_WORDS = 8
# Sorts behind every character that a word can hold, on both databases.
LAST = chr(0x10FFFF)


class ProductFilter(Record):
    """Which products a list shows; all that is given must hold."""

    category: str | None = None
    search: str | None = None


class ProductPage(Record):
    """Some products by their ids, and where the next page begins; None at the end."""

    products: tuple[CatalogueEntry, ...]
    next_cursor: str | None


def words_of(product: Product) -> set[str]:
    """What the product is found by: its id, SKUs and GTINs whole, and the words of titles, category and options."""
    whole = [product.product_id, *(name for each in product.variants for name in (each.sku, each.gtin) if name)]
    spoken = [product.title, product.category]
    spoken += [text for each in product.variants for text in (each.title, *each.options.values())]
    words = {_folded(text) for text in whole} | {word for text in spoken for word in _words(text)}
    return {plain(word)[:LONGEST_WORD] for word in words}


def select_products(
    columns: tuple[Any, ...], merchant: str, wanted: ProductFilter, *, limit: int, cursor: str | None
) -> Select[Any]:
    """The statement of one page with one row more, which tells whether there is a next. Raises BadCursor."""
    query = select(*columns).where(products.c.merchant == merchant, *_conditions(merchant, wanted))
    if cursor is not None:
        query = query.where(products.c.product_id > _read_cursor(cursor))
    return query.order_by(products.c.product_id).limit(limit + 1)


def make_cursor(product_id: str) -> str:
    """A text that names a place in the list and can stand in an address."""
    return base64.urlsafe_b64encode(product_id.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        place = ""
    if not place or "\x00" in place or make_cursor(place) != cursor:
        raise BadCursor("the cursor is not one that this list gave out; leave it away to start again")
    return place


def _conditions(merchant: str, wanted: ProductFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.category is not None:
        yield products.c.category == plain(wanted.category)
    if wanted.search is None:
        return
    typed = _folded(plain(wanted.search))
    # An id, SKU or GTIN may hold signs that part words, so what was typed is tried whole as well.
    whole = _beginning_with(merchant, typed[:LONGEST_WORD])
    words = sorted(set(_words(typed)))[:MOST_WORDS]
    every = [products.c.product_id.in_(_beginning_with(merchant, word[:LONGEST_WORD])) for word in words]
    found = products.c.product_id.in_(whole)
    yield or_(found, and_(*every)) if every else found


def _beginning_with(merchant: str, start: str) -> Select[Any]:
    words = product_words.c
    return select(words.product_id).where(words.merchant == merchant, words.word >= start, words.word < start + LAST)


def _words(text: str) -> list[str]:
    return WORD.findall(_folded(text))


def _folded(text: str) -> str:
    """Without accents and capitals, so that Creme finds Crème."""
    apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
