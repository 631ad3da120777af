"""Whoever is refused something about a case that exists is told the reason and what to do, whatever it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.api.house import House
from tests.api.refusals import claim_walks, money_walks, policy_walks, return_walks
from tests.api.refusals.spoken import BEYOND_HTTP, Said, codes_in_the_code

WALKS: dict[Callable[[House], Iterator[Said]], tuple[str, ...]] = {
    **return_walks.WALKS,
    **claim_walks.WALKS,
    **money_walks.WALKS,
    **policy_walks.WALKS,
}
# What is against it, and what to do: two parts of a text, each of at least two words.
PART = re.compile(r"\w+\W+\w+[^.;:]*[.;:]")


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_refusals_say_why_and_what_to_do(one_house: House, walk: Callable[[House], Iterator[Said]]) -> None:
    """Each refusal has its code, says what is against it, and what can be done or what comes next."""
    told = tuple(walk(one_house))

    assert tuple(each.code for each in told) == WALKS[walk]
    for each in told:
        says = f"{each.detail} {each.way_out or ''}"
        assert len(PART.findall(says)) >= 2, f"{each.code} says too little: {says}"
        assert each.way_out is None or each.way_out.endswith("."), each


def test_no_refusal_is_left_out() -> None:
    """Every code that the program can refuse with is walked above; a new one is written down here first."""
    walked = {code for codes in WALKS.values() for code in codes}
    given = codes_in_the_code()

    assert len(given) > 70
    assert {code: place for code, place in given.items() if code not in walked | BEYOND_HTTP.keys()} == {}
    assert not walked & BEYOND_HTTP.keys()
    assert set(BEYOND_HTTP) <= set(given), "nothing refuses with these any more"
