"""A mistake in a mapping is found before the first row is read, and its place is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.storefronts.files.mapping import MappingError, OrderMapping, load_mapping
from tests.adapters.shop_files import a_mapping

MAPPINGS = Path(__file__).parents[2] / "config" / "mappings"


def mistakes(tmp_path: Path, **changes: Any) -> list[str]:
    """What is said about a mapping with those changes, without the name of the file."""
    path = tmp_path / "shop.yaml"
    path.write_text(yaml.safe_dump(a_mapping(**changes)))
    with pytest.raises(MappingError) as caught:
        load_mapping(path, OrderMapping)
    return [line.removeprefix(f"{path}: ") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"line": None}, "line: this is missing"),
        ({"colour": "red"}, "colour: there is no field of this name"),
        ({"time_zone": "Mars/Base"}, "time_zone: 'Mars/Base' is not a time zone such as Europe/London"),
        ({"encoding": "klingon"}, "encoding: 'klingon' is not an encoding such as utf-8 or cp1252"),
        ({"amounts": "pounds"}, "amounts: Input should be 'minor' or 'major'"),
        (
            {"customer": {"email": {"column": "mail", "constant": "x"}}},
            "customer.email: name exactly one of column, constant and template",
        ),
        ({"shipping": None}, "rows may be shipping, so a section `shipping` must say how they are read"),
        ({"rows": {"kinds": {"x": "goods"}}}, "rows: kinds need the column that says what a row is: name it as `kind`"),
        ({"rows": {"zero_quantity": "goods"}}, "rows: zero_quantity cannot be goods; it is one of: refuse, skip"),
        (
            {"order": {"order_id": "no", "placed_at": "when", "currency": "currency"}},
            "order.order_id must be made of 'order' alone, the column by which rows are grouped, as it is",
        ),
        ({"parcel": {"delivered_days_after_order": -1}}, "parcel.delivered_days_after_order: Input should be greater than or equal to 0"),
    ],
)  # fmt: skip
def test_mistake(tmp_path: Path, changes: dict[str, Any], mistake: str) -> None:
    """Each mistake is one line with its place and what to do."""
    assert mistakes(tmp_path, **changes) == [mistake]


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Whoever writes a mapping hears of all mistakes, not of one after the other."""
    assert len(mistakes(tmp_path, amounts="pounds", encoding="klingon", colour="red")) == 3


def test_not_yaml(tmp_path: Path) -> None:
    """A file that is no YAML says where it stops being one."""
    path = tmp_path / "shop.yaml"
    path.write_text("order: [")

    with pytest.raises(MappingError, match="line 1"):
        load_mapping(path, OrderMapping)


def test_columns() -> None:
    """The columns that a file must have are known before it is opened."""
    columns = OrderMapping.model_validate(a_mapping()).columns

    assert columns == ("currency", "customer", "no", "order", "price", "qty", "sku", "what", "when")


def test_sample() -> None:
    """The mapping that comes with Aftercart is right."""
    assert load_mapping(MAPPINGS / "online_retail.yaml", OrderMapping).group_by == "order_id"
