"""The explanation of a return, put together from what is stored."""

from __future__ import annotations

from domain.collection_plans import with_collected
from domain.explanations.amounts import PlanContext, explain_amounts
from domain.explanations.approvals import explain_approval, explain_review
from domain.explanations.bases import CaseBasis, shared_parts
from domain.explanations.eligibility import explain_eligibility
from domain.explanations.exchanges import explain_choices
from domain.explanations.models import (
    EarlierCase,
    ExplainedDecision,
    ExplainedReimbursement,
    ReimbursedLine,
    ReturnExplanation,
)
from domain.explanations.positions import explain_positions
from domain.explanations.recomputation import recompute
from domain.goods_back.counts import accepted_units
from domain.policies import Conditions
from domain.reimbursements import ReimbursedUnits
from domain.returns.case import ReturnCase
from domain.returns.service import terms_of
from domain.returns.splitting import as_asked
from domain.returns.units import settlement_policy, units_to_reimburse


class ExplanationBasis(CaseBasis):
    """Of a return moreover: the cases of the order that were reimbursed before."""

    case: ReturnCase
    earlier_cases: tuple[EarlierCase, ...]


def explain_return(basis: ExplanationBasis, *, conditions: Conditions) -> ReturnExplanation:
    """Why the return was decided as it was, how each amount came to be, and whether both come out the same again."""
    case, policy = basis.case, basis.policy.policy
    return ReturnExplanation(
        **shared_parts(basis),
        decisions=tuple(_decisions(basis)),
        reimbursement=_reimbursement(basis),
        recomputation=recompute(case, policy=policy, conditions=conditions, orders=basis.orders),
    )


def _decisions(basis: ExplanationBasis) -> list[ExplainedDecision]:
    case, found = basis.case, []
    if case.eligibility is not None and case.verdict_basis is not None:
        order = basis.orders[case.verdict_basis.order_version]
        found += explain_eligibility(as_asked(case), order, policy=basis.policy)
    if case.review is not None:
        found.append(explain_review(case, case.review, policy=basis.policy))
    if case.plan is not None:
        found += explain_approval(case, case.plan, policy=basis.policy)
    if case.exchange is not None:
        found += explain_choices(case.exchange, policy=basis.policy)
    return found


def _reimbursement(basis: ExplanationBasis) -> ExplainedReimbursement | None:
    case, policy = basis.case, basis.policy.policy
    if case.plan is None or case.plan_basis is None or case.plan_made_at is None:
        return None
    order = with_collected(basis.orders[case.plan_basis.order_version], case.plan_basis.collected)
    before = case.plan_basis.before
    settled_by = settlement_policy(policy, terms_of(case))
    units = units_to_reimburse(case.lines, accepted_units(case.goods), policy, terms=terms_of(case))
    positions = explain_positions(order, case.plan, before=before, rounding=settled_by.rounding)
    context = PlanContext(
        order=order,
        plan=case.plan,
        before=before,
        policy=settled_by,
        units=tuple(units),
        decision=case.eligibility.decision if case.eligibility else None,
        positions={position.position: position for position in positions},
        exception=max(
            (each.number for each in case.exceptions if each.granted and each.fees is not None), default=None
        ),
    )
    return ExplainedReimbursement(
        currency=case.plan.currency,
        total_minor=case.plan.total_minor,
        planned_at=case.plan_made_at,
        policy=policy.name,
        policy_version=basis.policy.version,
        order_version=case.plan_basis.order_version,
        rounding=settled_by.rounding,
        units=tuple(_with_reason(unit, case) for unit in units),
        amounts=explain_amounts(context),
        positions=positions,
        paid_before_minor=before.total_minor,
        under_dispute_minor=before.frozen_minor,
        earlier_cases=basis.earlier_cases,
    )


def _with_reason(unit: ReimbursedUnits, case: ReturnCase) -> ReimbursedLine:
    reason = next(line.reason for line in case.lines if line.line_id == unit.line_id)
    return ReimbursedLine(line_id=unit.line_id, quantity=unit.quantity, reason=reason, fault=unit.fault)
