"""What customs is told about goods that come back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.addresses import Address
from domain.goods_back.customs import crosses_customs_border, declare_customs, describe_missing
from domain.goods_back.declarations import CustomsDeclaration, CustomsFact
from domain.goods_back.parts import UnitCount
from domain.orders import Customer, OrderDiscount, OrderLine, TaxLine
from tests.builders import an_order, an_order_line

GERMANY = Address(name="Grete Muster", street1="Hof 1", city="Köln", postal_code="50667", country="DE")
LEEDS = Address(name="Returns", street1="1 Dock Road", city="Leeds", postal_code="LS1 1AA", country="GB")
TOLD: dict[str, Any] = {"hs_code": "6912.00", "origin_country": "PT", "weight_grams": 350}


def declare(
    *lines: OrderLine, units: tuple[tuple[str, int], ...] = (("1", 1),), **changes: Any
) -> CustomsDeclaration | None:
    """What is declared for units of an order to Cologne."""
    order = an_order(lines=lines or (an_order_line(**TOLD),), customer=Customer(address=GERMANY), **changes)
    counted = [UnitCount(line_id=line_id, quantity=quantity) for line_id, quantity in units]
    return declare_customs(counted, order, warehouse=LEEDS)


@pytest.mark.parametrize(
    ("sender", "warehouse", "crosses"),
    [
        ("GB", "GB", False),
        ("DE", "GB", True),
        ("GB", "IE", True),
        ("DE", "FR", False),
        ("mc", "de", False),
        ("IM", "GB", False),
        ("CH", "LI", False),
        ("CH", "DE", True),
        ("NO", "SE", True),
        ("TR", "DE", True),
        ("US", "CA", True),
        ("", "GB", False),
        ("DE", "", False),
    ],
)
def test_borders(sender: str, warehouse: str, crosses: bool) -> None:
    """The EU is one territory; whoever has not told a country is not told to fill in papers."""
    assert crosses_customs_border(sender, warehouse) is crosses
    assert crosses_customs_border(warehouse, sender) is crosses


def test_a_complete_line() -> None:
    """One of two mugs at 12.00: its value, weight, number and origin, and that it is returned."""
    declared = declare()
    assert declared is not None
    (line,) = declared.lines
    assert (line.description, line.quantity, line.value_minor, line.weight_grams) == ("Mug", 1, 1200, 350)
    assert (line.hs_code, line.origin_country, line.missing) == ("6912.00", "PT", ())
    assert (declared.sender_country, declared.warehouse_country, declared.reason) == ("DE", "GB", "returned goods")
    assert declared.is_complete
    assert describe_missing(declared) == ""


def test_words_for_customs_come_before_the_title() -> None:
    """A title sells, customs wants to know what it is."""
    declared = declare(an_order_line(**TOLD, customs_description="ceramic mug"))
    assert declared is not None
    assert declared.lines[0].description == "ceramic mug"


def test_what_was_paid_sums_to_the_whole() -> None:
    """Three lines share a discount of 1.00 and tax on top; all units together are worth what the customer paid."""
    lines = tuple(
        an_order_line(
            f"{number}", quantity=3, unit_price_minor=333, taxes=(TaxLine(rate=Decimal("0.2"), amount_minor=179),)
        )
        for number in (1, 2, 3)
    )
    discount = OrderDiscount(discount_id="d", amount_minor=100)
    every = (("1", 3), ("2", 3), ("3", 3))
    declared = declare(*lines, units=every, discounts=(discount,), tax_included=False)
    assert declared is not None
    assert declared.value_minor == 3 * 3 * 333 - 100 + 3 * 179
    assert declared.value_minor == sum(line.value_minor for line in declared.lines)


def test_what_is_missing_is_named() -> None:
    """The shop reads what it has to tell, line by line; a gift has no value either."""
    bare = an_order_line("1", title="")
    free = an_order_line("2", **(TOLD | {"unit_price_minor": 0}))
    declared = declare(bare, free, units=(("1", 1), ("2", 2)))
    assert declared is not None
    first, second = declared.lines
    assert first.description == bare.sku
    assert first.missing == (
        CustomsFact.DESCRIPTION,
        CustomsFact.HS_CODE,
        CustomsFact.ORIGIN_COUNTRY,
        CustomsFact.WEIGHT,
    )
    assert second.missing == (CustomsFact.VALUE,)
    assert describe_missing(declared) == (
        "The customs declaration lacks a description, the HS code, the country of origin, the weight of line 1; "
        "a value of line 2: customs may hold the parcel."
    )


def test_nothing_is_declared_at_home() -> None:
    """From London to Leeds customs sees nothing; nor is anything said of a warehouse nobody has placed."""
    units = [UnitCount(line_id="1", quantity=1)]
    assert declare_customs(units, an_order(), warehouse=LEEDS) is None
    assert declare_customs(units, an_order(customer=Customer(address=GERMANY)), warehouse=None) is None


@pytest.mark.parametrize("code", ["69", "6912.0", "6912-00", "691200.12345", "ceramic", "6912..00"])
def test_codes_that_are_no_codes(code: str) -> None:
    """A number of the tariff has 6 to 10 digits."""
    with pytest.raises(ValueError, match="hs_code"):
        an_order_line(hs_code=code)


@pytest.mark.parametrize("code", ["", "691200", "6912.00", "6912.00.12", "6912001234"])
def test_codes_as_shops_write_them(code: str) -> None:
    """With dots or without."""
    assert an_order_line(hs_code=code).hs_code == code
