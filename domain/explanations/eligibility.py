"""Why a request was allowed, refused or left to a person: overall, and line by line from the record of its decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from domain.cases import SYSTEM
from domain.explanations.models import AppliedRule, ConsideredRule, ExplainedDecision, Margin
from domain.explanations.wording import nearest_miss, say_span
from domain.orders import Order
from domain.policies import DecisionRecord, LineDecision, PolicyVersion, TableDecision
from domain.returns.case import Eligibility, Finding, ReturnCase, Verdict
from domain.returns.risks import evidence_of
from domain.risk.models import RiskAssessment

# The tables that decide whether goods may come back; the others say on which terms.
DECIDING = ("windows", "acceptance")


def explain_eligibility(case: ReturnCase, order: Order, *, policy: PolicyVersion) -> list[ExplainedDecision]:
    """The verdict of a case that has one with its basis, then the decision on each line that a policy judged.

    `order` is the version that it was decided on.
    """
    assert case.eligibility is not None, "explained once decided"
    assert case.verdict_basis is not None, "explained from its basis"
    assert case.decided_at is not None, "a verdict has its time"
    eligibility, basis = case.eligibility, case.verdict_basis
    lines = {line.line_id: line.quantity for line in case.lines}
    missed = () if _has_request_errors(eligibility) else tuple(free_units(lines, order, basis.taken))
    verdict = ExplainedDecision(
        decision="eligibility",
        outcome=eligibility.verdict,
        decided_at=case.decided_at,
        decided_by=SYSTEM,
        policy_version=policy.version,
        inputs={
            "requested_at": case.requested_at.isoformat(),
            "time_zone": policy.policy.time_zone,
            "order_version": basis.order_version,
            "units_in_other_cases": basis.taken,
            "lines": lines,
        },
        matched=tuple(explain_finding(finding) for finding in (*eligibility.findings, *evidence_of(eligibility.risk))),
        not_matched=(*missed, *explain_unseen(eligibility.risk)),
        nearest_miss=nearest_miss(missed),
        would_change_it=tuple(_would_change(eligibility)),
    )
    record = eligibility.decision
    if record is None:
        return [verdict]
    return [verdict, *(explain_line(line, record, at=case.decided_at, policy=policy) for line in record.lines)]


def _has_request_errors(eligibility: Eligibility) -> bool:
    """Whether the request was impossible whatever the policy says, so that no rule was asked."""
    return eligibility.decision is None


def explain_finding(finding: Finding) -> ConsideredRule:
    """A reason for a verdict, as a rule that applied."""
    rule = AppliedRule(policy_field=finding.policy_rule, value=None) if finding.policy_rule else None
    return ConsideredRule(
        rule=finding.rule,
        line_id=finding.line_id,
        policy=(rule,) if rule else (),
        matched=True,
        detail=finding.detail,
    )


def free_units(lines: Mapping[str, int], order: Order, taken: Mapping[str, int]) -> Iterator[ConsideredRule]:
    """That the units of each line were in no other case, and how many more were free."""
    for line_id, quantity in lines.items():
        bought = order.line(line_id)
        if bought is None:
            continue
        free = bought.quantity - taken.get(line_id, 0) - quantity
        yield ConsideredRule(
            rule="units_in_other_case",
            line_id=line_id,
            matched=False,
            detail=f"Line {line_id}: in no other case, and {free} more could come back.",
            margin=Margin(words=f"{free} more could come back", share=free / bought.quantity),
        )


def explain_unseen(risk: RiskAssessment | None) -> Iterator[ConsideredRule]:
    """The signals of abuse that were looked for and not seen, or that are cleared."""
    for reading in risk.readings if risk else ():
        if not reading.counts:
            cleared = f" Cleared by {reading.cleared_by}." if reading.cleared_by else ""
            yield ConsideredRule(rule=f"abuse.{reading.signal}", matched=False, detail=reading.detail + cleared)


def _would_change(eligibility: Eligibility) -> Iterator[str]:
    yield from dict.fromkeys(finding.way_out for finding in eligibility.findings)
    until = eligibility.returnable_until
    if until is not None and eligibility.verdict is not Verdict.REFUSED:
        yield f"Asked at {until:%Y-%m-%d %H:%M} UTC or later it would be refused."


def explain_line(
    line: LineDecision,
    record: DecisionRecord,
    *,
    at: datetime,
    policy: PolicyVersion,
    name: str = "eligibility",
    deciding: tuple[str, ...] = DECIDING,
) -> ExplainedDecision:
    """What the policy's tables said about one line; the nearest miss is one of those that decide whether, not how."""
    passed_over = tuple(rule for table in line.tables for rule in _passed_over(table, line))
    missed = [rule for rule in passed_over if rule.rule.partition(".")[0] in deciding]
    in_time = tuple(_time_left(line, record))
    return ExplainedDecision(
        decision=name,
        line_id=line.line_id,
        outcome=line.verdict,
        decided_at=at,
        decided_by=SYSTEM,
        policy_version=policy.version,
        inputs=line.inputs,
        matched=tuple(_decided(table, line) for table in line.tables if table.rule is not None or table.problem),
        not_matched=(*passed_over, *in_time),
        nearest_miss=min(missed, key=lambda rule: len(rule.unmet), default=None) or nearest_miss(in_time),
        would_change_it=line.would_change_it,
        overruled=line.overruled,
    )


def _decided(table: TableDecision, line: LineDecision) -> ConsideredRule:
    rule = f"{table.table}.{table.rule}" if table.rule is not None else table.table
    why = f"holds when {table.when}" if table.when else "holds always"
    return ConsideredRule(
        rule=rule,
        line_id=line.line_id,
        policy=(AppliedRule(policy_field=rule, value=table.then),),
        matched=True,
        detail=table.problem or f"The rule {rule} {why}{', and no rule above it did' if table.passed_over else ''}.",
    )


def _passed_over(table: TableDecision, line: LineDecision) -> Iterator[ConsideredRule]:
    for miss in table.passed_over:
        rule = f"{table.table}.{miss.rule}"
        yield ConsideredRule(
            rule=rule,
            line_id=line.line_id,
            matched=False,
            detail=f"The rule {rule} did not hold: {' and '.join(miss.unmet)}.",
            unmet=miss.unmet,
        )


def _time_left(line: LineDecision, record: DecisionRecord) -> Iterator[ConsideredRule]:
    """That the window was open, and for how much longer."""
    if line.returnable_until is None or record.asked_at >= line.returnable_until:
        return
    left = line.returnable_until - record.asked_at
    open_for = timedelta(days=int(line.inputs.get("days_since_delivery", 0)))
    yield ConsideredRule(
        rule="window_passed",
        line_id=line.line_id,
        matched=False,
        detail=f"Line {line.line_id}: asked {say_span(left)} before its window ended.",
        margin=Margin(words=f"{say_span(left)} left", share=left / (open_for + left)),
    )
