"""Amounts reach Stripe unchanged, also where Stripe counts decimals in its own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payments.stripe_amounts import LAST_DIGIT_ZERO, from_stripe_amount, to_stripe_amount
from domain.errors import Rejected
from domain.money import Money, currency_exponent

# https://docs.stripe.com/currencies lists these as having no decimals; UGX is in the list and among the special cases.
ZERO_DECIMAL = ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]


@pytest.mark.parametrize(
    ("text", "currency", "stripe"),
    [
        ("12.30", "GBP", 1230),
        ("500", "JPY", 500),
        ("5.120", "KWD", 5120),
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        ("500.00", "MGA", 500),
        ("10.45", "HUF", 1045),
    ],
)
def test_amounts(text: str, currency: str, stripe: int) -> None:
    """500 yen stay 500 yen, and 5 Icelandic crowns are written as Stripe wants them."""
    amount = Money.parse(text, currency)

    assert to_stripe_amount(amount) == stripe
    assert from_stripe_amount(stripe, currency.lower()) == amount


@pytest.mark.parametrize(("text", "currency"), [("5.124", "KWD"), ("0.001", "BHD"), ("500.50", "MGA")])
def test_amounts_that_stripe_cannot_move(text: str, currency: str) -> None:
    """An amount that Stripe could only round is refused rather than paid wrongly."""
    with pytest.raises(Rejected) as refusal:
        to_stripe_amount(Money.parse(text, currency))

    assert refusal.value.code == "amount_not_representable"


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_to_pay(minor: int) -> None:
    """Nothing, or less, is never sent to Stripe."""
    with pytest.raises(Rejected) as refusal:
        to_stripe_amount(Money(minor=minor, currency="GBP"))

    assert refusal.value.code == "amount_too_small"


@pytest.mark.parametrize("currency", ZERO_DECIMAL)
def test_currencies_without_decimals(currency: str) -> None:
    """In each currency that Stripe lists as having no decimals, 7 whole units are sent as 7."""
    assert to_stripe_amount(Money.parse("7", currency)) == 7


@given(
    minor=st.integers(min_value=1, max_value=10**9),
    currency=st.sampled_from(["GBP", "JPY", "KWD", "ISK", "UGX", "MGA", "HUF", "TWD", "USD"]),
)
def test_there_and_back(minor: int, currency: str) -> None:
    """Whatever Stripe can move comes back as the same amount."""
    step = 10 if currency in LAST_DIGIT_ZERO else 10 ** currency_exponent(currency) if currency == "MGA" else 1
    amount = Money(minor=minor * step, currency=currency)

    assert from_stripe_amount(to_stripe_amount(amount), currency) == amount
