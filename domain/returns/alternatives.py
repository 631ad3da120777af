"""What would change a decision: the same request with another reason, with evidence, or a day earlier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.policies import Acceptance, Answer, TableDecision, Window
from domain.returns.case import Finding, Verdict
from domain.returns.facts import with_reason
from domain.returns.judging import ASK_THE_SHOP, Judgement, Request, judge

_KINDEST_FIRST = (Answer.ACCEPT, Answer.REVIEW, Answer.REFUSE)
_RANK = {Verdict.REFUSED: 0, Verdict.IN_REVIEW: 1, Verdict.AUTHORIZED: 2}


def find_alternatives(request: Request, judgement: Judgement) -> tuple[str, ...]:
    """Sentences on what would have led to a better answer; none for a line that is authorized.

    None either where it was not a rule about the goods that decided: no other reason would change that.
    """
    noticed = any(finding.policy_rule in ("abuse", "bundles") for finding in judgement.findings)
    if judgement.verdict is Verdict.AUTHORIZED or noticed:
        return ()
    found = []
    if judgement.until is not None and _is_late(request, judgement):
        found.append(f"Asked for before {judgement.until:%Y-%m-%d %H:%M} UTC it would have been in time.")
    for verdict, codes in _better_reasons(request, judgement.verdict).items():
        found.append(f"With the reason {_either(codes)} it would be {_said(verdict)}.")
    if not request.facts["evidence"]:
        shown = judge(replace(request, facts=request.facts | {"evidence": 1})).verdict
        if _RANK[shown] > _RANK[judgement.verdict]:
            found.append(f"With a photo or other evidence it would be {_said(shown)}.")
    found += _closer_rules(request, judgement)
    return tuple(found)


def find_way_out(request: Request, judgement: Judgement, finding: Finding) -> Finding:
    """The finding with the way out that the policy really offers: reasons that would be accepted, if they are true."""
    if finding.way_out != ASK_THE_SHOP:
        return finding
    codes = _better_reasons(request, judgement.verdict).get(Verdict.AUTHORIZED, [])
    if not codes:
        return finding
    way_out = f"If it is true, ask with the reason {_either(codes)}; else contact the shop for an exception."
    return finding.model_copy(update={"way_out": way_out})


def _better_reasons(request: Request, verdict: Verdict) -> dict[Verdict, list[str]]:
    """The reason codes that lead to a better verdict, by that verdict, best first."""
    better: dict[Verdict, list[str]] = {}
    for reason in request.policy.reasons:
        facts = with_reason(request.facts, reason.code, policy=request.policy)
        if facts == request.facts:
            continue
        other = judge(replace(request, facts=facts)).verdict
        if _RANK[other] > _RANK[verdict]:
            better.setdefault(other, []).append(reason.code)
    return dict(sorted(better.items(), key=lambda item: -_RANK[item[0]]))


def _closer_rules(request: Request, judgement: Judgement) -> Iterator[str]:
    """Rules that one part alone kept from deciding, where they would have been kinder."""
    for record in judgement.tables:
        rules = {rule.rule: rule.then for rule in getattr(request.policy, record.table)}
        for miss in record.passed_over:
            if len(miss.unmet) == 1 and _is_kinder(record, rules[miss.rule], late=_is_late(request, judgement)):
                yield f"The rule {record.table}.{miss.rule} would decide if this held: {miss.unmet[0]}."


def _is_kinder(record: TableDecision, then: object, *, late: bool) -> bool:
    match then:
        case Window():
            return late and then.days > int(record.then.get("days", 0))
        case Acceptance():
            answer = record.then.get("answer", Answer.REVIEW)
            return _KINDEST_FIRST.index(then.answer) < _KINDEST_FIRST.index(Answer(answer))
        case _:
            return False


def _is_late(request: Request, judgement: Judgement) -> bool:
    return judgement.until is not None and request.now >= judgement.until


def _either(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"


def _said(verdict: Verdict) -> str:
    return {Verdict.AUTHORIZED: "authorized", Verdict.IN_REVIEW: "decided by a person"}[verdict]
