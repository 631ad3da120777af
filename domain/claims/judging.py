"""What the policy says to a claim: denied, left to a person, or granted as far as the rules may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.claims.alternatives import find_alternatives
from domain.claims.case import Claim, ClaimBasis, ClaimLine, LineJudgement
from domain.claims.facts import claim_facts
from domain.claims.risks import assess_claim, further_check, slow_down, weigh_claim
from domain.claims.terms import decide_terms, find_unoffered
from domain.goods_back.counts import say_units
from domain.orders import Order
from domain.policies import Answer, ClaimRuling, Conditions, LineTerms, Policy, RiskOutcome, TableDecision, decide_table
from domain.returns.case import Finding, Verdict
from domain.returns.facts import FactSheet
from domain.risk.models import RequestStake, RiskAssessment, RiskHistory
from domain.words import say_times

_WAIT = "Wait for the decision."


@dataclass(frozen=True)
class Known:
    """What judging a claim needs beside the claim and its order.

    By line id: `taken` units are in other cases, `earlier` claims were made before and not denied, `covered` lines are
    under warranty. `history` is what is on record about the account; without it no signal of abuse is looked for.
    """

    policy: Policy
    conditions: Conditions
    taken: Mapping[str, int]
    earlier: Mapping[str, int]
    covered: Collection[str] = ()
    history: RiskHistory | None = None

    @classmethod
    def of(cls, basis: ClaimBasis, *, policy: Policy, conditions: Conditions) -> Known:
        """The same from what is stored of it."""
        return cls(
            policy=policy,
            conditions=conditions,
            taken=basis.taken,
            earlier=basis.earlier,
            covered=basis.covered,
            history=basis.history,
        )


@dataclass(frozen=True)
class ClaimJudgement:
    """The verdict with its reasons; `ruling` is what an accepted or denied claim gets by the rules."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    lines: tuple[LineJudgement, ...] = ()
    ruling: ClaimRuling | None = None
    stake: RequestStake | None = None
    risk: RiskAssessment | None = None


def judge_claim(case: Claim, order: Order, known: Known) -> ClaimJudgement:
    """The judgement by the table `claims`: refused is what cannot be claimed at all, or not paid so.

    Where no rule fits, where a condition cannot be evaluated, and where lines fare differently, a person decides.
    """
    if errors := tuple(_errors(case, order, known.taken)):
        return ClaimJudgement(Verdict.REFUSED, errors)
    sheets = claim_facts(case, order, policy=known.policy)
    judged = [_judge_line(case, line, order, sheets[line.line_id], known) for line in case.lines]
    rulings = [ruling for ruling, _ in judged]
    lines = tuple(line for _, line in judged)
    if unoffered := tuple(_unoffered(case, lines)):
        return ClaimJudgement(Verdict.REFUSED, unoffered, lines)
    doubts = tuple(_doubts(lines, rulings))
    first = rulings[0]
    if doubts or first is None or first.answer is Answer.REVIEW:
        return _noticed(case, order, ClaimJudgement(Verdict.IN_REVIEW, doubts, lines), sheets, known)
    return _noticed(case, order, ClaimJudgement(Verdict.AUTHORIZED, (), lines, first), sheets, known)


def _noticed(
    case: Claim, order: Order, judged: ClaimJudgement, sheets: Mapping[str, FactSheet], known: Known
) -> ClaimJudgement:
    """The judgement with what is noticed about the account, and as far as that changes what the rules grant."""
    stake = weigh_claim(case, order, judged.ruling)
    if known.history is None:
        return replace(judged, stake=stake)
    risk = assess_claim(case, stake, known.history, sheets, policy=known.policy, conditions=known.conditions)
    judged = replace(judged, stake=stake, risk=risk)
    grants = judged.ruling is not None and judged.ruling.answer is Answer.ACCEPT
    if judged.ruling is None or not grants or risk.outcome is RiskOutcome.ALLOW:
        return judged
    slowed = slow_down(case, judged.ruling) if risk.outcome is RiskOutcome.SLOW_DOWN else None
    if slowed is None:
        return replace(judged, verdict=Verdict.IN_REVIEW, findings=further_check(case.lines), ruling=None)
    return replace(judged, ruling=slowed)


def _judge_line(
    case: Claim, line: ClaimLine, order: Order, facts: FactSheet, known: Known
) -> tuple[ClaimRuling | None, LineJudgement]:
    covered = line.line_id in known.covered
    terms, granted_by = decide_terms(facts, policy=known.policy, conditions=known.conditions)
    bought = order.line(line.line_id)
    own = {name: value for name, value in facts.items() if name != "reason"} | {
        "problem": str(case.problem),
        "wish": str(case.wish),
        "in_warranty": covered,
        "serial_known": bool(bought and line.serial_number and line.serial_number in bought.serial_numbers),
        "earlier_claims": known.earlier.get(line.line_id, 0),
    }
    ruling, table = decide_table("claims", known.policy.claims, own, conditions=known.conditions)
    judged = LineJudgement(
        line_id=line.line_id,
        tables=(table, *granted_by),
        fees=terms.fees,
        in_warranty=covered,
        inputs=own,
        would_change_it=find_alternatives(own, ruling, table, policy=known.policy, conditions=known.conditions),
        terms=terms,
    )
    return ruling, judged


def _unoffered(case: Claim, lines: Sequence[LineJudgement]) -> Iterator[Finding]:
    for line in lines:
        if finding := find_unoffered(case, line.line_id, line.terms or LineTerms(), line.tables):
            yield finding


def _doubts(lines: Sequence[LineJudgement], rulings: Sequence[ClaimRuling | None]) -> Iterator[Finding]:
    """Why a person decides."""
    for line, ruling in zip(lines, rulings, strict=True):
        table = line.tables[0]
        if ruling is None:
            yield _undecided(line.line_id, table)
        elif ruling.answer is Answer.REVIEW:
            says = ruling.says or "a person decides on such claims."
            yield _finding(str(table.rule), line.line_id, says, ruling.way_out or _WAIT, table)
    if len({ruling.model_dump_json() for ruling in rulings if ruling is not None}) > 1:
        detail = "The rules say different things about the lines of this claim, so a person decides."
        yield Finding(rule="lines_differ", policy_rule="claims", detail=detail, way_out=_WAIT)


def _undecided(line_id: str, table: TableDecision) -> Finding:
    if table.problem:
        return _finding("rule_cannot_be_evaluated", line_id, f"{table.problem}.", _WAIT, table)
    return _finding("no_rule_fits", line_id, "no rule of the policy's claims fits; a person decides.", _WAIT, table)


def _finding(rule: str, line_id: str, says: str, way_out: str, table: TableDecision) -> Finding:
    place = f"claims.{table.rule}" if table.rule else "claims"
    return Finding(rule=rule, policy_rule=place, line_id=line_id, detail=f"Line {line_id}: {says}", way_out=way_out)


def _errors(case: Claim, order: Order, taken: Mapping[str, int]) -> Iterator[Finding]:
    """What makes the claim impossible."""
    for name, count in Counter(line.line_id for line in case.lines).items():
        if count > 1:
            way_out = "Add the quantities up in one line; units that differ are claims of their own."
            yield _error("repeated_line", name, "is named more than once", way_out)
    for line in case.lines:
        yield from _line_errors(line, order, taken.get(line.line_id, 0))


def _line_errors(line: ClaimLine, order: Order, taken: int) -> Iterator[Finding]:
    bought = order.line(line.line_id)
    if bought is None:
        known = ", ".join(each.line_id for each in order.lines[:20])
        yield _error("unknown_line", line.line_id, "is not on the order", f"Name one of the order's lines: {known}.")
        return
    free = bought.quantity - taken
    if line.quantity > bought.quantity:
        yield _error(
            "more_than_ordered",
            line.line_id,
            f"was ordered {say_times(bought.quantity)}",
            f"Claim up to {bought.quantity}.",
        )
    elif line.quantity > free:
        way_out = f"Claim up to {free}, or follow the other case." if free else "Follow or cancel the other case."
        yield _error("units_in_other_case", line.line_id, f"has {say_units(taken)} in other cases", way_out)
    if line.serial_number and bought.serial_numbers and line.serial_number not in bought.serial_numbers:
        words = f"was never sold with the serial number {line.serial_number}"
        yield _error("serial_not_sold", line.line_id, words, "Read the number again, or leave it out.")


def _error(rule: str, line_id: str, what: str, way_out: str) -> Finding:
    return Finding(rule=rule, line_id=line_id, detail=f"Line {line_id} {what}.", way_out=way_out)
