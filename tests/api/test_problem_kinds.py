"""Each kind of problem is met once, over HTTP, and tells whoever meets it what it is and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.problems import PROBLEMS
from tests.api.house import House, problem_of
from tests.api.refusals.problem_walks import WALKS


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_problems_name_the_way_out(one_house: House, walk: Callable[[House], Iterator[Any]]) -> None:
    """The kind, what happened in a sentence, and the way out in another; nothing is left to be guessed."""
    told = tuple(walk(one_house))

    assert tuple(problem_of(answer) for answer in told) == WALKS[walk]
    for answer in told:
        problem = answer.json()
        assert (answer.status_code, problem["title"]) == (problem["status"], PROBLEMS[problem_of(answer)].title)
        assert len(problem["detail"].split()) > 3, problem
        assert problem["way_out"].endswith("."), problem


def test_no_kind_is_left_out() -> None:
    """A new kind of problem is provoked above before it may be answered with."""
    assert {slug for slugs in WALKS.values() for slug in slugs} == set(PROBLEMS)
