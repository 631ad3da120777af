"""Amounts as Stripe writes them, where its table of currencies differs from ISO 4217.

Source: https://docs.stripe.com/currencies (zero-decimal currencies, three-decimal currencies, special cases).
"""

from __future__ import annotations

from fractions import Fraction

from domain.errors import Rejected
from domain.money import Money, currency_exponent

# Stripe keeps two decimals for ISK and UGX, which have none any more, and none for MGA, which has two on paper.
STRIPE_EXPONENTS = {"ISK": 2, "UGX": 2, "MGA": 0}
# Card networks carry two decimals, so the third must be 0.
LAST_DIGIT_ZERO = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe_amount(amount: Money) -> int:
    """The amount in Stripe's smallest unit.

    Raises Rejected (`amount_not_representable`) when Stripe could only move another amount, and Rejected
    (`amount_too_small`) below one unit: rounding here would pay something else than was decided.
    """
    if amount.minor <= 0:
        raise Rejected("amount_too_small", f"a refund must be above zero, not {amount}")
    scaled = amount.minor * _factor(amount.currency)
    step = 10 if amount.currency in LAST_DIGIT_ZERO else 1
    if scaled % step:
        raise Rejected("amount_not_representable", f"Stripe cannot move exactly {amount}")
    return int(scaled)


def from_stripe_amount(amount: int, currency: str) -> Money:
    """What Stripe means by `amount` of `currency` (in any case of letters)."""
    code = currency.upper()
    return Money(minor=int(amount / _factor(code)), currency=code)


def _factor(currency: str) -> Fraction:
    own = currency_exponent(currency)
    return Fraction(10) ** (STRIPE_EXPONENTS.get(currency, own) - own)
