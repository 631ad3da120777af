"""What would have led to a kinder answer to a claim: evidence, another wish, a registration, a rule that all but fitted."""

from __future__ import annotations

from collections.abc import Iterator

from domain.policies import Answer, ClaimRuling, Conditions, Policy, TableDecision, decide_table
from domain.returns.facts import FactSheet

_KINDEST_FIRST = (Answer.ACCEPT, Answer.REVIEW, Answer.REFUSE)
_SAID = {Answer.ACCEPT: "granted by the rules", Answer.REVIEW: "decided by a person"}


def find_alternatives(
    facts: FactSheet, ruling: ClaimRuling | None, table: TableDecision, *, policy: Policy, conditions: Conditions
) -> tuple[str, ...]:
    """Sentences on what would have been decided otherwise; none for a line that the rules grant."""
    answer = ruling.answer if ruling is not None else Answer.REVIEW
    found = []
    for what, change in _changes(facts):
        other, _ = decide_table("claims", policy.claims, facts | change, conditions=conditions)
        kinder = other.answer if other is not None else Answer.REVIEW
        if _is_kinder(kinder, answer):
            found.append(f"{what} it would be {_SAID[kinder]}.")
    rules = {rule.rule: rule.then for rule in policy.claims}
    for miss in table.passed_over:
        if len(miss.unmet) == 1 and _is_kinder(rules[miss.rule].answer, answer):
            found.append(f"The rule claims.{miss.rule} would decide if this held: {miss.unmet[0]}.")
    return tuple(found)


def _changes(facts: FactSheet) -> Iterator[tuple[str, FactSheet]]:
    if not facts["evidence"]:
        yield "With a photo or other evidence", {"evidence": 1}
    wish = "replace" if facts["wish"] == "refund" else "refund"
    yield f"With the wish {wish}", {"wish": wish}
    if not facts["in_warranty"]:
        yield "If the goods were registered and within their warranty", {"in_warranty": True}
    if not facts["serial_known"]:
        yield "With the serial number of the unit that was sold", {"serial_known": True}


def _is_kinder(one: Answer, other: Answer) -> bool:
    return _KINDEST_FIRST.index(one) < _KINDEST_FIRST.index(other)
