"""What new goods cost within an order: its currency, its way of writing tax, to the minor unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Price, price_goods
from domain.orders import Order, OrderLine, TaxLine
from tests.builders import an_order, an_order_line
from tests.goods import a_variant

FIFTH = Decimal("0.20")
STATE, COUNTY = Decimal("0.0625"), Decimal("0.0225")


def sold(*taxes: TaxLine, **changes: Any) -> OrderLine:
    """A line with those taxes."""
    return an_order_line(taxes=taxes, **changes)


def order_of(line: OrderLine, *, included: bool = True, currency: str = "GBP") -> Order:
    """An order of that line."""
    return an_order(lines=(line,), tax_included=included, currency=currency)


def price(amount: int, *rates: Decimal, included: bool = True, currency: str = "GBP") -> Price:
    """A price as the shop told it."""
    return Price(currency=currency, amount_minor=amount, tax_included=included, tax_rates=rates)


@pytest.mark.parametrize(
    ("told", "included", "unit", "tax", "total"),
    [
        (price(1200, FIFTH), True, 1200, 400, 2400),
        (price(1000, FIFTH, included=False), True, 1200, 400, 2400),
        (price(1000, FIFTH, included=False), False, 1000, 400, 2400),
        (price(1200, FIFTH), False, 1000, 400, 2400),
        # 9.99 with tax stays 9.99 for each, though the net price is 8.325.
        (price(999, FIFTH), False, 833, 332, 1998),
    ],
    ids=["both with tax", "net price", "both without", "price with tax", "odd penny"],
)
def test_tax_as_the_order_has_it(told: Price, included: bool, unit: int, tax: int, total: int) -> None:
    """Two units cost the customer the same, whichever way the shop and the order write their taxes."""
    line = sold(TaxLine(rate=FIFTH, amount_minor=400))
    found = price_goods(a_variant(prices=(told,)), order_of(line, included=included), quantity=2)

    assert found is not None
    assert (found.unit_price_minor, sum(each.amount_minor for each in found.taxes), found.total_minor) == (
        unit,
        tax,
        total,
    )


def test_rates_of_the_sold_line() -> None:
    """Where the shop tells no rates, the new size is taxed like the one that it stands in for."""
    line = sold(TaxLine(rate=STATE, amount_minor=150), TaxLine(rate=COUNTY, amount_minor=54))
    told = Price(currency="USD", amount_minor=2000, tax_included=False)
    order = order_of(line, included=False, currency="USD")

    found = price_goods(a_variant(prices=(told,)), order, quantity=1, stands_for=line)

    assert found is not None
    assert [(each.rate, each.amount_minor) for each in found.taxes] == [(STATE, 125), (COUNTY, 45)]
    assert found.total_minor == 2170


def test_tax_exempt_order() -> None:
    """A customer who bought without tax gets the new goods without tax, also when the shop tells gross prices."""
    found = price_goods(a_variant(prices=(price(1200, FIFTH),)), order_of(sold(), included=False), quantity=3)

    assert found is not None
    assert (found.unit_price_minor, found.taxes, found.total_minor) == (1000, (), 3000)


def test_other_currency() -> None:
    """An order in euros gets no price that was told in pounds alone: nothing is converted."""
    assert price_goods(a_variant(), order_of(sold(), currency="EUR"), quantity=1) is None


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 1100), ("KWD", 12345)])
def test_currencies_with_other_decimals(currency: str, amount: int) -> None:
    """Yen and fils come out as whole as pence."""
    told = price(amount, Decimal("0.10"), currency=currency)
    found = price_goods(a_variant(prices=(told,)), order_of(sold(), currency=currency), quantity=1)

    assert found is not None
    assert found.total_minor == amount


@given(
    amount=st.integers(0, 10**7),
    quantity=st.integers(1, 50),
    rates=st.lists(st.sampled_from([FIFTH, STATE, COUNTY, Decimal(0)]), max_size=3),
    price_included=st.booleans(),
    order_included=st.booleans(),
)
def test_parts_sum_to_the_whole(
    amount: int, quantity: int, rates: list[Decimal], price_included: bool, order_included: bool
) -> None:
    """Net and taxes always add up to what the customer pays, and a price told with tax is what the customer pays."""
    taxed = sold(TaxLine(rate=FIFTH, amount_minor=1))
    order = order_of(taxed, included=order_included)
    told = price(amount, *rates, included=price_included)

    found = price_goods(a_variant(prices=(told,)), order, quantity=quantity)

    assert found is not None
    tax = sum(each.amount_minor for each in found.taxes)
    assert 0 <= tax <= found.total_minor
    net = found.unit_price_minor * quantity
    assert found.total_minor == (net if order_included else net + tax)
    if price_included:
        assert found.total_minor == amount * quantity
    line = OrderLine(
        line_id="new", sku="X", quantity=quantity, unit_price_minor=found.unit_price_minor, taxes=found.taxes
    )
    Order.model_validate(order.model_dump() | {"lines": [line], "parcels": [], "payments": []})
