"""The catalogue on record: the newest news counts, a SKU is one thing, and a search is a look into an index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from domain.catalogue import Availability, NewsSource, Product
from domain.errors import UnknownProduct
from records.catalogue_models import ProductOutcome
from records.database import SqlRecords
from records.product_search import ProductFilter, make_cursor, select_products
from records.search import BadCursor
from records.tables import products
from tests.goods import KNOWN, a_product, a_variant
from tests.records.builders import MERCHANT

HOUR = timedelta(hours=1)


def stock(records: SqlRecords, sku: str) -> tuple[int, str] | None:
    """How many, and how we know."""
    known = records.reads.catalogue.product_of_sku(MERCHANT, sku).availability_of(sku)
    return (known.available, known.source) if known else None


def found(records: SqlRecords, search: str) -> list[str]:
    """The products that a search finds."""
    page = records.reads.catalogue.products(MERCHANT, ProductFilter(search=search))
    return [entry.product.product_id for entry in page.products]


def test_same_product_twice(records: SqlRecords) -> None:
    """A product told again is the same version; its stock is news all the same."""
    first = records.put_product(MERCHANT, a_product("mug", a_variant(available=4)))
    again = records.put_product(MERCHANT, a_product("mug", a_variant(available=3)))

    assert (first.outcome, first.version) == (ProductOutcome.CREATED, 1)
    assert (again.outcome, again.version) == (ProductOutcome.UNCHANGED, 1)
    assert stock(records, "MUG-S-BLUE") == (3, "told")


def test_changed_product(records: SqlRecords) -> None:
    """A changed product is the next version; a variant that is gone is nobody's any more."""
    records.put_product(MERCHANT, a_product())
    receipt = records.put_product(MERCHANT, a_product("mug", a_variant("MUG-XL", size="XL")))

    assert (receipt.outcome, receipt.version) == (ProductOutcome.UPDATED, 2)
    assert records.reads.catalogue.product_of_sku(MERCHANT, "MUG-XL").product.product_id == "mug"
    with pytest.raises(UnknownProduct):
        records.reads.catalogue.product_of_sku(MERCHANT, "MUG-S-BLUE")


def test_what_is_not_said_of_stock_stays(records: SqlRecords) -> None:
    """A product told without a word on stock leaves what is known of it."""
    records.put_product(MERCHANT, a_product("mug", a_variant(available=4)))
    records.put_product(MERCHANT, a_product("mug", a_variant(available=None), title="Mug, new"))

    assert stock(records, "MUG-S-BLUE") == (4, "told")


def test_old_news(records: SqlRecords) -> None:
    """What the shop sent earlier and what arrives later does not undo what is newer."""
    records.put_product(MERCHANT, a_product(as_of=KNOWN, title="New title"))
    late = records.put_product(MERCHANT, a_product(as_of=KNOWN - HOUR, title="Old title"))

    assert late.outcome is ProductOutcome.OUTDATED
    assert records.reads.catalogue.product(MERCHANT, "mug").product.title == "New title"


def test_what_was_told_or_asked_last_counts(records: SqlRecords) -> None:
    """The newest number holds, told or asked, whichever arrives first."""
    records.put_product(MERCHANT, a_product("mug", a_variant(available=4), as_of=KNOWN))
    for hours, available in ((2, 7), (1, 9)):
        news = Availability(sku="MUG-S-BLUE", available=available, as_of=KNOWN + hours * HOUR, source=NewsSource.ASKED)
        records.keep_availability(MERCHANT, [news])

    assert stock(records, "MUG-S-BLUE") == (7, "asked")


def test_clock_ahead(records: SqlRecords) -> None:
    """A shop whose clock runs a year ahead does not shut out what it tells tomorrow."""
    records.put_product(MERCHANT, a_product(as_of=KNOWN + timedelta(days=36_500)))
    receipt = records.put_product(MERCHANT, a_product(title="Corrected"))

    assert receipt.outcome is ProductOutcome.UPDATED


def test_sku_of_another_product(records: SqlRecords) -> None:
    """A SKU is one thing: a second product cannot have it, and the refusal names the first."""
    records.put_product(MERCHANT, a_product())
    refused = records.put_product(MERCHANT, a_product("cup", a_variant("CUP"), a_variant("MUG-S-BLUE", size="M")))

    assert (refused.outcome, refused.stored) == (ProductOutcome.SKU_TAKEN, False)
    assert refused.problem == "SKU MUG-S-BLUE is a variant of product mug"
    with pytest.raises(UnknownProduct):
        records.reads.catalogue.product(MERCHANT, "cup")


def test_batch(records: SqlRecords) -> None:
    """A refused product does not stop the others, also when the SKU was taken within the batch itself."""
    batch = [a_product("a", a_variant("ONE")), a_product("b", a_variant("ONE")), a_product("c", a_variant("TWO"))]

    assert [receipt.outcome for receipt in records.put_products(MERCHANT, batch)] == ["created", "sku_taken", "created"]
    with pytest.raises(ValueError, match="once"):
        records.put_products(MERCHANT, [batch[0], batch[0]])


def test_sku_that_moves_within_a_batch(records: SqlRecords) -> None:
    """A variant that left one product may go to another, also in the same file."""
    records.put_product(MERCHANT, a_product("a", a_variant("ONE"), a_variant("TWO", size="M")))
    receipts = records.put_products(MERCHANT, [a_product("a", a_variant("ONE")), a_product("b", a_variant("TWO"))])

    assert [receipt.outcome for receipt in receipts] == ["updated", "created"]
    assert records.reads.catalogue.product_of_sku(MERCHANT, "TWO").product.product_id == "b"


def test_expected_version(records: SqlRecords) -> None:
    """Two people who change one product at once do not overwrite each other."""
    records.put_product(MERCHANT, a_product(), expected_version=0)
    late = records.put_product(MERCHANT, a_product(title="Other"), expected_version=0)

    assert (late.outcome, late.version) == (ProductOutcome.STALE, 1)


def test_shops_do_not_meet(records: SqlRecords) -> None:
    """Two shops may sell under the same SKU."""
    records.put_product("one", a_product())

    assert records.put_product("two", a_product("other", a_variant())).outcome is ProductOutcome.CREATED


@pytest.mark.parametrize(
    "search",
    ["mug", "MUG-S", "mug-s-blue", "stone mug", "  Blue STONEWARE ", "kitch", "4006381333931", "creme", "Crème"],
)
def test_search(records: SqlRecords, search: str) -> None:
    """A product is found by id, SKU, GTIN, and the beginnings of the words of its title, category and options."""
    records.put_product(MERCHANT, a_product("mug", a_variant(gtin="4006381333931"), title="Stoneware mug, crème"))
    records.put_product(MERCHANT, a_product("lamp", a_variant("LAMP", colour="black"), title="Lamp", category="light"))

    assert found(records, search) == ["mug"]


@pytest.mark.parametrize("search", ["blue lamp", "ug", "%", "_", "'", "nothing"])
def test_search_in_vain(records: SqlRecords, search: str) -> None:
    """Every word must be found, from its beginning; signs have no meaning of their own."""
    records.put_product(MERCHANT, a_product())

    assert found(records, search) == []


def test_pages(records: SqlRecords) -> None:
    """All products are seen once, page by page."""
    names = [f"p{number:02}" for number in range(7)]
    records.put_products(MERCHANT, [a_product(name, a_variant(name)) for name in names])
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = records.reads.catalogue.products(MERCHANT, ProductFilter(category="kitchen"), limit=3, cursor=cursor)
        seen += [entry.product.product_id for entry in page.products]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == names
    with pytest.raises(BadCursor):
        records.reads.catalogue.products(MERCHANT, cursor="nonsense!")


@pytest.mark.parametrize("wanted", [{}, {"category": "kitchen"}, {"search": "mug bl"}], ids=str)
def test_a_page_is_read_off_an_index(records: SqlRecords, wanted: dict[str, str]) -> None:
    """A page costs the same in a small catalogue and in a large one."""
    if records.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by statistics, which a fresh table has not")
    cursor = make_cursor("a")
    query = select_products((products.c.document,), MERCHANT, ProductFilter(**wanted), limit=50, cursor=cursor)
    statement = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with records.reads.reading() as connection:
        plan = "\n".join(row.detail for row in connection.execute(text("EXPLAIN QUERY PLAN " + statement)))

    assert "SCAN" not in plan, plan
    assert "TEMP B-TREE FOR ORDER" not in plan, plan


def test_within_a_step(records: SqlRecords) -> None:
    """A step of a case reads a product and keeps news in its own transaction."""
    records.put_product(MERCHANT, a_product())
    news = Availability(sku="MUG-L-RED", available=1, as_of=KNOWN, source=NewsSource.ASKED)
    with records.transaction() as tx:
        tx.keep_availability(MERCHANT, [news])
        assert tx.product_of_sku(MERCHANT, "MUG-L-RED").availability_of("MUG-L-RED") == news
        assert tx.product(MERCHANT, "mug").version == 1


def test_a_new_field_of_ours_changes_nothing(records: SqlRecords) -> None:
    """A product told with a value that we would have assumed anyway is the same product."""
    records.put_product(MERCHANT, a_product())
    told = Product.model_validate(a_product().model_dump(exclude_defaults=True))

    assert records.put_product(MERCHANT, told).outcome is ProductOutcome.UNCHANGED
