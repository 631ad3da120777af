"""Orders that make no sense are refused with a sentence that names the mistake."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.addresses import Address
from domain.orders import Bundle, Customer
from tests.domain.baskets import basket, delivery, goods, off, tax


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"currency": "POUND"}, "not an ISO 4217 currency"),
        ({"discounts": (off(1001),)}, "larger than the goods"),
        ({"discounts": (off(1, "nowhere"),)}, "no such line on the order: nowhere"),
        ({"discounts": (off(1), off(2))}, "discount_id is used twice: SALE"),
        ({"discounts": (off(1, earned_by=("nowhere",)),)}, "no such line"),
        ({"shipping": (delivery(5), delivery(6))}, "shipping_id is used twice"),
        ({"shipping": (delivery(5, line_ids=("nowhere",)),)}, "no such line"),
        ({"bundles": (Bundle(bundle_id="kit", line_ids=("nowhere",), price_minor=1),)}, "no such line"),
        ({"bundles": (Bundle(bundle_id="kit", line_ids=("a", "a"), price_minor=1),)}, "used twice: a"),
    ],
)
def test_contradictory_orders_are_refused(changes: dict[str, Any], complaint: str) -> None:
    """A shop that sends nonsense is told which part is nonsense."""
    with pytest.raises(ValidationError, match=complaint):
        basket(goods("a", 1, 1000), paid=[1000], **changes)


def test_taxes_inside_a_price_are_not_larger_than_it() -> None:
    """An item at 10.00 including tax cannot include 10.01 of tax; charged on top it is odd but possible."""
    dear = goods("a", 1, 1000, tax("0.20", 1001))
    with pytest.raises(ValidationError, match="line a: the taxes included in the price are larger"):
        basket(dear, tax_included=True)
    assert basket(dear).tax_included is False


def test_a_bundled_line_leaves_discount_and_tax_to_its_bundle() -> None:
    """The price of a kit is discounted and taxed as one, or its parts would count twice."""
    kit = Bundle(bundle_id="kit", line_ids=("a",), price_minor=900)
    with pytest.raises(ValidationError, match="line a: discount and taxes of a bundled line"):
        basket(goods("a", 1, 1000, discount_minor=1), bundles=(kit,))


@pytest.mark.parametrize(
    "part", [{"unit_price_minor": -1}, {"quantity": 0}, {"discount_minor": 1001}, {"duties_minor": -1}]
)
def test_amounts_of_a_line_are_sane(part: dict[str, int]) -> None:
    """Prices and duties are not negative, quantities not zero, discounts not above the price."""
    with pytest.raises(ValidationError):
        goods("a", **({"quantity": 1, "unit_price_minor": 1000} | part))


def test_a_bundle_counts_once_towards_the_goods() -> None:
    """A kit of 15.00 with parts listed at 10.00 and 8.00, beside a mug at 5.00, is 20.00 of goods."""
    kit = Bundle(bundle_id="kit", line_ids=("a", "b"), price_minor=1500)
    order = basket(goods("a", 1, 1000), goods("b", 1, 800), goods("mug", 1, 500), bundles=(kit,))
    assert order.goods_minor == 2000


def test_a_gift_is_a_discount_that_other_lines_earn() -> None:
    """A free toy with a camera is a gift; a discount for buying two shirts is not."""
    assert off(500, "toy", earned_by=("camera",)).is_gift
    assert not off(500, "shirt", minimum_minor=4000).is_gift
    assert not off(500).is_conditional


def test_a_parcel_names_its_customer() -> None:
    """A shop that tells the name once, beside the address, need not tell it again within."""
    alone = Customer(name="Sam Example", address=Address(street1="1 High Street"))
    both = Customer(name="Sam Example", address=Address(name="The Examples", street1="1 High Street"))
    assert (alone.named_address.name, both.named_address.name) == ("Sam Example", "The Examples")
