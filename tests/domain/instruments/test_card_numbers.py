"""Card numbers are noticed however they are written, and references of providers are left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instruments.card_numbers import CardNumberFound, is_card_number, refuse_card_numbers

# Published test numbers of the schemes.
NUMBERS = [
    "4242424242424242",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
    "4000056655665556",
    "6759649826438453",
]


def check_digit(digits: str) -> str:
    """The digit that makes the number pass."""
    doubled = [int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("written", ["{}", "card {}", "{} 12/29", "x{}x", "tok_{}"])
def test_numbers(number: str, written: str) -> None:
    """A number is noticed wherever it stands."""
    assert is_card_number(written.format(number))


@pytest.mark.parametrize(
    "written",
    ["4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "4242424242424242"],
)
def test_ways_of_writing(written: str) -> None:
    """In groups, with hyphens, in other digits: a number is a number."""
    assert is_card_number(written)


@pytest.mark.parametrize(
    "reference",
    [
        "pm_1NxYz2eLkdIwHu7ixCard4242",
        "pi_3QxW2eLkdIwHu7ix",
        "4242424242424241",
        "Visa, ends in 4242",
        "6237819732134",
        "2026-03-09T08:00:00",
        "424242424242424242424242",
        "",
    ],
)
def test_references(reference: str) -> None:
    """A provider's reference, the last four digits, a number that no scheme would give out: all are fine."""
    assert not is_card_number(reference)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_every_number_of_a_scheme(middle: str) -> None:
    """Every number that a bank could have printed is noticed; one wrong digit makes it none."""
    number = f"4{middle}"
    number += check_digit(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert is_card_number(number)
    assert not is_card_number(wrong)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"instruments": [{"reference": "4242424242424242"}]}, "instruments.0.reference looks"),
        ({"instruments": [{"reference": 4242424242424242}]}, "instruments.0.reference looks"),
        ({"instruments": [{"a": {"b": ["x", "4242 4242 4242 4242"]}}]}, "instruments.0.a.b.1 looks"),
        ({"4242424242424242": 1}, "the body: the name of a field looks"),
        ("4242424242424242", "the body looks"),
    ],
)
def test_place(told: object, place: str) -> None:
    """The refusal names the place and not the number."""
    with pytest.raises(CardNumberFound) as found:
        refuse_card_numbers(told)

    assert str(found.value).startswith(place)
    assert "4242" not in str(found.value)
