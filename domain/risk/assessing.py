"""What follows from everything that was noticed: the strictest wins, the allow list beats it, the block list beats all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.policies import AbuseAnswer, Conditions, Policy, RiskOutcome, decide_table, strictest
from domain.risk.models import LineAnswer, ListKind, RequestStake, RiskAssessment, RiskHistory, SignalReading
from domain.risk.request_signals import read_request, risk_facts


def assess_request(
    stake: RequestStake,
    history: RiskHistory,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    policy: Policy,
    conditions: Conditions,
    at: datetime,
) -> RiskAssessment:
    """The assessment of a request; `facts` are those of each line, by line id, for the shop's own rules."""
    readings = read_request(stake, history, rules=policy.abuse)
    noticed = risk_facts(stake, history, readings)
    answers = [
        answer
        for line_id, known in facts.items()
        if (answer := _ask_rules(line_id, {**known, **noticed}, policy=policy, conditions=conditions))
    ]
    return _conclude(readings, answers, history, policy=policy, at=at)


def assess_goods(
    readings: Sequence[SignalReading], history: RiskHistory, *, policy: Policy, at: datetime
) -> RiskAssessment:
    """The assessment of what came back; being blocked was decided with the request."""
    unblocked = tuple(each for each in history.listings if each.kind is not ListKind.BLOCK)
    return _conclude(readings, [], history.model_copy(update={"listings": unblocked}), policy=policy, at=at)


def _ask_rules(line_id: str, facts: Mapping[str, Any], *, policy: Policy, conditions: Conditions) -> LineAnswer | None:
    """What the first fitting rule of the shop says about the line; a rule that cannot be evaluated asks a person."""
    if not policy.abuse_rules:
        return None
    then, decision = decide_table("abuse_rules", policy.abuse_rules, facts, conditions=conditions)
    unsure = AbuseAnswer(outcome=RiskOutcome.REVIEW if decision.problem else RiskOutcome.ALLOW, says=decision.problem)
    said = then or unsure
    return LineAnswer(line_id=line_id, outcome=said.outcome, says=said.says, decision=decision)


def _conclude(
    readings: Sequence[SignalReading],
    answers: Sequence[LineAnswer],
    history: RiskHistory,
    *,
    policy: Policy,
    at: datetime,
) -> RiskAssessment:
    found = RiskAssessment(at=at, account=history.account, readings=tuple(readings), rules=tuple(answers))
    if blocked := history.listed(ListKind.BLOCK):
        return found.model_copy(
            update={"outcome": policy.abuse.blocked, "decided_by": "block_list", "listing": blocked}
        )
    if allowed := history.listed(ListKind.ALLOW):
        return found.model_copy(update={"decided_by": "allow_list", "listing": allowed})
    named = [(reading.outcome, str(reading.signal)) for reading in readings if reading.counts]
    named += [(each.outcome, f"abuse_rules.{each.decision.rule or 'problem'}") for each in answers]
    outcome = strictest([each for each, _ in named])
    why = dict.fromkeys(name for each, name in named if each is outcome is not RiskOutcome.ALLOW)
    return found.model_copy(update={"outcome": outcome, "decided_by": ", ".join(why)})
