"""Which rules of a table can decide at all, which overlap, and what none of them covers: found by trying examples.

Facts are given every value that a condition compares them with, and one on either side of it. For conditions made of
such comparisons that is every case there is; for others it is a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from domain.policies.atoms import is_simple, read_atoms
from domain.policies.conditions import ConditionFailed, Conditions
from domain.policies.deciding import say_fact
from domain.policies.document import Policy
from domain.policies.tables import Rule
from domain.policies.vocabulary import Fact, FactType, facts_of

# A table whose facts have more combinations is searched, not proven. An evaluation takes a few microseconds.
MOST_EVALUATIONS = 200_000
SOMETHING_ELSE = "something else"
FAR = 10**9

Example = dict[str, Any]


@dataclass(frozen=True)
class Overlap:
    """Two rules that both fit an example, while each also fits cases that the other does not."""

    first: str
    second: str
    example: str


@dataclass(frozen=True)
class Coverage:
    """What trying examples showed about a table; nothing is claimed where the search could not be complete."""

    unreachable: dict[str, tuple[str, ...]]
    never_true: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    uncovered: str | None


def examine(table: str, rules: Sequence[Rule[Any]], *, policy: Policy, conditions: Conditions) -> Coverage:
    """The coverage of a table whose conditions can all be evaluated. `uncovered` is an example that no rule fits."""
    facts = facts_of(table)
    names = sorted({name for rule in rules if rule.when for name in conditions.names(rule.when) if name in facts})
    choices = _choices(names, rules, policy=policy, facts=facts)
    examples, complete = _examples(choices, most=max(1, MOST_EVALUATIONS // max(1, len(rules))))
    fits = [(_fitting(rules, example, conditions), example) for example in examples]
    proven = complete and all(is_simple(rule.when) for rule in rules)
    decided = {fit[0] for fit, _ in fits if fit}
    unreachable: dict[str, tuple[str, ...]] = {}
    never_true = []
    for number, rule in enumerate(rules):
        if number in decided or not (proven or _follows_everything(rules, number)):
            continue
        shadows = {fit[0] for fit, _ in fits if number in fit}
        if shadows:
            unreachable[rule.rule] = _shadows_of(rules, number, shadows)
        else:
            never_true.append(rule.rule)
    uncovered = next((_say(example, facts) for fit, example in fits if not fit), None)
    overlaps = (found for found in _overlaps(rules, fits, facts) if not {found.first, found.second} & {*unreachable})
    return Coverage(unreachable, tuple(never_true), tuple(overlaps), uncovered)


def _shadows_of(rules: Sequence[Rule[Any]], number: int, shadows: set[int]) -> tuple[str, ...]:
    """The rules that take a rule's cases: the one that takes everything, if there is one, is all one needs to know."""
    everything = next((rule.rule for rule in rules[:number] if not rule.when), None)
    return (everything,) if everything else tuple(rules[first].rule for first in sorted(shadows))


def _follows_everything(rules: Sequence[Rule[Any]], number: int) -> bool:
    return any(not rule.when for rule in rules[:number])


def _fitting(rules: Sequence[Rule[Any]], example: Example, conditions: Conditions) -> tuple[int, ...]:
    return tuple(number for number, rule in enumerate(rules) if _fits(rule, example, conditions))


def _fits(rule: Rule[Any], example: Example, conditions: Conditions) -> bool:
    try:
        return not rule.when or conditions.holds(rule.when, example)
    except ConditionFailed:
        return False


def _overlaps(
    rules: Sequence[Rule[Any]], fits: Sequence[tuple[tuple[int, ...], Example]], facts: dict[str, Fact]
) -> Iterator[Overlap]:
    """Pairs of rules with different outcomes, both decisive somewhere, that meet without one containing the other."""
    holds: dict[int, set[int]] = {number: set() for number in range(len(rules))}
    for index, (fit, _) in enumerate(fits):
        for number in fit:
            holds[number].add(index)
    for first in range(len(rules)):
        for second in range(first + 1, len(rules)):
            both = holds[first] & holds[second]
            partly = both and holds[first] - holds[second] and holds[second] - holds[first]
            if partly and rules[first].then != rules[second].then:
                example = _say(fits[min(both)][1], facts)
                yield Overlap(first=rules[first].rule, second=rules[second].rule, example=example)


def _examples(choices: Sequence[Sequence[Example]], *, most: int) -> tuple[list[Example], bool]:
    """Combinations of the choices, the first of each being the most ordinary; and whether that is all of them."""
    count = 1
    for options in choices:
        count *= len(options)
    combinations = islice(product(*choices), most)
    found = [{name: value for part in parts for name, value in part.items()} for parts in combinations]
    if count <= most:
        return found, True
    # Two facts at a time leave their ordinary value: most rules compare no more.
    ordinary = {name: value for options in choices for name, value in options[0].items()}
    pairs = (
        ordinary | one | other
        for number, options in enumerate(choices)
        for others in choices[number + 1 :]
        for one in options
        for other in others
    )
    return [*found[: most // 2], *islice(pairs, most // 2)], False


def _choices(
    names: Sequence[str], rules: Sequence[Rule[Any]], *, policy: Policy, facts: dict[str, Fact]
) -> list[list[Example]]:
    """For each fact its values to try; reason and fault go together, as the policy's reasons say."""
    choices: list[list[Example]] = []
    together = {"reason", "fault"} & set(names)
    if together:
        choices.append([{"reason": reason.code, "fault": str(reason.fault)} for reason in policy.reasons])
    for name in names:
        if name not in together:
            values = _values(facts[name], rules, policy)
            choices.append([{name: value} for value in values])
    return choices


def _values(fact: Fact, rules: Sequence[Rule[Any]], policy: Policy) -> list[Any]:
    atoms = [atom for rule in rules for atom in read_atoms(rule.when) if atom.name == fact.name]
    literals = list(dict.fromkeys(value for atom in atoms for value in atom.values))
    match fact.type:
        case FactType.YES_NO:
            return [False, True]
        case FactType.NUMBER:
            numbers = [int(value) for value in literals if isinstance(value, int | float)]
            around = {near for number in numbers for near in (number - 1, number, number + 1) if near >= 0}
            return sorted(around | {0, FAR})
        case FactType.LIST:
            texts = [value for value in literals if isinstance(value, str)]
            return [[], *([text] for text in texts), texts]
        case _:
            texts = [value for value in literals if isinstance(value, str)]
            longer = [f"{text} and more" for text in texts if any(atom.operator == "startsWith" for atom in atoms)]
            if fact.name == "season":
                return ["", *(season.name for season in policy.seasons)]
            return list(dict.fromkeys([*fact.values] or [SOMETHING_ELSE, "", *texts, *longer]))


def _say(example: Example, facts: dict[str, Fact]) -> str:
    told = [f"{name} is {say_fact(value)}" for name, value in example.items() if name in facts]
    return ", ".join(told) or "anything"
