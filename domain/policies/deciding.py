"""First match wins: which rule of a table decides on some facts, and why the ones above it do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from domain.policies.conditions import ConditionFailed, Conditions, Facts, split_condition
from domain.policies.decisions import TableDecision, UnmetRule
from domain.policies.parts import PolicyPart
from domain.policies.tables import Rule

Then = TypeVar("Then", bound=PolicyPart)


def decide_table(
    table: str, rules: Sequence[Rule[Then]], facts: Facts, *, conditions: Conditions
) -> tuple[Then | None, TableDecision]:
    """What the first fitting rule says, or None; and the record of it.

    A condition that cannot be evaluated ends the search: whether its rule should have decided is for a person to say.
    """
    passed_over: list[UnmetRule] = []
    for rule in rules:
        try:
            unmet = find_unmet(rule.when, facts, conditions=conditions)
        except ConditionFailed as failed:
            problem = f"the rule {rule.rule} cannot be evaluated: {failed}"
            return None, TableDecision(table=table, rule=None, passed_over=tuple(passed_over), problem=problem)
        if not unmet:
            then = rule.then.model_dump(mode="json", exclude_defaults=True)
            decision = TableDecision(
                table=table, rule=rule.rule, then=then, when=rule.when, passed_over=tuple(passed_over)
            )
            return rule.then, decision
        passed_over.append(UnmetRule(rule=rule.rule, unmet=unmet))
    return None, TableDecision(table=table, rule=None, passed_over=tuple(passed_over))


def find_unmet(condition: str, facts: Facts, *, conditions: Conditions) -> tuple[str, ...]:
    """The parts of a condition that do not hold, in words; none when all do. Raises ConditionFailed.

    As in CEL, a part that fails to be evaluated does not matter when another part is false anyway.
    """
    unmet: list[str] = []
    failure: ConditionFailed | None = None
    for part in split_condition(condition) if condition else ():
        try:
            if not conditions.holds(part, facts):
                unmet.append(_in_words(part, facts, conditions))
        except ConditionFailed as failed:
            failure = failed
    if failure is not None and not unmet:
        raise failure
    return tuple(unmet)


def _in_words(part: str, facts: Facts, conditions: Conditions) -> str:
    said = ", ".join(f"{name} is {say_fact(facts[name])}" for name in conditions.names(part) if name in facts)
    return f"{part} ({said})" if said else part


def say_fact(value: object) -> str:
    """A fact as people write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if value else "empty"
        case list() | tuple():
            return ", ".join(str(each) for each in value) or "empty"
        case _:
            return str(value)
