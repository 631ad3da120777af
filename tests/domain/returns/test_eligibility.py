"""May these units come back? Windows, final sale, reasons, and units that other cases hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.policies import Policy, Rule, Window
from domain.returns.case import ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from tests.builders import (
    ASKED,
    CONDITIONS,
    DELIVERED,
    a_policy,
    a_return_line,
    an_order,
    an_order_line,
    reviewed,
    windows_of,
)


def verdict_and_rules(
    *,
    at: datetime = ASKED,
    line: ReturnLine | None = None,
    policy: Policy | None = None,
    taken: int = 0,
    **order: Any,
) -> tuple[Verdict, list[str]]:
    """The verdict on one unit of the usual order, and the names of the rules behind it."""
    found = decide_eligibility(
        an_order(**order),
        [line or a_return_line()],
        policy=policy or a_policy(),
        conditions=CONDITIONS,
        taken={"1": taken},
        now=at,
    )
    return found.verdict, [finding.rule for finding in found.findings]


def test_a_mug_that_came_six_days_ago_may_come_back() -> None:
    """Within the window and with a known reason the return is authorized at once."""
    assert verdict_and_rules() == (Verdict.AUTHORIZED, [])


@pytest.mark.parametrize(
    ("asked_at", "verdict"),
    [
        (datetime(2026, 4, 3, 22, 59, tzinfo=UTC), Verdict.AUTHORIZED),
        (datetime(2026, 4, 3, 23, 0, tzinfo=UTC), Verdict.REFUSED),
    ],
)
def test_the_thirtieth_day_counts_until_midnight_in_london(asked_at: datetime, verdict: Verdict) -> None:
    """Delivered on 4 March: 3 April is the last day, and it ends at midnight British Summer Time."""
    assert verdict_and_rules(at=asked_at)[0] is verdict


def test_a_shop_may_say_that_the_last_day_is_too_late() -> None:
    """With last_day_counts off the window ends when its last day begins."""
    strict = a_policy(last_day_counts=False)
    assert verdict_and_rules(at=datetime(2026, 4, 2, 22, 30, tzinfo=UTC), policy=strict)[0] is Verdict.AUTHORIZED
    assert verdict_and_rules(at=datetime(2026, 4, 3, 9, 0, tzinfo=UTC), policy=strict)[1] == ["window_passed"]


def test_without_a_delivery_date_the_window_counts_from_the_order_and_the_usual_transit() -> None:
    """Ordered on 1 March, five days assumed in transit: the thirty days begin on 6 March."""
    found = decide_eligibility(
        an_order(parcels=()), [a_return_line()], policy=a_policy(), conditions=CONDITIONS, taken={}, now=ASKED
    )
    assert found.returnable_until == datetime(2026, 4, 5, 23, 0, tzinfo=UTC)


def test_the_last_parcel_of_a_line_opens_its_window() -> None:
    """While one parcel with units of the line is still on its way, nobody counts from the first."""
    first, last = an_order().parcels[0], an_order().parcels[0].model_copy(update={"parcel_id": "out-2"})
    late = last.model_copy(update={"delivered_at": DELIVERED + timedelta(days=10)})
    assert an_order(parcels=(first, late)).delivered_at("1") == late.delivered_at
    missing = last.model_copy(update={"delivered_at": None})
    assert an_order(parcels=(first, missing)).delivered_at("1") is None


def test_a_category_has_its_own_window() -> None:
    """Electronics come back within 14 days only."""
    radio = (an_order_line(category="electronics"),)
    short = Rule[Window](rule="radios", when='category == "electronics"', then=Window(days=14))
    policy = a_policy(windows=windows_of(30, short))
    at = DELIVERED + timedelta(days=20)
    assert verdict_and_rules(at=at, lines=radio, policy=policy)[1] == ["window_passed"]
    assert verdict_and_rules(at=at, policy=policy)[0] is Verdict.AUTHORIZED


def test_final_sale_stays_sold_unless_the_shop_is_at_fault() -> None:
    """A change of mind is refused; a defect is not."""
    final = (an_order_line(final_sale=True),)
    assert verdict_and_rules(lines=final)[1] == ["final_sale"]
    assert verdict_and_rules(lines=final, line=a_return_line(reason="defective"))[0] is Verdict.AUTHORIZED
    assert verdict_and_rules(lines=(an_order_line(category="perishable"),))[1] == ["final_sale"]


@pytest.mark.parametrize(
    ("line", "taken", "rule"),
    [
        (a_return_line("9"), 0, "unknown_line"),
        (a_return_line(quantity=3), 0, "more_than_ordered"),
        (a_return_line(quantity=2), 1, "units_in_other_case"),
        (a_return_line(reason="bored"), 0, "unknown_reason"),
    ],
)
def test_an_impossible_request_says_what_to_change(line: ReturnLine, taken: int, rule: str) -> None:
    """Each mistake has its own rule and a way out."""
    found = decide_eligibility(
        an_order(), [line], policy=a_policy(), conditions=CONDITIONS, taken={"1": taken}, now=ASKED
    )
    assert [finding.rule for finding in found.findings] == [rule]
    assert found.findings[0].way_out


def test_a_line_named_twice_is_refused() -> None:
    """Otherwise one unit could be asked for twice in one request."""
    found = decide_eligibility(
        an_order(), [a_return_line(), a_return_line()], policy=a_policy(), conditions=CONDITIONS, taken={}, now=ASKED
    )
    assert found.findings[0].rule == "repeated_line"


def test_a_reason_can_ask_for_a_person() -> None:
    """The request is not refused, it waits in review."""
    careful = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    assert verdict_and_rules(policy=careful) == (Verdict.IN_REVIEW, ["careful_0"])
