"""Claims explained, and computed again: what was tampered with is found."""

from __future__ import annotations

import pytest

from domain.claims.case import Claim, ClaimBasis
from domain.claims.giving import give, pay
from domain.claims.judging import Known, judge_claim
from domain.claims.opening import open_claim
from domain.explanations.claims_again import recompute_claim
from domain.policies import Answer, ClaimRuling, Policy, Remedy, Rule, always
from tests.builders import ASKED, CONDITIONS, a_policy, an_order
from tests.domain.claims.builders import a_claim, ground

PART = ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REFUND_PART, part_percent=33)
DENIED = ClaimRuling(answer=Answer.REFUSE, says="Sold as seen.", way_out="Ask the maker.")


def judged(policy: Policy, **facts: object) -> Claim:
    """A claim as its first step stored it, and what follows at once."""
    known = ClaimBasis(order_version=1, taken={})
    case = a_claim(verdict=None, decided_at=None, verdict_basis=known, **facts)
    on = ground(policy=policy)
    opened = open_claim(
        case, judge_claim(case, an_order(), Known.of(known, policy=policy, conditions=CONDITIONS)), on, at=ASKED
    ).case
    held = on.basis.model_copy(update={"held_by_payment": dict(on.funds.refundable_minor)})
    opened = opened.with_facts(plan_basis=held) if opened.plan_basis else opened
    return pay(give(opened, on, CONDITIONS, at=ASKED).case, on, at=ASKED).case if opened.resolution else opened


def again(case: Claim, policy: Policy) -> list[str]:
    """What comes out otherwise."""
    found = recompute_claim(case, policy=policy, conditions=CONDITIONS, orders={1: an_order()})
    assert found.equal == (not found.differences)
    return [each.what for each in found.differences]


@pytest.mark.parametrize("ruling", [ClaimRuling(answer=Answer.ACCEPT), PART, DENIED, ClaimRuling(answer=Answer.REVIEW)])
def test_every_verdict_comes_out_again(ruling: ClaimRuling) -> None:
    """Granted, granted in part, denied, left to a person: from what is stored it is the same."""
    policy = a_policy(claims=always(ruling))
    assert again(judged(policy), policy) == []


def test_what_was_tampered_with_is_found() -> None:
    """Somebody raised the plan, or the policy on record says something else: both are named."""
    policy = a_policy(claims=always(ClaimRuling(answer=Answer.ACCEPT)))
    case = judged(policy)
    assert case.plan is not None
    raised = case.with_facts(plan=case.plan.model_copy(update={"total_minor": 1300}))
    assert again(raised, policy) == ["reimbursement.total_minor"]
    stricter = a_policy(claims=(Rule(rule="always", when='problem == "missing"', then=DENIED),))
    assert "claim.verdict" in again(case.with_facts(findings=()), stricter) or "claim.line 1" in again(case, stricter)
