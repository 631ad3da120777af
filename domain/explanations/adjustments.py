"""Why an adjustment came to what it did, who decided it, and whether it comes out the same again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from domain.adjustments.authority import deed_of
from domain.adjustments.case import Adjustment, Goodwill
from domain.adjustments.planning import Planned, plan_correction, plan_goodwill
from domain.authority import Deed, decide_authority
from domain.cases import SYSTEM
from domain.explanations.approvals import explain_given
from domain.explanations.bases import CaseBasis, shared_parts
from domain.explanations.models import (
    AdjustmentExplanation,
    ConsideredRule,
    ExplainedDecision,
    Recomputation,
)
from domain.explanations.recomputation import compare_plans, recompute_payouts
from domain.money import Money
from domain.policies import Policy, SpentBefore
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import Finding, ReturnCase


class AdjustmentCaseBasis(CaseBasis):
    """Of an adjustment moreover: the return that a correction is about."""

    case: Adjustment
    original: ReturnCase | None = None


def explain_adjustment(basis: AdjustmentCaseBasis) -> AdjustmentExplanation:
    """The explanation from what is stored: each amount with its reason and what it was computed from."""
    case, known, plan = basis.case, basis.case.plan_basis, basis.case.plan
    return AdjustmentExplanation(
        **shared_parts(basis),
        decisions=tuple(_decisions(basis)),
        recomputation=recompute_adjustment(basis),
        asked=case.asked,
        policy_version=case.policy_version,
        order_version=known.order_version if known else None,
        rounding=basis.policy.policy.rounding,
        total_minor=plan.total_minor if plan else None,
        amounts=plan.lines if plan else (),
        credits=plan.credits if plan else (),
        units=known.accepted if known else {},
        paid_before=known.before if known else None,
        earlier_minor=sum(earlier.total_minor for earlier in known.earlier) if known else 0,
        held_minor=known.refundable_minor if known else {},
        left_minor=sum(payment.left_minor for payment in basis.payments),
        refusal=case.refusal,
    )


def recompute_adjustment(basis: AdjustmentCaseBasis) -> Recomputation:
    """The plan, the authority that it needed, and the payouts, computed again and compared."""
    case, policy = basis.case, basis.policy.policy
    paid = recompute_payouts(case, policy=policy, orders=basis.orders)
    if case.plan is None:
        return paid
    again = _plan_again(basis)
    if again is None:
        return Recomputation(equal=True, computed=(), differences=(), without_basis=("adjustment",)).and_then(paid)
    planned = again if isinstance(again, ReimbursementPlan) else None
    differences = compare_plans("adjustment", case.plan, planned)
    found = Recomputation(equal=not differences, computed=("adjustment",), differences=differences, without_basis=())
    return found.and_then(paid)


def _plan_again(basis: AdjustmentCaseBasis) -> Planned | None:
    """The plan from its basis; None when that was not kept, or is not on record any more."""
    case, policy = basis.case, basis.policy.policy
    if case.plan_basis is None:
        return None
    order = basis.orders[case.plan_basis.order_version]
    if isinstance(case.asked, Goodwill):
        return plan_goodwill(case.asked, order, case.plan_basis, policy=policy, at=case.requested_at)
    if basis.original is None:
        return None
    return plan_correction(case.asked, basis.original, order, case.plan_basis, policy=policy)


def _decisions(basis: AdjustmentCaseBasis) -> Iterator[ExplainedDecision]:
    case, policy = basis.case, basis.policy
    if case.plan is None or case.plan_made_at is None:
        return
    if not case.is_paid_outside or case.approval_reasons:
        yield _authority(case, policy.policy)
    names = ["first_approval", "approval"] if case.first_approval else ["approval"]
    given = [each for each in (case.first_approval, case.approval) if each is not None]
    for name, each in zip(names, given, strict=False):
        yield explain_given(name, each, case.opened_by, policy)
    if case.settlement is not None:
        yield ExplainedDecision(
            decision="settlement",
            outcome=case.settlement.resolution,
            decided_at=case.settlement.at,
            decided_by=case.settlement.actor,
            policy_version=case.policy_version,
            inputs={"proof": case.settlement.proof, "note": case.settlement.note},
            matched=(),
            not_matched=(),
            nearest_miss=None,
            would_change_it=("A person decided it; the decision stands.",),
        )


def _authority(case: Adjustment, policy: Policy) -> ExplainedDecision:
    """Whether who asked could decide alone, by which row of the matrix, and else why somebody must approve."""
    assert case.plan is not None, "the caller looked"
    assert case.plan_made_at is not None, "a plan has its time"
    deed, spent = deed_of(case, case.plan), case.plan_basis.spent if case.plan_basis else ()
    if case.approval_need is not None:
        # What somebody lowered was held against the matrix as it had been asked for.
        deed = replace(deed, amount=Money(minor=case.approval_need.amount_minor, currency=case.currency))
    return explain_authority(
        deed, case.approval_reasons, spent, policy=policy, at=case.plan_made_at, version=case.policy_version
    )


def explain_authority(
    deed: Deed,
    asked_for: Sequence[Finding],
    spent: Sequence[SpentBefore],
    *,
    policy: Policy,
    at: datetime,
    version: int,
) -> ExplainedDecision:
    """Whether who asked for the deed could decide alone, by which row of the matrix, and else why somebody must approve."""
    alone = decide_authority(deed, policy=policy, spent=spent)
    reasons = tuple(ConsideredRule(rule=each.rule, matched=True, detail=each.detail) for each in asked_for)
    words = f"The row {alone.row} of the matrix lets {deed.requester.name} do it alone."
    row = ConsideredRule(rule=f"{deed.action}_above_limit", matched=False, detail=words)
    return ExplainedDecision(
        decision="authority",
        outcome="a_person_decides" if reasons else "the_rules_decide",
        decided_at=at,
        decided_by=SYSTEM,
        policy_version=version,
        inputs={
            "action": deed.action,
            "amount_minor": deed.amount.minor,
            "currency": deed.amount.currency,
            "requested_by": deed.requester.name,
            **{f"spent_{each.scope}_minor": each.amount_minor for each in spent},
        },
        matched=reasons,
        not_matched=(row,) if alone.need is None else (),
        nearest_miss=None,
        would_change_it=("Another row of the matrix (approval.matrix) changes who may decide it.",),
    )
