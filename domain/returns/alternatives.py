"""What would change a decision: the same request with another reason, with evidence, or a day earlier."""

from __future__ import annotations

from dataclasses import replace

from domain.policies import Answer, TableDecision
from domain.returns.case import Finding, Verdict
from domain.returns.facts import with_reason
from domain.returns.judging import ASK_THE_SHOP, Judgement, Request, judge

_RANK = {Verdict.REFUSED: 0, Verdict.IN_REVIEW: 1, Verdict.AUTHORIZED: 2}


def find_alternatives(request: Request, judgement: Judgement) -> tuple[str, ...]:
    """Sentences on what would have led to a better answer; none for a line that is authorized."""
    if judgement.verdict is Verdict.AUTHORIZED:
        return ()
    found = []
    if judgement.until is not None and request.now >= judgement.until:
        found.append(f"Asked for before {judgement.until:%Y-%m-%d %H:%M} UTC it would have been in time.")
    for verdict, codes in _better_reasons(request, judgement.verdict).items():
        found.append(f"With the reason {_either(codes)} it would be {_said(verdict)}.")
    if not request.facts["evidence"]:
        shown = judge(replace(request, facts=request.facts | {"evidence": 1})).verdict
        if _RANK[shown] > _RANK[judgement.verdict]:
            found.append(f"With a photo or other evidence it would be {_said(shown)}.")
    found += [_if_it_were(record) for record in judgement.tables if _is_close(record)]
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


def _is_close(record: TableDecision) -> bool:
    """Whether one part alone kept another rule of the deciding tables from deciding instead."""
    miss = record.nearest_miss
    held_up = record.table == "windows" or record.then.get("answer") != Answer.ACCEPT
    return record.table in ("windows", "acceptance") and held_up and miss is not None and len(miss.unmet) == 1


def _if_it_were(record: TableDecision) -> str:
    miss = record.nearest_miss
    assert miss is not None, "only close misses are told"
    return f"The rule {record.table}.{miss.rule} would decide if this held: {miss.unmet[0]}."


def _either(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"


def _said(verdict: Verdict) -> str:
    return {Verdict.AUTHORIZED: "authorized", Verdict.IN_REVIEW: "decided by a person"}[verdict]
