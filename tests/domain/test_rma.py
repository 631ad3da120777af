"""RMA numbers: people read them aloud, type them wrong, and must be told so at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rma import ALPHABET, MalformedRma, make_rma, parse_rma

digits = st.lists(st.integers(0, 30), min_size=7, max_size=7)


@given(digits)
def test_however_it_is_typed_the_same_number_is_found(drawn: list[int]) -> None:
    """Lower case, spaces or a missing hyphen do not matter."""
    rma = make_rma(drawn)
    assert parse_rma(rma.lower().replace("-", " ")) == rma


@given(digits, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_any_single_misread_character_is_caught(drawn: list[int], place: int, wrong: str) -> None:
    """No number turns into another one by one wrong character."""
    plain = make_rma(drawn).replace("-", "")
    misread = plain[:place] + wrong + plain[place + 1 :]
    if misread != plain:
        with pytest.raises(MalformedRma):
            parse_rma(misread)


@given(digits, st.integers(0, 7), st.integers(0, 7))
def test_any_two_swapped_characters_are_caught(drawn: list[int], first: int, second: int) -> None:
    """No number turns into another one by swapping two different characters."""
    characters = list(make_rma(drawn).replace("-", ""))
    if characters[first] != characters[second]:
        characters[first], characters[second] = characters[second], characters[first]
        with pytest.raises(MalformedRma):
            parse_rma("".join(characters))


@pytest.mark.parametrize(
    ("typed", "told"), [("3456", "has 4"), ("O456-789F", "never contains O"), ("3456-7890", "never contains 0")]
)
def test_what_is_wrong_is_said(typed: str, told: str) -> None:
    """The message names the length or the characters that no RMA number has."""
    with pytest.raises(MalformedRma, match=told):
        parse_rma(typed)


def test_a_number_of_the_wrong_length_is_never_made() -> None:
    """The maker refuses to be used wrongly."""
    with pytest.raises(ValueError, match="7 numbers"):
        make_rma([1, 2, 3])
