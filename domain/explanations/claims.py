"""Why a claim was decided as it was, what is given for it, and whether all of it comes out the same again."""

from __future__ import annotations

from collections.abc import Iterator

from domain.authority import Deed
from domain.cases import SYSTEM
from domain.claims.case import Claim, Denial, LineJudgement
from domain.claims.planning import units_to_reimburse
from domain.claims.proposing import action_of
from domain.collection_plans import with_collected
from domain.explanations.adjustments import explain_authority
from domain.explanations.amounts import PlanContext, explain_amounts
from domain.explanations.approvals import explain_given
from domain.explanations.bases import CaseBasis, shared_parts
from domain.explanations.claims_again import recompute_claim
from domain.explanations.eligibility import explain_finding, explain_line, explain_unseen, free_units
from domain.explanations.models import (
    ClaimExplanation,
    ConsideredRule,
    EarlierCase,
    ExplainedDecision,
    ExplainedReimbursement,
    ReimbursedLine,
)
from domain.explanations.positions import explain_positions
from domain.explanations.wording import nearest_miss
from domain.money import Money
from domain.policies import FAULT_OF, Conditions, DecisionRecord, LineDecision
from domain.reimbursements import ReimbursedUnits
from domain.returns.risks import evidence_of

DECIDING = ("claims",)


class ClaimCaseBasis(CaseBasis):
    """Of a claim moreover: the cases of the order that were reimbursed before."""

    case: Claim
    earlier_cases: tuple[EarlierCase, ...]


def explain_claim(basis: ClaimCaseBasis, *, conditions: Conditions) -> ClaimExplanation:
    """The verdict with the rules that led to it and those that all but did, who decided what, and each amount."""
    case = basis.case
    return ClaimExplanation(
        **shared_parts(basis),
        decisions=tuple(_decisions(basis)),
        problem=case.problem,
        wish=case.wish,
        fault=case.resolution.fault if case.resolution else FAULT_OF[case.problem],
        remedy=case.resolution.remedy if case.resolution else None,
        reimbursement=_reimbursement(basis),
        recomputation=recompute_claim(case, policy=basis.policy.policy, conditions=conditions, orders=basis.orders),
    )


def _decisions(basis: ClaimCaseBasis) -> Iterator[ExplainedDecision]:
    case, policy = basis.case, basis.policy
    if case.verdict_basis is not None and case.decided_at is not None:
        yield _verdict(basis)
        record = _as_record(case, basis)
        for line in record.lines:
            yield explain_line(line, record, at=case.decided_at, policy=policy, name="claim", deciding=DECIDING)
    for number, denial in enumerate(case.denials, start=1):
        yield from _denied(number, denial, case)
    if case.reviewed is not None:
        yield explain_given("review", case.reviewed, case.opened_by, policy)
    yield from _given(basis)


def _verdict(basis: ClaimCaseBasis) -> ExplainedDecision:
    case, known = basis.case, basis.case.verdict_basis
    assert known is not None, "the caller looked"
    assert case.verdict is not None, "it has a basis"
    assert case.decided_at is not None, "a verdict has its time"
    lines = {line.line_id: line.quantity for line in case.lines}
    missed = tuple(free_units(lines, basis.orders[known.order_version], known.taken)) if case.judgements else ()
    ways_out = dict.fromkeys(each.way_out for each in case.findings if each.way_out)
    return ExplainedDecision(
        decision="claim",
        outcome=case.verdict,
        decided_at=case.decided_at,
        decided_by=SYSTEM,
        policy_version=basis.policy.version,
        inputs={
            "requested_at": case.requested_at.isoformat(),
            "problem": case.problem,
            "wish": case.wish,
            "order_version": known.order_version,
            "units_in_other_cases": known.taken,
            "earlier_claims": known.earlier,
            "in_warranty": list(known.covered),
            "evidence": known.evidence,
            "lines": lines,
        },
        matched=tuple(explain_finding(each) for each in (*case.findings, *evidence_of(case.risk))),
        not_matched=(*missed, *explain_unseen(case.risk)),
        nearest_miss=nearest_miss(missed),
        would_change_it=tuple(ways_out),
    )


def _as_record(case: Claim, basis: ClaimCaseBasis) -> DecisionRecord:
    """What the tables said about each line, as that of a return is kept."""
    lines = tuple(_as_line(case, judged) for judged in case.judgements)
    return DecisionRecord(
        policy=basis.policy.policy.name, policy_version=basis.policy.version, asked_at=case.requested_at, lines=lines
    )


def _as_line(case: Claim, judged: LineJudgement) -> LineDecision:
    ruled = judged.tables[0].then.get("answer", "review")
    return LineDecision(
        line_id=judged.line_id,
        verdict=str(ruled),
        inputs=judged.inputs,
        tables=judged.tables,
        terms=case.terms[judged.line_id],
        would_change_it=judged.would_change_it,
    )


def _denied(number: int, denial: Denial, case: Claim) -> Iterator[ExplainedDecision]:
    """A no, and that the customer had it looked at again."""
    yield ExplainedDecision(
        decision=f"denial_{number}",
        outcome="denied" if denial.appeal is None else "appealed",
        decided_at=denial.at,
        decided_by=denial.actor,
        policy_version=case.policy_version,
        inputs={"reason": denial.reason, **({"appeal": denial.appeal.note} if denial.appeal else {})},
        matched=(ConsideredRule(rule="denied", matched=True, detail=denial.reason),),
        not_matched=(),
        nearest_miss=None,
        would_change_it=(denial.way_out,) if denial.way_out else (),
    )


def _given(basis: ClaimCaseBasis) -> Iterator[ExplainedDecision]:
    """What was proposed, whether the rules could give so much, and who approved it."""
    case, policy = basis.case, basis.policy
    proposed = case.resolution
    if proposed is None:
        return
    minor = case.plan.total_minor if case.plan else case.approval_need.amount_minor if case.approval_need else 0
    rules = [f"{each.table}.{each.rule}" for judged in case.judgements for each in judged.tables[:1] if each.rule]
    yield ExplainedDecision(
        decision="remedy",
        outcome=proposed.remedy,
        decided_at=proposed.at,
        decided_by=proposed.actor,
        policy_version=case.policy_version,
        inputs={
            "amount_minor": minor,
            "currency": case.currency,
            "goods_back": proposed.goods_back,
            "fault": proposed.fault,
            "note": proposed.note,
        },
        matched=tuple(
            ConsideredRule(rule=rule, matched=True, detail=f"The rule {rule} grants it.")
            for rule in dict.fromkeys(rules)
            if proposed.actor == SYSTEM
        ),
        not_matched=(),
        nearest_miss=None,
        would_change_it=("Whoever approves it may give a part, or nothing.",) if case.needs_approval else (),
    )
    if case.approval_asked_at is not None:
        asked_minor = case.approval_need.amount_minor if case.approval_need else minor
        yield explain_authority(
            Deed(action_of(proposed), Money(minor=asked_minor, currency=case.currency), case.opened_by),
            case.approval_reasons,
            case.plan_basis.spent if case.plan_basis else (),
            policy=policy.policy,
            at=case.approval_asked_at,
            version=case.policy_version,
        )
    names = ["first_approval", "approval"] if case.first_approval else ["approval"]
    given = [each for each in (case.first_approval, case.approval) if each is not None]
    for name, each in zip(names, given, strict=False):
        yield explain_given(name, each, case.opened_by, policy)


def _reimbursement(basis: ClaimCaseBasis) -> ExplainedReimbursement | None:
    case, policy = basis.case, basis.policy.policy
    if case.plan is None or case.plan_basis is None or case.plan_made_at is None or case.resolution is None:
        return None
    order = with_collected(basis.orders[case.plan_basis.order_version], case.plan_basis.collected)
    before, units = case.plan_basis.before, units_to_reimburse(case, case.resolution)
    positions = explain_positions(order, case.plan, before=before, rounding=policy.rounding)
    context = PlanContext(
        order=order,
        plan=case.plan,
        before=before,
        policy=policy,
        units=tuple(units),
        decision=_as_record(case, basis),
        positions={position.position: position for position in positions},
    )
    return ExplainedReimbursement(
        currency=case.plan.currency,
        total_minor=case.plan.total_minor,
        planned_at=case.plan_made_at,
        policy=policy.name,
        policy_version=basis.policy.version,
        order_version=case.plan_basis.order_version,
        rounding=policy.rounding,
        units=tuple(_reimbursed(unit, case) for unit in units),
        amounts=explain_amounts(context),
        positions=positions,
        paid_before_minor=before.total_minor,
        under_dispute_minor=before.frozen_minor,
        earlier_cases=basis.earlier_cases,
    )


def _reimbursed(unit: ReimbursedUnits, case: Claim) -> ReimbursedLine:
    return ReimbursedLine(line_id=unit.line_id, quantity=unit.quantity, reason=case.problem, fault=unit.fault)
