"""Rows of a file become products: every variant with its options, prices and stock, or a sentence for each bad row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.storefronts.files.assembling import Assembled
from adapters.storefronts.files.groups import groups_in, survey
from adapters.storefronts.files.mapping import MappingError, load_mapping
from adapters.storefronts.files.products import ProductAssembler, ProductMapping
from domain.catalogue import Price, Product
from tests.adapters.shop_files import a_file

SAMPLE = Path(__file__).parents[2] / "config" / "mappings" / "products.yaml"
HEADER = "product,name,category,discontinued,sku,barcode,size,colour,price_gbp,price_eur,stock,grams,final_sale"
SMALL = "mug,Mug,kitchen,,MUG-S,4006381333931,S,blue,12.50,15.00,4,350,no"
LARGE = "mug,,,,MUG-L,,L,blue,15.00,,0,,"
LAMP = "lamp,Lamp,light,,LAMP,,one,black,80.00,,,900,yes"


def assembled(path: Path, written: dict[str, Any] | None = None) -> list[Assembled[Product]]:
    """What becomes of each product of the file."""
    mapping = ProductMapping.model_validate(written or yaml.safe_load(SAMPLE.read_text()))
    found = survey(path, mapping.layout, mapping.group_by)
    groups = groups_in(path, mapping.layout, mapping.group_by, scattered=found.scattered, folder=path.parent)
    return [ProductAssembler(mapping).assemble(group) for group in groups]


def products(path: Path, written: dict[str, Any] | None = None) -> list[Product]:
    """The products of a file in which everything is right."""
    found = assembled(path, written)
    assert [problem for each in found for problem in each.problems] == []
    return [each.made for each in found if each.made]


def problems(folder: Path, *rows: str) -> list[tuple[int, str, str]]:
    """What is wrong with those rows."""
    found = assembled(a_file(folder, *rows, header=HEADER))
    return [(problem.line, problem.column, problem.reason) for each in found for problem in each.problems]


def test_products(tmp_path: Path) -> None:
    """Two rows with one product number are one product in two sizes; rows that are apart are put together."""
    mug, lamp = products(a_file(tmp_path, SMALL, LAMP, LARGE, header=HEADER))

    assert (mug.product_id, mug.title, mug.category, mug.withdrawn) == ("mug", "Mug", "kitchen", False)
    small, large = mug.variants
    assert (small.gtin, small.options, small.available) == ("4006381333931", {"size": "S", "colour": "blue"}, 4)
    fifth = (Decimal("0.20"),)
    assert small.prices == (
        Price(currency="GBP", amount_minor=1250, tax_rates=fifth),
        Price(currency="EUR", amount_minor=1500, tax_rates=fifth),
    )
    assert (len(large.prices), large.available, large.weight_grams) == (1, 0, 0)
    assert (lamp.variants[0].available, lamp.variants[0].final_sale) == (None, True)


def test_list_of_variants(tmp_path: Path) -> None:
    """A shop that exports a line of JSON for each product, with its variants in a list, is read as well."""
    line = {
        "id": "mug",
        "at": "2026-03-02T10:00:00",
        "variants": [{"sku": "S", "cents": 1250}, {"sku": "L", "cents": 1500}],
    }
    path = tmp_path / "products.jsonl"
    path.write_text(json.dumps(line))
    written = {
        "group_by": "id",
        "items": "variants",
        "time_zone": "Europe/Berlin",
        "product": {"product_id": "id", "as_of": "at"},
        "variant": {
            "sku": "variants.sku",
            "prices": [
                {"currency": {"constant": "EUR"}, "amount_minor": "variants.cents", "tax_included": {"constant": False}}
            ],
        },
    }

    (mug,) = products(path, written)

    assert mug.as_of == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert [each.prices[0].amount_minor for each in mug.variants] == [1250, 1500]
    assert mug.variants[0].prices[0].tax_rates is None


def test_a_row_for_each_price(tmp_path: Path) -> None:
    """A file with a row for each currency makes one variant with several prices."""
    header = "id,sku,currency,price"
    path = a_file(tmp_path, "mug,MUG,GBP,1250", "mug,MUG,JPY,2400", header=header)
    written = {
        "group_by": "id",
        "product": {"product_id": "id"},
        "variant": {"sku": "sku", "prices": [{"currency": "currency", "amount_minor": "price"}]},
    }

    (mug,) = products(path, written)

    assert [(price.currency, price.amount_minor) for price in mug.variants[0].prices] == [("GBP", 1250), ("JPY", 2400)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (SMALL.replace("12.50", "12.505"), "price_gbp", "12.505 has more decimals than GBP has (2)"),
        (SMALL.replace("12.50", "-1"), "price_gbp", "Input should be greater than or equal to 0"),
        (SMALL.replace("MUG-S", ""), "sku", "this is empty"),
        (SMALL.replace(",S,", ",,"), "size", "this is empty"),
        (SMALL.replace(",4,", ",four,"), "stock", "'four' is not a whole number"),
        (SMALL.replace(",4,", ",-4,"), "stock", "Input should be greater than or equal to 0"),
        (SMALL.replace("333931", "333930"), "barcode", "the last digit does not fit the others: is a digit misread?"),
        (SMALL.replace("no", "maybe"), "final_sale", "'maybe' is neither true nor false"),
        (SMALL.replace("mug,", ",", 1), "product", "this is empty, so the row belongs to no product"),
        (SMALL + ",more", "", "the row has 14 fields and the header 13"),
    ],
)  # fmt: skip
def test_bad_value(tmp_path: Path, row: str, column: str, reason: str) -> None:
    """A bad row is named with line, column and reason, and its product is not made."""
    assert problems(tmp_path, row) == [(2, column, reason)]


def test_contradictions(tmp_path: Path) -> None:
    """A product that is named in two ways, or a SKU that is two things, is refused whole."""
    assert problems(tmp_path, SMALL, LARGE.replace("mug,,", "mug,Cup,")) == [
        (3, "name", "'Cup' here, 'Mug' in line 2, the first of this product")
    ]
    assert problems(tmp_path, SMALL, SMALL.replace(",S,", ",M,")) == [
        (3, "sku", "SKU MUG-S was described otherwise in line 2")
    ]


def test_all_at_once(tmp_path: Path) -> None:
    """Whoever mends a file hears of every mistake in it."""
    found = problems(tmp_path, SMALL.replace("12.50", "x").replace(",4,", ",y,"), LARGE.replace("15.00", "z"))

    assert [(line, column) for line, column, _ in found] == [(2, "stock"), (2, "price_gbp"), (3, "price_gbp")]


def test_mapping_by_another_column(tmp_path: Path) -> None:
    """A mapping that would give two products one id is found before the first row."""
    path = tmp_path / "mapping.yaml"
    path.write_text(SAMPLE.read_text().replace("group_by: product", "group_by: category"))

    with pytest.raises(MappingError, match=r"product\.product_id must be made of 'category' alone"):
        load_mapping(path, ProductMapping)


def test_columns() -> None:
    """The columns that a file must have are known before it is opened, those of options and prices too."""
    columns = load_mapping(SAMPLE, ProductMapping).columns

    assert set(columns) == set(HEADER.split(","))
