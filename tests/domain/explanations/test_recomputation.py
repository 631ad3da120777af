"""Computing again gives what is stored, for every order and any sequence of returns; what was tampered with is found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.explanations import needed_versions, recompute
from domain.money import Rounding
from domain.orders import Order
from domain.policies import Policy
from domain.returns.case import ReturnCase, Verdict
from tests.builders import ASKED, CONDITIONS, a_policy
from tests.domain.baskets import baskets
from tests.domain.explanations.stories import FEES, an_awkward_order, explain, settle
from tests.domain.test_reimbursements_properties import policies, take_apart

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(data=st.data(), order=baskets(), policy=policies)
def test_computing_again_gives_what_is_stored(data: st.DataObject, order: Order, policy: Policy) -> None:
    """Whatever was bought, however it was discounted and taxed, and in whatever parts it came back."""
    reasons = {
        line.line_id: data.draw(st.sampled_from(["changed_mind", "defective", "arrived_damaged", "other"]))
        for line in order.lines
    }
    cases = settle(order, *data.draw(st.composite(take_apart)(order)), policy=policy, reasons=reasons)
    for number, case in enumerate(cases):
        found = explain(case, order, policy=policy, earlier=cases[:number])
        assert found.recomputation.differences == ()
        assert found.recomputation.equal
        check_sums(found.model_dump(), case)


def check_sums(found: dict[str, Any], case: ReturnCase) -> None:
    """Amounts and positions sum to what is paid, and each rounding ends at the amount that was paid."""
    assert case.plan is not None
    paid = found["reimbursement"]
    assert sum(amount["amount_minor"] for amount in paid["amounts"]) == paid["total_minor"] == case.plan.total_minor
    assert sum(position["credited_minor"] for position in paid["positions"]) == paid["total_minor"]
    for position in paid["positions"]:
        taxes = sum(tax["credited_minor"] for tax in position["taxes"])
        assert position["net_minor"] + taxes == position["credited_minor"]
        assert position["worth_minor"] - position["kept_minor"] == position["credited_minor"]
    for allocation in found["payouts"]:
        given = sum(payment["paid_minor"] for payment in allocation["payments"])
        assert given + allocation["unplaced_minor"] == allocation["owed_minor"]
        assert all(each["held_minor"] - each["paid_minor"] == each["left_minor"] for each in allocation["payments"])


@pytest.fixture
def settled() -> tuple[ReturnCase, Order]:
    """The second return of an awkward order."""
    order = an_awkward_order()
    return settle(order, [("1", 1)], [("1", 1), ("2", 2)])[1], order


def differences(case: ReturnCase, order: Order, policy: Policy = FEES) -> list[str]:
    """What is found to differ."""
    return [each.what for each in recompute(case, policy=policy, conditions=CONDITIONS, orders={1: order}).differences]


def test_equal(settled: tuple[ReturnCase, Order]) -> None:
    """All that was decided is computed again, and named."""
    found = recompute(settled[0], policy=FEES, conditions=CONDITIONS, orders={1: settled[1]})

    assert found.computed == ("eligibility", "reimbursement", "payouts 1")
    assert found.equal
    assert needed_versions(settled[0]) == {1}


def test_a_changed_total_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """Somebody who adds a pound to a stored refund is found out."""
    case, order = settled
    assert case.plan is not None
    more = case.plan.model_copy(update={"total_minor": case.plan.total_minor + 100})

    assert differences(case.with_facts(plan=more), order) == ["reimbursement.total_minor"]


def test_a_changed_payout_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """A payout to another payment than the rules say is found out."""
    case, order = settled
    moved = case.payouts[0].model_copy(update={"payment_id": "gift"})

    assert differences(case.with_facts(payouts=(moved,)), order) == ["payouts.gift", "payouts.card"]


def test_a_changed_verdict_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """A verdict that the rules do not give is found out, and so is a promised date."""
    case, order = settled

    assert case.eligibility is not None
    other = case.eligibility.model_copy(update={"verdict": Verdict.IN_REVIEW, "returnable_until": ASKED})

    assert differences(case.with_facts(eligibility=other), order) == [
        "eligibility.verdict",
        "eligibility.returnable_until",
    ]


def test_a_missing_approval_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """A refund that needed a supervisor and says that it did not is found out."""
    case, order = settled
    assert case.approval_reasons

    assert differences(case.with_facts(approval_reasons=()), order) == ["approval.reasons"]


def test_another_order_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """An order that was changed in the database without a new version is found out."""
    case, order = settled
    cheaper = order.lines[0].model_copy(update={"unit_price_minor": 900})

    assert "reimbursement.amounts" in differences(case, order.model_copy(update={"lines": (cheaper, order.lines[1])}))


def test_another_policy_is_found(settled: tuple[ReturnCase, Order]) -> None:
    """A policy version that was overwritten is found out."""
    assert differences(*settled, policy=a_policy()) == ["eligibility.line 1", "eligibility.line 2"]
    rounded_up = FEES.model_copy(update={"rounding": Rounding.UP})
    assert "reimbursement.total_minor" in differences(*settled, policy=rounded_up)


def test_words_may_be_improved(settled: tuple[ReturnCase, Order]) -> None:
    """A sentence that a later release words better is no difference: amounts and rules are what counts."""
    case, order = settled
    assert case.plan is not None
    lines = tuple(line.model_copy(update={"explanation": "In other words."}) for line in case.plan.lines)

    assert differences(case.with_facts(plan=case.plan.model_copy(update={"lines": lines})), order) == []


def test_inputs_that_were_not_kept(settled: tuple[ReturnCase, Order]) -> None:
    """What was decided before inputs were kept is named instead of guessed."""
    case, order = settled
    bare = case.with_facts(verdict_basis=None, plan_basis=None, payout_bases=())

    found = recompute(bare, policy=FEES, conditions=CONDITIONS, orders={1: order})

    assert found.without_basis == ("eligibility", "reimbursement", "payout 1")
    assert (found.computed, found.equal) == ((), True)
