"""What is noticed about who claims: it slows a claim down or asks a person, and never denies it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Actor, Progress, Role, WaitingFor
from domain.claims.case import ClaimBasis
from domain.claims.judging import ClaimJudgement, judge_claim
from domain.claims.risks import stake_of_claim, weigh_claim
from domain.policies import (
    AbuseAnswer,
    AbuseRules,
    Answer,
    ClaimProblem,
    ClaimRuling,
    Policy,
    Remedy,
    RiskOutcome,
    Rule,
    always,
)
from domain.policies.abuse import KeepItemsRule, NoReceiptRule, VelocityRule
from domain.policies.parts import AmountByCurrency
from domain.returns.case import Verdict
from domain.risk.models import Listing, ListKind, RiskHistory
from tests.builders import ASKED, a_policy, an_order
from tests.domain.claims.builders import a_claim, a_resolution, known

ACCEPT = ClaimRuling(answer=Answer.ACCEPT)
PART = ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REFUND_PART, part_percent=33)
DENIED = ClaimRuling(answer=Answer.REFUSE, says="Sold as seen.", way_out="Ask the maker.")
ACCOUNT = "c-1"


def noticing(outcome: RiskOutcome, ruling: ClaimRuling = ACCEPT) -> Policy:
    """From the second case in a month on, that follows."""
    return a_policy(claims=always(ruling), abuse=AbuseRules(velocity=VelocityRule(on=True, returns=2, outcome=outcome)))


def judged(policy: Policy, *, problem: str = "damaged", **history: Any) -> ClaimJudgement:
    """What is said to a claim of an account with that history: one case before, if nothing else is said."""
    before = RiskHistory(account=ACCOUNT, currency="GBP", orders=3, **({"returns": 1} | history))
    case = a_claim(problem=ClaimProblem(problem), verdict=None, decided_at=None)
    return judge_claim(case, an_order(), known(policy, history=before))


@pytest.mark.parametrize(
    ("outcome", "ruling", "problem", "verdict", "goods_back"),
    [
        (RiskOutcome.ALLOW, ACCEPT, "damaged", Verdict.AUTHORIZED, False),
        (RiskOutcome.SLOW_DOWN, ACCEPT, "damaged", Verdict.AUTHORIZED, True),
        (RiskOutcome.SLOW_DOWN, ACCEPT, "missing", Verdict.IN_REVIEW, None),
        (RiskOutcome.SLOW_DOWN, PART, "damaged", Verdict.IN_REVIEW, None),
        (RiskOutcome.REVIEW, ACCEPT, "damaged", Verdict.IN_REVIEW, None),
        (RiskOutcome.REFUSE, ACCEPT, "damaged", Verdict.IN_REVIEW, None),
        (RiskOutcome.REVIEW, DENIED, "damaged", Verdict.AUTHORIZED, False),
    ],
)
def test_what_follows(
    outcome: RiskOutcome, ruling: ClaimRuling, problem: str, verdict: Verdict, goods_back: bool | None
) -> None:
    """Slowed down, the goods come first where they can; else a person looks; what the rules deny stays denied."""
    found = judged(noticing(outcome, ruling), problem=problem)
    assert (found.verdict, found.ruling.goods_back if found.ruling else None) == (verdict, goods_back)
    assert all("velocity" not in each.detail for each in found.findings)


def test_a_near_miss() -> None:
    """The first case of the month is granted as any other, and what was looked for is kept."""
    found = judged(noticing(RiskOutcome.REVIEW), returns=0)
    assert (found.verdict, found.ruling) == (Verdict.AUTHORIZED, ACCEPT)
    assert found.risk is not None
    assert [(each.fired, each.figures) for each in found.risk.readings] == [(False, {"returns": 1})]


@pytest.mark.parametrize(("kind", "verdict"), [("block", Verdict.IN_REVIEW), ("allow", Verdict.AUTHORIZED)])
def test_lists(kind: str, verdict: Verdict) -> None:
    """Who is blocked is looked at by a person; who is allowed passes whatever is noticed."""
    entry = Listing(
        listing_id="l-1",
        account=ACCOUNT,
        kind=ListKind(kind),
        reason="they know",
        made_by=Actor(name="sue", role=Role.SUPERVISOR),
        made_at=ASKED,
    )
    assert judged(noticing(RiskOutcome.REVIEW), listings=(entry,)).verdict is verdict


@pytest.mark.parametrize(
    ("rules", "history", "problem", "signal"),
    [
        (AbuseRules(no_receipt_claims=NoReceiptRule(on=True, claims=2)), {"no_receipt_claims": 1}, "missing", True),
        (AbuseRules(no_receipt_claims=NoReceiptRule(on=True, claims=2)), {"no_receipt_claims": 1}, "damaged", False),
        (
            AbuseRules(keep_items_budget=KeepItemsRule(on=True, budget=AmountByCurrency(minor={"GBP": 2000}))),
            {"kept_minor": 801},
            "damaged",
            True,
        ),
        (
            AbuseRules(keep_items_budget=KeepItemsRule(on=True, budget=AmountByCurrency(minor={"GBP": 2000}))),
            {"kept_minor": 800},
            "damaged",
            False,
        ),
    ],
)
def test_claims_feed_the_signals(rules: AbuseRules, history: dict[str, int], problem: str, signal: bool) -> None:
    """A second parcel that never came is seen, a broken mug is none; 12.00 kept count with what was kept before."""
    found = judged(a_policy(claims=always(ACCEPT), abuse=rules), problem=problem, **history)
    assert found.risk is not None
    assert [each.fired for each in found.risk.readings] == [signal]


def test_the_shops_own_rules() -> None:
    """The table abuse_rules decides on a claim as on a return, over the facts of both."""
    rule = Rule(
        rule="many", when="returns_before >= 1 && value_minor > 1000", then=AbuseAnswer(outcome=RiskOutcome.REVIEW)
    )
    found = judged(a_policy(claims=always(ACCEPT), abuse_rules=(rule,)))
    assert (found.verdict, found.risk and found.risk.decided_by) == (Verdict.IN_REVIEW, "abuse_rules.many")


@pytest.mark.parametrize(
    ("state", "facts", "counted", "kept"),
    [
        ("in_review", {}, True, 1200),
        ("denied", {}, False, 1200),
        ("closed", {"resolution": a_resolution(goods_back=True)}, True, 0),
        ("closed", {"resolution": a_resolution(Remedy.REPLACE)}, True, 0),
    ],
)
def test_what_a_claim_counts_for(state: str, facts: dict[str, Any], counted: bool, kept: int) -> None:
    """Denied it counts for nothing; with the goods back, or replaced, nothing was kept and paid for."""
    order = an_order()
    found = judged(noticing(RiskOutcome.ALLOW))
    basis = ClaimBasis(order_version=1, taken={}, stake=weigh_claim(a_claim(), order, found.ruling))
    case = a_claim(verdict_basis=basis, risk=found.risk, **facts)
    progress = Progress(state=state, waiting_for=WaitingFor.NOTHING, since=ASKED, next_step="")
    stake = stake_of_claim(case, progress)
    assert stake is not None
    assert (stake.counted, stake.kept_minor, stake.value_minor, stake.units) == (counted, kept, 0, 0)
