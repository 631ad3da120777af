"""Each decision says which rules applied, which did not and how nearly, and what would change it."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import Role
from domain.explanations import ReturnExplanation, recompute
from domain.explanations.models import ExplainedDecision
from domain.orders import Order, OrderLine
from domain.policies import Policy
from domain.returns.case import Approval, Decision, ReturnCase, ReturnLine, VerdictBasis
from domain.returns.opening import open_return, refuse_taken_units
from tests.builders import (
    ASKED,
    CONDITIONS,
    DELIVERED,
    SUPERVISOR,
    a_policy,
    a_return,
    a_return_line,
    an_order,
    an_order_line,
    reviewed,
    windows_of,
)
from tests.domain.baskets import basket, goods
from tests.domain.explanations.stories import explain, settle


def judged(
    *lines: ReturnLine,
    bought: OrderLine | None = None,
    days_after_delivery: int = 6,
    taken: dict[str, int] | None = None,
    policy: Policy | None = None,
) -> tuple[ReturnCase, Order]:
    """A request that was judged, and its order."""
    policy, order = policy or a_policy(), an_order(lines=(bought or an_order_line(),))
    case = a_return(lines=lines or (a_return_line(),), requested_at=DELIVERED + timedelta(days=days_after_delivery))
    opened = open_return(case, order, policy=policy, conditions=CONDITIONS, taken=taken or {}, at=ASKED).case
    return opened.with_facts(verdict_basis=VerdictBasis(order_version=1, taken=taken or {})), order


def eligibility(case: ReturnCase, order: Order, policy: Policy | None = None) -> list[ExplainedDecision]:
    """How the verdict is explained, overall and then line by line; computing it again must give it."""
    found = explain(case, order, policy=policy or a_policy())
    assert found.recomputation.equal
    return [each for each in found.decisions if each.decision == "eligibility"]


def decision(found: ReturnExplanation, name: str) -> ExplainedDecision:
    """The one decision of that name."""
    (one,) = [each for each in found.decisions if each.decision == name]
    return one


def test_allowed_with_time_to_spare() -> None:
    """An allowed request says until when it would have been, which rules allowed it, and which did not hold and why."""
    overall, line = eligibility(*judged())

    assert (overall.outcome, overall.matched) == ("authorized", ())
    assert overall.would_change_it == ("Asked at 2026-04-03 23:00 UTC or later it would be refused.",)
    assert (line.line_id, line.outcome) == ("1", "authorized")
    decided = {rule.rule: rule.policy[0].value for rule in line.matched}
    assert decided["windows.standard"] == {"days": 30}
    assert decided["acceptance.everything_else"] == {"answer": "accept"}
    missed = {rule.rule: rule for rule in line.not_matched}
    assert missed["windows.electronics"].unmet == ('category == "electronics" (category is empty)',)
    assert missed["window_passed"].margin is not None
    assert missed["window_passed"].margin.words == "24 d 8 h left"
    assert (line.inputs["reason"], line.inputs["days_since_delivery"]) == ("changed_mind", 6)


def test_the_nearest_miss_lacked_least() -> None:
    """Of the rules that did not hold, the one that lacked one part alone is the nearest miss, with what it lacked."""
    _, line = eligibility(*judged())

    assert line.nearest_miss is not None
    assert len(line.nearest_miss.unmet) == 1
    assert line.nearest_miss.rule.split(".")[0] in ("windows", "acceptance")


def test_the_window_is_the_nearest_miss_where_no_other_rule_is() -> None:
    """Under a policy of one rule each, the time that was left is what was nearest to applying."""
    plain = a_policy(windows=windows_of(30), acceptance=reviewed())
    _, line = eligibility(*judged(days_after_delivery=30, policy=plain), policy=plain)

    assert line.nearest_miss is not None
    assert line.nearest_miss.detail == "Line 1: asked 8 h 0 min before its window ended."


def test_free_units_are_counted() -> None:
    """It is said how many units more could have come back."""
    overall, _ = eligibility(*judged())

    assert overall.nearest_miss is not None
    assert overall.nearest_miss.margin is not None
    assert overall.nearest_miss.margin.words == "1 more could come back"


def test_too_late() -> None:
    """A request that came too late names the rule, and until when it would have been in time."""
    overall, line = eligibility(*judged(days_after_delivery=45))

    assert [rule.rule for rule in overall.matched] == ["window_passed"]
    assert [applied.policy_field for applied in overall.matched[0].policy] == ["windows.standard"]
    assert "Asked for before 2026-04-03 23:00 UTC it would have been in time." in line.would_change_it
    assert "window_passed" not in {rule.rule for rule in line.not_matched}


def test_final_sale() -> None:
    """A final sale says with which reasons it would still have come back."""
    overall, line = eligibility(*judged(bought=an_order_line(final_sale=True)))

    assert [applied.policy_field for applied in overall.matched[0].policy] == ["acceptance.final_sale"]
    changed = next(words for words in line.would_change_it if words.startswith("With the reason"))
    assert "defective" in changed
    assert "too_small" not in changed


def test_review() -> None:
    """A request that a person decides says which rule caused it."""
    careful = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    overall, line = eligibility(*judged(policy=careful), policy=careful)

    assert overall.outcome == "in_review"
    assert "acceptance.careful_0" in {rule.rule for rule in line.matched}


def test_impossible_requests() -> None:
    """A request for goods that were never bought, or are in another case, is explained without any rule of the policy."""
    (unknown,) = eligibility(*judged(a_return_line("9")))
    (taken,) = eligibility(*judged(a_return_line(quantity=2), taken={"1": 1}))

    assert [rule.rule for rule in unknown.matched] == ["unknown_line"]
    assert unknown.not_matched == ()
    assert [rule.rule for rule in taken.matched] == ["units_in_other_case"]
    assert taken.inputs["units_in_other_cases"] == {"1": 1}
    assert taken.would_change_it == ("Ask for 1 or fewer, or cancel the other case.",)


def test_a_rule_that_cannot_be_evaluated() -> None:
    """A condition that fails leaves it to a person, and the explanation says which rule it was."""
    broken = a_policy(acceptance=reviewed("1 / (quantity - 1) > 0"))
    overall, line = eligibility(*judged(policy=broken), policy=broken)

    assert overall.outcome == "in_review"
    assert any("cannot be evaluated" in rule.detail for rule in line.matched)


def test_units_lost_to_another_case_in_a_moment() -> None:
    """Units that another case took between two looks are a refusal that comes out the same again."""
    order = an_order()
    lost = refuse_taken_units(a_return(), at=ASKED).case
    lost = lost.with_facts(verdict_basis=VerdictBasis(order_version=1, taken={}, reserved=False))

    assert recompute(lost, policy=a_policy(), conditions=CONDITIONS, orders={1: order}).equal


def test_the_rules_decide() -> None:
    """A small refund says how far below the limit it was."""
    order = basket(goods("1", 1, 4900))
    (case,) = settle(order, [("1", 1)], policy=a_policy())

    found = decision(explain(case, order, policy=a_policy()), "authority")

    assert found.outcome == "the_rules_decide"
    assert found.nearest_miss is not None
    assert found.nearest_miss.margin is not None
    assert found.nearest_miss.margin.words == "1.00 GBP below the limit"
    assert found.inputs == {"refund_minor": 4900, "currency": "GBP", "limit_minor": 5000}


def test_a_person_decides() -> None:
    """A large refund names the limit, what would have made the rules decide, who approved it, and that it was another."""
    order = basket(goods("1", 1, 9000))
    (case,) = settle(order, [("1", 1)], policy=a_policy())
    given = Approval(event_id="evt-9", at=ASKED, actor=SUPERVISOR, decision=Decision.APPROVE, note="Fine.")

    found = explain(case.with_facts(approval=given), order, policy=a_policy())

    needed, approval = decision(found, "authority"), decision(found, "approval")
    assert [rule.rule for rule in needed.matched] == ["refund_above_limit"]
    assert "A limit of 90.00 GBP or more (approval.refund_above, now 50.00 GBP)" in needed.would_change_it[0]
    assert (approval.outcome, approval.decided_by.name) == ("approve", SUPERVISOR.name)
    assert {rule.rule for rule in approval.not_matched} == {"requester_cannot_approve", "no_authority"}


def test_a_currency_without_a_limit() -> None:
    """A currency that the policy does not name always needs a person, and the explanation says how that would end."""
    order = basket(goods("1", 1, 100), currency="JPY")
    (case,) = settle(order, [("1", 1)], policy=a_policy())

    found = decision(explain(case, order, policy=a_policy()), "authority")

    assert [rule.rule for rule in found.matched] == ["no_limit_for_currency"]
    assert found.would_change_it == (
        "A limit in JPY of 100 JPY or more (approval.refund_above) would let the rules decide.",
    )


def test_a_reviewed_request() -> None:
    """What a supervisor said about a request is explained with who asked and who decided."""
    case, order = judged()
    said = Approval(event_id="evt-1", at=ASKED, actor=SUPERVISOR, decision=Decision.REFUSE, note="Worn.")

    found = decision(explain(case.with_facts(review=said), order, policy=a_policy()), "review")

    assert (found.outcome, found.inputs["requested_by"], found.inputs["role"]) == (
        "refuse",
        "shop-front",
        Role.SUPERVISOR,
    )
