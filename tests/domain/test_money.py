"""Amounts: never floats, never rounded by accident, and split so that nothing is lost."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import (
    CurrencyMismatch,
    Money,
    Rounding,
    allocate,
    currency_exponent,
    round_half_up,
    share,
    split_running,
)

QUICK = settings(max_examples=150, deadline=None)
amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "GBP", 1230),
        ("12.3", "GBP", 1230),
        ("-0.05", "GBP", -5),
        ("500", "JPY", 500),
        ("500.00", "JPY", 500),
        ("1.5", "KWD", 1500),
        ("1.234", "KWD", 1234),
        (" 7 ", "EUR", 700),
        ("123456789012345678901234567890.12", "GBP", 12345678901234567890123456789012),
    ],
)
def test_parse_reads_major_units_of_any_currency(text: str, currency: str, minor: int) -> None:
    """Pounds have two decimals, yen none, dinars three; what is typed is what is meant, however large."""
    assert Money.parse(text, currency) == Money(minor=minor, currency=currency)


@pytest.mark.parametrize(
    "text", ["", "12.345", "1e3", "1_000", "NaN", "Infinity", "12,30", "£5", "--1", "1.", ".5", "१२", "+5"]
)
def test_parse_refuses_what_is_not_a_plain_amount(text: str) -> None:
    """An amount that is too precise or not a plain number is refused, never rounded or guessed."""
    with pytest.raises(ValueError, match=r"decimals|not an amount"):
        Money.parse(text, "GBP")


def test_parse_refuses_decimals_that_the_currency_lacks() -> None:
    """There is no half yen."""
    with pytest.raises(ValueError, match="more decimals than JPY"):
        Money.parse("500.5", "JPY")


@pytest.mark.parametrize(("code", "exponent"), [("JPY", 0), ("ISK", 0), ("GBP", 2), ("KWD", 3), ("CLF", 4)])
def test_exponents_are_those_of_iso_4217(code: str, exponent: int) -> None:
    """The number of decimals comes from the standard."""
    assert currency_exponent(code) == exponent


@pytest.mark.parametrize("code", ["gbp", "POUND", "", "XAU", "XXX"])
def test_only_currencies_that_can_be_paid_in_are_known(code: str) -> None:
    """A code in small letters, an invented one, gold or 'no currency' is refused."""
    with pytest.raises(ValueError, match=r"ISO 4217|no minor unit"):
        Money(minor=1, currency=code)


@pytest.mark.parametrize("minor", [1.0, "1", True])
def test_only_whole_minor_units_are_money(minor: object) -> None:
    """A float, a text or a yes is not an amount."""
    with pytest.raises(ValueError, match="valid integer"):
        Money.model_validate({"minor": minor, "currency": "GBP"})


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (1230, "GBP", "12.30 GBP"),
        (5, "GBP", "0.05 GBP"),
        (-5, "GBP", "-0.05 GBP"),
        (500, "JPY", "500 JPY"),
        (1234, "KWD", "1.234 KWD"),
        (0, "KWD", "0.000 KWD"),
    ],
)
def test_money_is_shown_with_the_decimals_of_its_currency(minor: int, currency: str, words: str) -> None:
    """500 yen are never shown as 5.00."""
    assert str(Money(minor=minor, currency=currency)) == words


@QUICK
@given(minor=amounts, currency=st.sampled_from(["JPY", "GBP", "KWD", "CLF"]))
def test_what_is_shown_reads_back(minor: int, currency: str) -> None:
    """Printing and typing in again gives the same amount, in every currency."""
    money = Money(minor=minor, currency=currency)
    assert Money.parse(str(money).removesuffix(f" {currency}"), currency) == money


def test_currencies_never_mix() -> None:
    """Pounds and euros are neither added, subtracted nor compared."""
    pounds, euros = Money(minor=100, currency="GBP"), Money(minor=100, currency="EUR")
    for mix in (lambda: pounds + euros, lambda: pounds - euros, lambda: pounds < euros, lambda: pounds >= euros):
        with pytest.raises(CurrencyMismatch, match="GBP"):
            mix()
    assert pounds != euros


def test_money_adds_compares_and_negates() -> None:
    """The four operations that a till needs."""
    three, five = Money(minor=3, currency="GBP"), Money(minor=5, currency="GBP")
    assert three + five == Money(minor=8, currency="GBP")
    assert three - five == -Money(minor=2, currency="GBP")
    assert three < five <= five
    assert not Money.zero("GBP")


@pytest.mark.parametrize(
    ("minor", "weighted", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1000, [5000, 1000], [833, 167]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (5, [0, 1], [0, 5]),
        (0, [3, 4], [0, 0]),
        (1, [1, 2, 2], [0, 1, 0]),
    ],
)
def test_allocation_gives_odd_units_to_the_largest_remainders(
    minor: int, weighted: list[int], parts: list[int]
) -> None:
    """Ten pounds over 50 and 10 are 8.33 and 1.67; of equals the first gets the odd penny."""
    assert allocate(minor, weighted) == parts
    assert [part.minor for part in Money(minor=minor, currency="GBP").allocate(weighted)] == parts


@pytest.mark.parametrize("weighted", [[], [1, -1]])
def test_allocation_needs_weights(weighted: list[int]) -> None:
    """Nothing can be shared among nobody, or by negative shares."""
    with pytest.raises(ValueError, match="weights"):
        allocate(10, weighted)


@QUICK
@given(minor=amounts, weighted=weights)
def test_allocation_is_exact_and_fair(minor: int, weighted: list[int]) -> None:
    """Parts sum to the whole, and none is a whole minor unit away from its exact share."""
    parts = allocate(minor, weighted)
    assert sum(parts) == minor
    if any(weighted):
        for part, weight in zip(parts, weighted, strict=True):
            assert abs(part - Fraction(minor * weight, sum(weighted))) < 1


@QUICK
@given(minor=amounts, weighted=weights)
def test_larger_weights_never_get_less(minor: int, weighted: list[int]) -> None:
    """A dearer line never carries less of a discount than a cheaper one; of equals an earlier never less than a later."""
    parts = allocate(abs(minor), weighted)
    ranked = sorted(zip([-weight for weight in weighted], range(len(parts)), parts, strict=True))
    assert [part for _, _, part in ranked] == sorted(parts, reverse=True)


@QUICK
@given(minor=amounts, weighted=weights.filter(any), place=st.integers(0, 8))
def test_a_zero_weight_changes_nothing(minor: int, weighted: list[int], place: int) -> None:
    """A free line on the order takes no part and moves no penny between the others."""
    place = min(place, len(weighted))
    parts = allocate(minor, [*weighted[:place], 0, *weighted[place:]])
    assert parts.pop(place) == 0
    assert parts == allocate(minor, weighted)


@QUICK
@given(minor=st.integers(0, 10**9), weighted=weights.filter(any))
def test_no_part_passes_its_weight(minor: int, weighted: list[int]) -> None:
    """A discount that the goods can carry never makes one of them cost less than nothing."""
    parts = allocate(min(minor, sum(weighted)), weighted)
    assert all(part <= weight for part, weight in zip(parts, weighted, strict=True))


@QUICK
@given(minor=amounts, weighted=weights)
def test_scaling_all_weights_changes_nothing(minor: int, weighted: list[int]) -> None:
    """Only proportions count."""
    assert allocate(minor, [7 * weight for weight in weighted]) == allocate(minor, weighted)


@pytest.mark.parametrize(
    ("rounding", "running"),
    [
        (Rounding.LARGEST_REMAINDER, [0, 3, 5, 8, 10]),
        (Rounding.DOWN, [0, 2, 5, 7, 10]),
        (Rounding.UP, [0, 3, 5, 8, 10]),
    ],
)
def test_units_share_a_line_that_does_not_divide(rounding: Rounding, running: list[int]) -> None:
    """Ten pence over four units: the policy says where the odd pence go, and four units always bring ten."""
    assert [share(10, units, 4, rounding) for units in range(5)] == running


@QUICK
@given(minor=st.integers(0, 10**12), whole=st.integers(1, 500), rounding=st.sampled_from(Rounding))
def test_running_shares_grow_to_the_whole(minor: int, whole: int, rounding: Rounding) -> None:
    """Each further unit is worth something, alike units differ by one minor unit at most, and all bring the line."""
    running = [share(minor, units, whole, rounding) for units in range(whole + 1)]
    steps = {after - before for before, after in pairwise(running)}
    assert running[0] == 0
    assert running[-1] == minor
    assert min(steps) >= 0
    assert max(steps) - min(steps) <= 1


@QUICK
@given(minor=st.integers(0, 10**12), part=st.integers(0, 99), whole=st.integers(100, 500))
def test_a_running_share_is_never_more_than_half_a_unit_off(minor: int, part: int, whole: int) -> None:
    """However many units of a line came back, what was paid for them is as exact as whole pence allow."""
    assert abs(share(minor, part, whole) - Fraction(minor * part, whole)) <= Fraction(1, 2)


@QUICK
@given(parts=st.lists(st.integers(0, 3000), min_size=1, max_size=5))
def test_running_splits_never_take_back(parts: list[int]) -> None:
    """As a refund grows penny by penny, no tax in it ever shrinks, and in the end each is what was charged."""
    before = [0] * len(parts)
    whole = sum(parts)
    for running in range(0, whole + 1, max(1, whole // 300)):
        split = split_running(running, parts)
        assert sum(split) == running
        assert all(now >= then for now, then in zip(split, before, strict=True))
        before = split
    assert split_running(whole, parts) == parts


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(1, 3), 0),
        (Fraction(10**40 + 1, 2), 5 * 10**39 + 1),
    ],
)
def test_a_half_goes_away_from_zero(amount: Fraction, rounded: int) -> None:
    """Fees round as people round, exactly, also beyond what a float or a decimal context can hold."""
    assert round_half_up(amount) == rounded
