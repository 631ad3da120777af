"""How amounts are put into words."""

from __future__ import annotations

from decimal import Decimal

from domain.money import Money


def say(minor: int, currency: str) -> str:
    """An amount with its currency: 12.30 GBP."""
    return str(Money(minor=minor, currency=currency))


def say_units(quantity: int, of: int, *, taken: int = 0) -> str:
    """Which units of a line are meant: "2 of 3 units", "the last unit"."""
    if quantity == of:
        return "the only unit" if of == 1 else f"all {of} units"
    before = f" ({taken} came back before)" if taken else ""
    return f"{quantity} of {of} units{before}"


def say_rate(rate: Decimal) -> str:
    """A fraction as percent, without trailing zeros: 0.0775 is 7.75%."""
    text = f"{rate * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"
