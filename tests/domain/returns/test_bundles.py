"""Bundles: part by part, or only whole where the shop says so."""

from __future__ import annotations

from typing import Any

import pytest

from domain.orders import Bundle
from domain.policies import BundleRule, Policy, Statute, StatutePack
from domain.reimbursements import PaidBefore
from domain.returns.bundles import find_missing
from domain.returns.case import Eligibility, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.quotes import quote_return
from tests.builders import ASKED, CONDITIONS, a_policy, a_return_line, an_order, an_order_line

SET = Bundle(bundle_id="tea", title="Tea set", line_ids=("1", "2"), price_minor=3000)
LINES = (an_order_line("1", quantity=1), an_order_line("2", quantity=3), an_order_line("3"))
ORDER = an_order(lines=LINES, bundles=(SET,))
WHOLE = a_policy(bundles=BundleRule.WHOLE_ONLY)


def judged(*lines: ReturnLine, policy: Policy = WHOLE, **taken: int) -> Eligibility:
    """The verdict on these lines."""
    units = {name[1:]: count for name, count in taken.items()}
    return decide_eligibility(ORDER, lines, policy=policy, conditions=CONDITIONS, taken=units, now=ASKED)


def test_a_part_comes_back_alone_by_default() -> None:
    """The shop said nothing: one cup of the tea set may come back."""
    assert judged(a_return_line("2"), policy=a_policy()).verdict is Verdict.AUTHORIZED


def test_a_part_is_refused_where_bundles_come_back_whole() -> None:
    """The customer reads the rule, what is missing, and how to ask instead."""
    found = judged(a_return_line("1"), a_return_line("2", 1), a_return_line("3"))
    assert found.verdict is Verdict.REFUSED
    assert {finding.line_id for finding in found.findings} == {"1", "2"}
    finding = found.findings[0]
    assert (finding.rule, finding.policy_rule) == ("bundle_incomplete", "bundles")
    assert finding.detail == "Line 1 belongs to the bundle Tea set, which comes back whole; missing: line 2 (2 units)."
    assert finding.way_out == "Ask for the whole bundle: add line 2 (2 units)."
    assert found.decision is not None
    assert [line.would_change_it for line in found.decision.lines[:2]] == [(), ()]


def test_the_whole_bundle_comes_back() -> None:
    """All its parts are named, so it may."""
    assert judged(a_return_line("1"), a_return_line("2", 3)).verdict is Verdict.AUTHORIZED


def test_what_is_gone_is_not_asked_for() -> None:
    """Two cups are in another return: nobody is told to add them."""
    found = judged(a_return_line("1"), _2=2)
    assert found.findings[0].way_out == "The rest of it is gone: contact the shop."


def test_other_lines_are_none_of_its_business() -> None:
    """The mug beside the tea set comes back alone."""
    assert judged(a_return_line("3")).verdict is Verdict.AUTHORIZED


@pytest.mark.parametrize(
    ("asked", "missing"),
    [({"1": 1, "2": 2}, {}), ({"1": 2, "2": 4}, {}), ({"1": 1}, {"2": 2}), ({"1": 1, "2": 3}, {"1": 1, "2": 1})],
)
def test_bundles_that_were_bought_twice(asked: dict[str, int], missing: dict[str, int]) -> None:
    """Two sets of one pot and two cups: one whole set may come back."""
    order = an_order(lines=(an_order_line("1", quantity=2), an_order_line("2", quantity=4)), bundles=(SET,))
    assert find_missing(order, SET, asked) == missing


def test_the_law_lets_a_part_come_back() -> None:
    """A withdrawal by law may be of a part; the shop's own rule does not stand against it."""
    policy = a_policy(bundles=BundleRule.WHOLE_ONLY, statutes=(Statute(pack=StatutePack.UK_WITHDRAWAL),))
    found = judged(a_return_line("1"), policy=policy)
    assert (found.verdict, found.findings) == (Verdict.AUTHORIZED, ())


def test_the_quote_judges_a_part_with_its_bundle() -> None:
    """A line that fails for another reason does not make the whole bundle beside it look incomplete."""
    lines = [a_return_line("1"), a_return_line("2", 3), a_return_line("3", reason="changed_mind")]
    order = ORDER.model_copy(update={"lines": (*LINES[:2], LINES[2].model_copy(update={"final_sale": True}))})
    room: dict[str, Any] = {"policy": WHOLE, "conditions": CONDITIONS, "taken": {}, "before": PaidBefore()}
    quoted = quote_return(order, lines, now=ASKED, **room)
    assert {line.line_id: line.eligible for line in quoted.lines} == {"1": True, "2": True, "3": False}
