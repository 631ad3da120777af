"""Why an exchange went on as it did: what was out of stock, what the policy says to that, and what the customer chose."""

from __future__ import annotations

from datetime import datetime

from domain.cases import SYSTEM
from domain.exchanges.facts import ExchangeFacts, FallbackCause, StockChoice
from domain.explanations.models import ConsideredRule, ExplainedDecision
from domain.policies import PolicyVersion
from domain.replacement_shipments.counts import count_goods, say_goods


def explain_choices(exchange: ExchangeFacts, *, policy: PolicyVersion) -> list[ExplainedDecision]:
    """Each time that goods were out of stock, and what became of it."""
    found = [_explain(choice, policy) for choice in exchange.choices]
    fallback = exchange.fallback
    if fallback is not None and fallback.cause is FallbackCause.OUT_OF_STOCK and not found:
        found.append(_decision("refund", fallback.detail, policy, at=fallback.at))
    return found


def _explain(choice: StockChoice, policy: PolicyVersion) -> ExplainedDecision:
    missing = say_goods(count_goods(choice.missing))
    words = f"The warehouse does not have {missing}; the customer chooses until {choice.until:%Y-%m-%d %H:%M} UTC."
    inputs = {"missing": missing, "asked_at": choice.asked_at.isoformat(), "until": choice.until.isoformat()}
    answer = str(choice.answer or "no_answer")
    return _decision(answer, words, policy, at=choice.given_at or choice.asked_at, inputs=inputs)


def _decision(
    outcome: str, detail: str, policy: PolicyVersion, *, at: datetime, inputs: dict[str, str] | None = None
) -> ExplainedDecision:
    rule = ConsideredRule(rule=f"out_of_stock.{policy.policy.out_of_stock}", matched=True, detail=detail)
    return ExplainedDecision(
        decision="out_of_stock",
        outcome=outcome,
        decided_at=at,
        decided_by=SYSTEM,
        policy_version=policy.version,
        inputs=inputs or {},
        matched=(rule,),
        not_matched=(),
        nearest_miss=None,
        would_change_it=("The policy field out_of_stock says whether the customer is asked.",),
    )
