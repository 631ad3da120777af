"""Computing again what was decided about a claim, from what is stored, by the functions that decided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.claims.case import Claim, LineJudgement
from domain.claims.judging import Known, judge_claim
from domain.claims.opening import taken_units
from domain.claims.planning import Ground, plan_remedy
from domain.explanations.models import Difference, Recomputation
from domain.explanations.recomputation import compare, compare_plans, recompute_payouts, rules_of
from domain.order_funds import OrderFunds
from domain.orders import Order
from domain.policies import Conditions, Policy, Remedy
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import Verdict
from domain.risk.models import RiskAssessment


def recompute_claim(
    case: Claim, *, policy: Policy, conditions: Conditions, orders: Mapping[int, Order]
) -> Recomputation:
    """The verdict, the plan and the payouts, computed again and compared; words do not count."""
    computed: list[str] = []
    without_basis: list[str] = []
    differences: list[Difference] = []
    if case.verdict is not None and case.verdict_basis is not None:
        computed.append("claim")
        differences += _verdict(case, orders[case.verdict_basis.order_version], policy, conditions)
    elif case.verdict is not None:
        without_basis.append("claim")
    if case.plan is not None and _has_basis(case):
        assert case.plan_basis is not None, "it has one"
        computed.append("reimbursement")
        again = _plan_again(case, orders[case.plan_basis.order_version], policy)
        differences += compare_plans("reimbursement", case.plan, again)
    elif case.plan is not None:
        without_basis.append("reimbursement")
    found = Recomputation(
        equal=not differences,
        computed=tuple(computed),
        differences=tuple(differences),
        without_basis=tuple(without_basis),
    )
    return found.and_then(recompute_payouts(case, policy=policy, orders=orders))


def _verdict(case: Claim, order: Order, policy: Policy, conditions: Conditions) -> Iterator[Difference]:
    known = case.verdict_basis
    assert known is not None, "the caller looked"
    assert case.verdict is not None, "the caller looked"
    if not known.reserved:
        yield from compare("claim", {"rules": rules_of(case.findings)}, {"rules": rules_of(taken_units())})
        return
    bare = case.with_facts(evidence=case.evidence[: known.evidence], resolution=None)
    judged = judge_claim(bare, order, Known.of(known, policy=policy, conditions=conditions))
    # Later doubts, such as a replacement that failed, stand behind those of the verdict.
    first = case.findings[: len(judged.findings)]
    stored = {"rules": rules_of(first), "risk": _of_risk(case.risk), **_of_lines(case.judgements)}
    again = {"rules": rules_of(judged.findings), "risk": _of_risk(judged.risk), **_of_lines(judged.lines)}
    # What the rules grant but cannot give as it is, such as a part of several lines, a person decides all the same.
    doubted = case.verdict is Verdict.IN_REVIEW and judged.verdict is Verdict.AUTHORIZED
    if not doubted:
        stored, again = stored | {"verdict": case.verdict}, again | {"verdict": judged.verdict}
    yield from compare("claim", stored, again)


def _of_risk(risk: RiskAssessment | None) -> tuple[str, str] | None:
    return (risk.outcome, risk.decided_by) if risk is not None else None


def _of_lines(lines: tuple[LineJudgement, ...]) -> dict[str, Any]:
    """What the tables said about each line, and what it was granted, without the sentences about it."""
    return {f"line {line.line_id}": _of_line(line) for line in lines}


def _of_line(line: LineJudgement) -> dict[str, Any]:
    tables = [table.model_dump(mode="json", exclude={"passed_over"}) for table in line.tables]
    return line.model_dump(mode="json", include={"inputs", "terms", "in_warranty"}) | {"tables": tables}


def _has_basis(case: Claim) -> bool:
    """Whether all that the plan was made from was kept; that of a part needs to know what the payments held."""
    if case.plan_basis is None or case.resolution is None or case.plan_made_at is None:
        return False
    return case.resolution.remedy is not Remedy.REFUND_PART or case.plan_basis.held_by_payment is not None


def _plan_again(case: Claim, order: Order, policy: Policy) -> ReimbursementPlan | None:
    """The plan from the goods as they were known when it was made."""
    at, basis = case.plan_made_at, case.plan_basis
    assert at is not None, "the caller looked"
    assert basis is not None, "the caller looked"
    assert case.resolution is not None, "the caller looked"
    then = case.with_goods(
        receipts=tuple(each for each in case.goods.receipts if each.at <= at),
        inspections=tuple(each for each in case.goods.inspections if each.at <= at),
    )
    held = basis.held_by_payment or {}
    funds = OrderFunds(order=order, version=basis.order_version, refundable_minor=held, rules=policy.payouts)
    planned = plan_remedy(then, case.resolution, Ground(funds=funds, basis=basis, policy=policy))
    return planned if isinstance(planned, ReimbursementPlan) else None
