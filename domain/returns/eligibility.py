"""May these units come back? Errors of the request are told apart from refusals by the policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.exchanges.facts import NOTHING_WANTED, ExchangeAsk
from domain.exchanges.offers import find_wish_errors
from domain.goods_back.counts import say_units
from domain.orders import Order
from domain.policies import Conditions, DecisionRecord, LineDecision, Policy
from domain.returns.alternatives import find_alternatives, find_way_out
from domain.returns.bundles import judge_bundles
from domain.returns.case import Eligibility, Finding, ReturnLine, Verdict
from domain.returns.facts import request_facts
from domain.returns.judging import Judgement, Request, judge
from domain.returns.risks import assess_lines
from domain.returns.service import decide_deadlines
from domain.risk.models import RiskHistory
from domain.words import say_times

_SEVEREST_FIRST = (Verdict.REFUSED, Verdict.IN_REVIEW, Verdict.AUTHORIZED)


def find_request_errors(
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: Policy,
    taken: Mapping[str, int],
    ask: ExchangeAsk = NOTHING_WANTED,
) -> tuple[Finding, ...]:
    """What makes the request impossible whatever the policy says; `taken` counts units in cases by line id."""
    repeated = [name for name, count in Counter(line.line_id for line in lines).items() if count > 1]
    findings = [_repeated_line(name) for name in repeated]
    for line in lines:
        findings += _line_errors(order, line, policy=policy, taken=taken.get(line.line_id, 0))
        findings += find_wish_errors(line, ask)
    return tuple(findings)


def decide_eligibility(
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: Policy,
    conditions: Conditions,
    taken: Mapping[str, int],
    now: datetime,
    ask: ExchangeAsk = NOTHING_WANTED,
    history: RiskHistory | None = None,
    is_gift: bool = False,
) -> Eligibility:
    """The verdict on a request made at `now`: refused when any line may not come back, with every reason why.

    `history` is what is on record about the account; without it no signal of abuse is looked for.
    Source: the policy's tables and statutes; see docs/policy.md. What each line was granted is in `decision`.
    """
    errors = find_request_errors(order, lines, policy=policy, taken=taken, ask=ask)
    if errors:
        return Eligibility(verdict=Verdict.REFUSED, findings=errors)
    requests = _make_requests(order, lines, policy=policy, conditions=conditions, now=now, ask=ask, is_gift=is_gift)
    judgements, risk = [judge(request) for request in requests], None
    judgements = judge_bundles(order, lines, judgements, policy=policy, taken=taken)
    if history is not None:
        risk, judgements = assess_lines(requests, judgements, lines, history)
    verdict = severest(judgement.verdict for judgement in judgements)
    findings = tuple(
        find_way_out(request, judgement, finding)
        for request, judgement in zip(requests, judgements, strict=True)
        for finding in judgement.findings
        if judgement.verdict is verdict
    )
    ends = [judgement.until for judgement in judgements if judgement.until is not None]
    return Eligibility(
        verdict=verdict,
        findings=findings,
        returnable_until=min(ends, default=None),
        decision=_record(requests, judgements, policy=policy, now=now),
        risk=risk,
    )


def judge_lines(
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: Policy,
    conditions: Conditions,
    now: datetime,
    is_gift: bool = False,
) -> dict[str, Judgement]:
    """By line id, what the policy says to a request without errors; quicker than a decision, which explains itself."""
    requests = _make_requests(order, lines, policy=policy, conditions=conditions, now=now, is_gift=is_gift)
    judged = judge_bundles(order, lines, [judge(request) for request in requests], policy=policy, taken={})
    return {request.line_id: judgement for request, judgement in zip(requests, judged, strict=True)}


def severest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a request whose lines got these."""
    return min(verdicts, key=_SEVEREST_FIRST.index)


def _make_requests(
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: Policy,
    conditions: Conditions,
    now: datetime,
    ask: ExchangeAsk = NOTHING_WANTED,
    is_gift: bool = False,
) -> list[Request]:
    """Each line of a request without errors, with the facts that the policy judges it by."""
    sheets = request_facts(order, lines, policy=policy, now=now)
    return [
        Request(
            order=order,
            line_id=line.line_id,
            facts=facts,
            policy=policy,
            conditions=conditions,
            now=now,
            resolution=line.resolution,
            difference_as=line.difference_as,
            ask=ask,
            return_method=line.return_method,
            is_gift=is_gift,
        )
        for line, facts in zip(lines, sheets, strict=True)
    ]


def _record(
    requests: Sequence[Request], judgements: Sequence[Judgement], *, policy: Policy, now: datetime
) -> DecisionRecord:
    lines = tuple(
        LineDecision(
            line_id=request.line_id,
            verdict=judgement.verdict,
            inputs=request.facts,
            tables=judgement.tables,
            terms=judgement.terms,
            returnable_until=judgement.until,
            overruled=judgement.overruled,
            would_change_it=find_alternatives(request, judgement),
        )
        for request, judgement in zip(requests, judgements, strict=True)
    )
    return DecisionRecord(policy=policy.name, asked_at=now, lines=lines, deadlines=decide_deadlines(requests))


def _line_errors(order: Order, line: ReturnLine, *, policy: Policy, taken: int) -> list[Finding]:
    bought = order.line(line.line_id)
    if bought is None:
        known = ", ".join(known.line_id for known in order.lines[:20])
        return [_finding("unknown_line", line, "is not on the order", f"Name one of the order's lines: {known}.")]
    findings = []
    free = bought.quantity - taken
    if line.quantity > bought.quantity:
        way_out = f"Ask for {bought.quantity} or fewer."
        findings.append(_finding("more_than_ordered", line, f"was ordered {say_times(bought.quantity)}", way_out))
    elif line.quantity > free:
        way_out = f"Ask for {free} or fewer, or cancel the other case." if free else "Follow or cancel the other case."
        findings.append(_finding("units_in_other_case", line, f"has {say_units(taken)} in other cases", way_out))
    if policy.reason(line.reason) is None:
        known = ", ".join(reason.code for reason in policy.reasons)
        findings.append(
            _finding("unknown_reason", line, f"has the unknown reason {line.reason}", f"Use one of: {known}.")
        )
    return findings


def _finding(rule: str, line: ReturnLine, what: str, way_out: str) -> Finding:
    return Finding(rule=rule, line_id=line.line_id, detail=f"Line {line.line_id} {what}.", way_out=way_out)


def _repeated_line(line_id: str) -> Finding:
    detail = f"Line {line_id} is named more than once."
    return Finding(rule="repeated_line", line_id=line_id, detail=detail, way_out="Add the quantities up in one line.")
