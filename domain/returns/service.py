"""What a return was granted when it was decided: its terms, and its deadlines with the service levels that change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.calendar import Span
from domain.policies import Deadlines, Fees, LineTerms, Policy, ServiceLevel, decide_table
from domain.returns.case import ReturnCase
from domain.returns.judging import Request


def decide_deadlines(requests: Sequence[Request]) -> Deadlines:
    """The deadlines of a return: of several lines the best service counts, where no level fits the policy's own do.

    Source: policy fields deadlines, service_levels. More time for the customer is better, more time for the shop worse.
    """
    policy = requests[0].policy
    levels = [level for request in requests if (level := _level_of(request)) is not None]
    changes: dict[str, Any] = {}
    for name in ServiceLevel.model_fields:
        spans: list[Span] = [span for level in levels if (span := getattr(level, name)) is not None]
        if spans:
            best = max if name == "parcel" else min
            changes[name] = best(spans, key=lambda span: span.length)
    return policy.deadlines.model_copy(update=changes)


def deadlines_of(case: ReturnCase, policy: Policy) -> Deadlines:
    """The deadlines that were decided with the request, else those of the policy."""
    decision = case.eligibility.decision if case.eligibility else None
    return decision.deadlines if decision else policy.deadlines


def terms_of(case: ReturnCase) -> dict[str, LineTerms]:
    """By line id, what was granted: by the policy with the decision on the request, and by exceptions from it since."""
    decision = case.eligibility.decision if case.eligibility else None
    terms = {line.line_id: line.terms for line in decision.lines} if decision else {}
    fees = fees_by_exception(case)
    return terms if fees is None else with_fees(case, terms, fees)


def with_fees(case: ReturnCase, terms: dict[str, LineTerms], fees: Fees) -> dict[str, LineTerms]:
    """The terms of every line of the return, with those fees instead of their own."""
    return {line.line_id: terms.get(line.line_id, LineTerms()).model_copy(update={"fees": fees}) for line in case.lines}


def fees_by_exception(case: ReturnCase) -> Fees | None:
    """The fees that the last granted exception set instead of the policy's; None when none did."""
    granted = [each.fees for each in case.exceptions if each.granted and each.fees is not None]
    return granted[-1] if granted else None


def _level_of(request: Request) -> ServiceLevel | None:
    if not request.policy.service_levels:
        return None
    level, _ = decide_table(
        "service_levels", request.policy.service_levels, request.facts, conditions=request.conditions
    )
    return level
