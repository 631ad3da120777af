"""A product is told once, whole and without contradictions."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.catalogue import Product, Variant
from tests.goods import a_product, a_variant


def mistake(**changes: Any) -> str:
    """What is said about a product with those changes."""
    with pytest.raises(ValidationError) as refused:
        Product.model_validate(a_product().model_dump() | changes)
    return str(refused.value)


def test_two_variants_of_one_sku() -> None:
    """A SKU is one thing: told twice, nobody knows which price holds."""
    twice = [a_variant("MUG-S").model_dump(), a_variant("MUG-S", size="M").model_dump()]

    assert "sku is used twice: MUG-S" in mistake(variants=twice)


def test_two_prices_in_one_currency() -> None:
    """One price for each currency."""
    price = {"currency": "GBP", "amount_minor": 100}

    assert "two prices in GBP" in mistake(variants=[a_variant().model_dump() | {"prices": [price, price]}])


def test_variants_differ_in_the_same_options() -> None:
    """A variant without a size cannot stand beside those that have one: nobody could choose."""
    other = a_variant("MUG-X").model_dump() | {"options": {"size": "S"}}

    assert "must name the same options" in mistake(variants=[a_variant().model_dump(), other])


@pytest.mark.parametrize("gtin", ["", "4006381333931", "96385074", "036000291452", "10614141000415"])
def test_true_gtins(gtin: str) -> None:
    """EAN-8, UPC, EAN-13 and GTIN-14 are all taken, and none at all."""
    assert a_variant(gtin=gtin).gtin == gtin


@pytest.mark.parametrize("gtin", ["4006381333930", "4006318333931", "12345", "40063813339AB"])
def test_misread_gtins(gtin: str) -> None:
    """A digit that was misread or swapped is noticed before goods are mistaken for others."""
    with pytest.raises(ValidationError):
        Variant(sku="X", gtin=gtin)


@pytest.mark.parametrize("currency", ["XXX", "gbp", "POUNDS"])
def test_no_such_currency(currency: str) -> None:
    """A price in a currency that does not exist is a typing mistake."""
    wrong = a_variant().model_dump() | {"prices": [{"currency": currency, "amount_minor": 1}]}

    assert "currency" in mistake(variants=[wrong])
