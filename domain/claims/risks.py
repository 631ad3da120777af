"""Abuse signals and a claim: what it weighs in the history of its account, and what follows from what was noticed.

What came broken or not at all is protected by law, so nothing that is noticed denies a claim: at the most a person looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.cases import Progress
from domain.claims.case import Claim, ClaimLine
from domain.orders import Order
from domain.policies import Answer, ClaimProblem, ClaimRuling, Conditions, Policy, Remedy, RiskOutcome
from domain.returns.case import Finding
from domain.returns.facts import FactSheet
from domain.returns.risks import NEVER_COUNTED, ReturnStake
from domain.risk.accounts import account_of
from domain.risk.assessing import assess_request
from domain.risk.goods_signals import empty_parcels
from domain.risk.models import RequestStake, RiskAssessment, RiskHistory

REVIEWED = "The shop looks at this claim before it answers."
# A claim counts for nothing before it is decided, and when nothing comes of it.
UNCOUNTED = (*NEVER_COUNTED, "open", "denied")


def weigh_claim(case: Claim, order: Order, ruling: ClaimRuling | None) -> RequestStake:
    """What the claim weighs: its goods are never the customer's doing, but what stays with them and is paid back counts as
    kept, and what is said to be missing as a claim without receipt."""
    stays = ruling is not None and ruling.answer is Answer.ACCEPT and not ruling.goods_back
    replaces = (ruling.remedy if ruling and ruling.remedy else case.wish) is Remedy.REPLACE
    missing = case.problem is ClaimProblem.MISSING
    return RequestStake(
        account=account_of(order),
        currency=order.currency,
        kept_minor=worth_of(case.lines, order) if stays and not replaces and not missing else 0,
        no_receipt_claims=int(missing),
        excused=tuple(line.line_id for line in case.lines),
    )


def assess_claim(
    case: Claim,
    stake: RequestStake,
    history: RiskHistory,
    facts: Mapping[str, FactSheet],
    *,
    policy: Policy,
    conditions: Conditions,
) -> RiskAssessment:
    """What is noticed, by the same signals and the same table as of a return; its facts have no reason."""
    return assess_request(stake, history, facts, policy=policy, conditions=conditions, at=case.requested_at)


def slow_down(case: Claim, ruling: ClaimRuling) -> ClaimRuling | None:
    """The ruling with the goods coming back first; None where they cannot, so that a person decides."""
    if ruling.answer is Answer.REFUSE or ruling.goods_back:
        return ruling
    if case.problem is ClaimProblem.MISSING or ruling.remedy is Remedy.REFUND_PART:
        return None
    return ruling.model_copy(update={"goods_back": True})


def further_check(lines: Sequence[ClaimLine]) -> tuple[Finding, ...]:
    """Why a person decides, in words that give nothing away."""
    way_out = "Wait for the decision."
    return tuple(
        Finding(rule="further_check", policy_rule="abuse", line_id=line.line_id, detail=REVIEWED, way_out=way_out)
        for line in lines
    )


def stake_of_claim(case: Claim, progress: Progress) -> ReturnStake | None:
    """What the claim counts for as it now stands; None before its verdict, and for claims from before histories were kept."""
    stake = case.verdict_basis.stake if case.verdict_basis else None
    if stake is None or not stake.account:
        return None
    return ReturnStake(
        account=stake.account,
        currency=stake.currency,
        requested_at=case.requested_at,
        counted=progress.state not in UNCOUNTED,
        value_minor=stake.value_minor,
        units=stake.units,
        kept_minor=_kept_minor(case, stake),
        no_receipt_claims=stake.no_receipt_claims + empty_parcels(case.goods),
        worn_units=0,
        outcome=case.risk.outcome if case.risk else RiskOutcome.ALLOW,
    )


def worth_of(lines: Sequence[ClaimLine], order: Order) -> int:
    """The price of the claimed units after each line's own discount, in minor units."""
    known = [(line, bought) for line in lines if (bought := order.line(line.line_id))]
    return sum(bought.price_minor * line.quantity // bought.quantity for line, bought in known)


def _kept_minor(case: Claim, stake: RequestStake) -> int:
    """What is paid back for goods that stay: as the plan says once somebody decided, else as the rules would have it."""
    if case.resolution is None or case.problem is ClaimProblem.MISSING:
        return stake.kept_minor
    if case.resolution.goods_back or case.plan is None:
        return 0
    return max(0, case.plan.total_minor)
