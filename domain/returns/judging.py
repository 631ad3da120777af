"""One line of a request judged by the policy: which rules decide, and what the law overrules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.calendar import end_of_day, local_day, next_day_named, window_end
from domain.exchanges.facts import NOTHING_WANTED, ExchangeAsk
from domain.exchanges.offers import PAYING, find_refusal
from domain.orders import Order
from domain.policies import (
    Acceptance,
    Answer,
    ConditionFailed,
    Conditions,
    Fault,
    LineTerms,
    Method,
    Policy,
    ReturnMethod,
    TableDecision,
    Window,
    WindowStart,
    decide_table,
)
from domain.returns.case import Finding, Verdict
from domain.returns.facts import FactSheet, delivery_of, sold_at
from domain.returns.gift_terms import give_to_recipient
from domain.returns.granting import LAST_TABLE, grant_terms
from domain.returns.laws import Right, find_right, overrule_terms

# Nothing comes back on silence: without these tables a person decides.
NEEDED = ("windows", "acceptance")
LINE_TABLES = (*NEEDED, "fees", "refund_timing", "methods", "exchanges", "keep_items", "checklists", "warehouses")
ASK_THE_SHOP = "Contact the shop and ask for an exception."


@dataclass(frozen=True)
class Request:
    """One line of a request and all that judging it needs; other `facts` than the request's ask "what if"."""

    order: Order
    line_id: str
    facts: FactSheet
    policy: Policy
    conditions: Conditions
    now: datetime
    resolution: Method | None = None
    difference_as: Method | None = None
    ask: ExchangeAsk = NOTHING_WANTED
    return_method: ReturnMethod | None = None
    is_gift: bool = False


@dataclass(frozen=True)
class Judgement:
    """What policy and law say about one line of a request."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    tables: tuple[TableDecision, ...]
    terms: LineTerms
    until: datetime | None
    overruled: tuple[str, ...] = ()


def judge(request: Request) -> Judgement:
    """The judgement on the line: whether the goods may come back, and be reimbursed in the way that is asked for."""
    judged = _judge_goods(request)
    findings = [finding for find in (_not_offered, _no_way_back) if (finding := find(request, judged))]
    if not findings:
        return judged
    refusals = judged.findings if judged.verdict is Verdict.REFUSED else ()
    return replace(judged, verdict=Verdict.REFUSED, findings=(*refusals, *findings))


def _judge_goods(request: Request) -> Judgement:
    """The shop's tables one by one, then the law, which outdoes them.

    A table that no rule of decides, or whose condition cannot be evaluated, leaves the line to a person.
    """
    decided = {name: _decide(request, name) for name in LINE_TABLES if name in NEEDED or getattr(request.policy, name)}
    if request.policy.return_methods:
        decided[LAST_TABLE] = _decide(_sent_to(request, decided), LAST_TABLE)
    thens = {name: then for name, (then, _) in decided.items() if then is not None}
    records = tuple(record for _, record in decided.values())
    right, law_problem = _right_of(request)
    until = _window_end(request, thens.get("windows"), right)
    terms = _terms(request, thens)
    doubts = [*law_problem, *(_undecided(request, record) for record in records if record.rule is None)]
    refusals = [*_too_late(request, until, decided["windows"][1]), *_refused(request, decided["acceptance"])]
    doubts += _review(request, decided["acceptance"])
    if right is not None and request.now < right.until:
        return _by_law(right, records, terms, until, [*refusals, *doubts])
    verdict = Verdict.REFUSED if refusals else Verdict.IN_REVIEW if doubts else Verdict.AUTHORIZED
    return Judgement(verdict, tuple(refusals or doubts), records, terms, until)


def _decide(request: Request, table: str) -> tuple[Any, TableDecision]:
    return decide_table(table, getattr(request.policy, table), request.facts, conditions=request.conditions)


def _sent_to(request: Request, decided: Mapping[str, tuple[Any, TableDecision]]) -> Request:
    """The request with the warehouse that takes the line among its facts."""
    destination = decided["warehouses"][0] if "warehouses" in decided else None
    warehouse = destination.warehouse if destination else request.policy.return_address
    return replace(request, facts=request.facts | {"warehouse": warehouse})


def _right_of(request: Request) -> tuple[Right | None, list[Finding]]:
    """The law's right to withdraw is the buyer's, so it is none of the recipient of a gift."""
    if request.is_gift:
        return None, []
    try:
        right = find_right(request.order, request.facts, policy=request.policy, conditions=request.conditions)
    except ConditionFailed as failed:
        detail = f"Whether the law exempts line {request.line_id} cannot be evaluated: {failed}."
        return None, [_finding(request, "rule_cannot_be_evaluated", "statutes", detail, "Wait for the decision.")]
    return right, []


def _by_law(
    right: Right,
    records: tuple[TableDecision, ...],
    terms: LineTerms,
    until: datetime | None,
    objections: list[Finding],
) -> Judgement:
    terms, words = overrule_terms(terms, right)
    overruled = tuple(f"{right.title}: {finding.detail} That does not count." for finding in objections)
    return Judgement(Verdict.AUTHORIZED, (), records, terms, until, overruled + words)


def _window_end(request: Request, window: Window | None, right: Right | None) -> datetime | None:
    """The first moment that is too late, by the shop's window or the law's, whichever is later."""
    ends = [right.until] if right else []
    if window is not None:
        policy, order = request.policy, request.order
        from_order = window.counted_from is WindowStart.ORDER
        sold = sold_at(order, request.line_id)
        start = sold if from_order else delivery_of(order, request.line_id, policy=policy)
        ends.append(window_end(start, days=window.days, zone=policy.time_zone, last_day_counts=policy.last_day_counts))
        if window.open_until:
            ordered = local_day(sold, policy.time_zone)
            ends.append(end_of_day(next_day_named(ordered, window.open_until), policy.time_zone))
    return max(ends, default=None)


def _too_late(request: Request, until: datetime | None, record: TableDecision) -> list[Finding]:
    if until is None or record.rule is None or request.now < until:
        return []
    days = record.then["days"]
    detail = f"The {days}-day return window of line {request.line_id} ended at {until:%Y-%m-%d %H:%M} UTC."
    return [_finding(request, "window_passed", f"windows.{record.rule}", detail, ASK_THE_SHOP)]


def _refused(request: Request, decided: tuple[Acceptance | None, TableDecision]) -> list[Finding]:
    acceptance, record = decided
    if acceptance is None or acceptance.answer is not Answer.REFUSE:
        return []
    detail = f"Line {request.line_id}: {acceptance.says}"
    return [_finding(request, str(record.rule), f"acceptance.{record.rule}", detail, acceptance.way_out)]


def _review(request: Request, decided: tuple[Acceptance | None, TableDecision]) -> list[Finding]:
    acceptance, record = decided
    if acceptance is None or acceptance.answer is not Answer.REVIEW:
        return []
    says = acceptance.says or "a person decides on such requests."
    way_out = acceptance.way_out or "Wait for the decision."
    return [
        _finding(request, str(record.rule), f"acceptance.{record.rule}", f"Line {request.line_id}: {says}", way_out)
    ]


def _not_offered(request: Request, judged: Judgement) -> Finding | None:
    offered = judged.terms.methods
    if request.difference_as is not None and request.difference_as not in offered:
        return _not_paid_so(request, judged)
    if request.resolution is None or request.resolution in offered:
        return find_refusal(request.line_id, request.resolution, request.ask, judged.terms)
    rule = next((record.rule for record in judged.tables if record.table == "methods"), None)
    names = " or ".join(method.replace("_", " ") for method in offered)
    detail = f"Line {request.line_id} cannot be reimbursed as {request.resolution.replace('_', ' ')}; offered: {names}."
    place = f"methods.{rule}" if rule else "methods"
    return _finding(request, "method_not_offered", place, detail, f"Ask again with the resolution {offered[0]}.")


def _not_paid_so(request: Request, judged: Judgement) -> Finding:
    ways = [method.replace("_", " ") for method in judged.terms.methods if method in PAYING]
    asked = str(request.difference_as).replace("_", " ")
    detail = (
        f"A difference on line {request.line_id} cannot be paid as {asked}; offered: {' or '.join(ways) or 'none'}."
    )
    return _finding(request, "method_not_offered", "methods", detail, "Leave `difference_as` out.")


def _no_way_back(request: Request, judged: Judgement) -> Finding | None:
    """The line cannot travel as it was asked for."""
    offered = [each.method for each in judged.terms.return_methods]
    if request.return_method is None or request.return_method in offered:
        return None
    rule = next((record.rule for record in judged.tables if record.table == LAST_TABLE), None)
    names = " or ".join(method.replace("_", " ") for method in offered)
    detail = f"Line {request.line_id} cannot come back by {request.return_method.replace('_', ' ')}; offered: {names}."
    place = f"{LAST_TABLE}.{rule}" if rule else LAST_TABLE
    way_out = f"Ask again with the return_method {offered[0]}."
    return _finding(request, "return_method_not_offered", place, detail, way_out)


def _undecided(request: Request, record: TableDecision) -> Finding:
    if record.problem:
        detail = f"Line {request.line_id}: {record.table}: {record.problem}."
        return _finding(request, "rule_cannot_be_evaluated", record.table, detail, "Wait for the decision.")
    detail = f"No rule of the policy's {record.table.replace('_', ' ')} fits line {request.line_id}; a person decides."
    return _finding(request, "no_rule_fits", record.table, detail, "Wait for the decision.")


def _terms(request: Request, thens: Mapping[str, Any]) -> LineTerms:
    terms = grant_terms(thens, fault=Fault(request.facts["fault"]), return_method=request.return_method)
    return give_to_recipient(terms) if request.is_gift else terms


def _finding(request: Request, rule: str, policy_rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, policy_rule=policy_rule, line_id=request.line_id, detail=detail, way_out=way_out)
