"""What is wrong with a policy beyond its shape: unknown words, comparisons that never hold, rules that never decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from domain.policies.atoms import Atom, read_atoms
from domain.policies.conditions import ConditionFailed, Conditions, split_condition
from domain.policies.coverage import examine
from domain.policies.document import TABLES, Policy
from domain.policies.parts import PolicyPart
from domain.policies.tables import Rule
from domain.policies.terms import ExchangeFor, Method
from domain.policies.vocabulary import FUNCTIONS, Fact, FactType, facts_of

Path = tuple[str | int, ...]

# Tables whose silence is an answer: the usual times, and no warranty.
MAY_DECIDE_NOTHING = ("service_levels", "warranties", "abuse_rules")


class Severity(StrEnum):
    """How bad it is: an error makes the policy unusable, a warning is likely a mistake, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Problem(PolicyPart):
    """One thing that is wrong: where in the document, what, and what was probably meant."""

    severity: Severity = Severity.ERROR
    path: Path
    reason: str
    suggestion: str = ""

    @property
    def place(self) -> str:
        """The place in the document: windows[1].when."""
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return place.removeprefix(".")


def suggest(word: str, known: Sequence[str]) -> str:
    """What was probably meant, as a question; nothing when no known word is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else ""


def check_policy(policy: Policy, *, conditions: Conditions, warehouses: Collection[str] = ()) -> list[Problem]:
    """Every problem of a policy that has the right shape, in the order of the document's tables.

    `warehouses` are those of the installation, by name; none are known where nobody named any.
    """
    problems: list[Problem] = []
    for table in TABLES:
        problems += _check_table(table, getattr(policy, table), policy=policy, conditions=conditions)
    for number, statute in enumerate(policy.statutes):
        path = ("statutes", number, "exempt_when")
        problems += _check_condition(statute.exempt_when, path, "windows", policy=policy, conditions=conditions)
    problems += _check_deadlines(policy)
    problems += _check_exchanges(policy)
    problems += _check_warehouses(policy, warehouses)
    return problems


def is_usable(problems: Sequence[Problem]) -> bool:
    """Whether a policy with these problems can be put in force."""
    return not any(problem.severity is Severity.ERROR for problem in problems)


def _check_table(
    table: str, rules: Sequence[Rule[Any]], *, policy: Policy, conditions: Conditions
) -> Iterator[Problem]:
    problems = [
        problem
        for number, rule in enumerate(rules)
        for problem in _check_condition(rule.when, (table, number, "when"), table, policy=policy, conditions=conditions)
    ]
    yield from problems
    if not rules and table in ("windows", "acceptance"):
        reason = f"there are no {table}: a person decides on every request"
        yield Problem(severity=Severity.WARNING, path=(table,), reason=reason)
    if rules and is_usable(problems):
        yield from _check_coverage(table, rules, policy=policy, conditions=conditions)


def _check_coverage(
    table: str, rules: Sequence[Rule[Any]], *, policy: Policy, conditions: Conditions
) -> Iterator[Problem]:
    coverage = examine(table, rules, policy=policy, conditions=conditions)
    place = {rule.rule: (table, number) for number, rule in enumerate(rules)}
    for name, shadows in coverage.unreachable.items():
        verb = "takes" if len(shadows) == 1 else "take"
        reason = f"the rule {name} can never decide: {' and '.join(shadows)} above it {verb} every case"
        suggestion = f"Move it above {shadows[0]}, or remove it."
        yield Problem(severity=Severity.WARNING, path=place[name], reason=reason, suggestion=suggestion)
    for name in coverage.never_true:
        yield Problem(severity=Severity.WARNING, path=place[name], reason=f"the rule {name} fits no case at all")
    for overlap in coverage.overlaps:
        reason = (
            f"{overlap.first} and {overlap.second} overlap: both fit when {overlap.example}; {overlap.first} decides"
        )
        yield Problem(severity=Severity.NOTE, path=place[overlap.second], reason=reason)
    if coverage.uncovered is not None and table not in MAY_DECIDE_NOTHING:
        who = "goods go into quarantine" if table == "dispositions" else "a person decides"
        reason = f"no rule fits when {coverage.uncovered}: then {who}"
        yield Problem(severity=Severity.NOTE, path=(table,), reason=reason)


def _check_condition(
    condition: str, path: Path, table: str, *, policy: Policy, conditions: Conditions
) -> Iterator[Problem]:
    if not condition:
        return
    if problem := conditions.find_problem(condition):
        yield Problem(path=path, reason=f"{condition}: {problem}")
        return
    facts = facts_of(table)
    unknown = [name for name in conditions.names(condition) if name not in facts]
    for name in unknown:
        yield Problem(path=path, reason=_unknown(name, table), suggestion=suggest(name, list(facts)))
    unheard_of = [name for name in conditions.functions(condition) if name not in FUNCTIONS]
    for name in unheard_of:
        reason = f"{name}() is no function of conditions; there are {', '.join(FUNCTIONS)}"
        yield Problem(path=path, reason=reason, suggestion=suggest(name, FUNCTIONS))
    if unknown or unheard_of:
        return
    unlike = [found for atom in read_atoms(condition) for found in _check_atom(atom, path, facts[atom.name], policy)]
    yield from unlike or _try_out(condition, path, facts, conditions)


def _unknown(name: str, table: str) -> str:
    if name in facts_of("dispositions"):
        return f"{name} is known after the inspection only; {table} is decided at the request"
    return f"{name} is no fact of a return"


def _check_atom(atom: Atom, path: Path, fact: Fact, policy: Policy) -> Iterator[Problem]:
    for value in atom.values:
        if not _is_like(value, fact, atom):
            reason = f"{atom.text}: {fact.name} is {_said(fact)}, so it can never be compared with {value!r}"
            yield Problem(path=path, reason=reason)
        elif isinstance(value, str) and (known := _known_values(fact, policy)) and value not in known:
            reason = f"{atom.text}: {fact.name} is never {value!r}; it is one of {', '.join(known)}"
            yield Problem(path=path, reason=reason, suggestion=suggest(value, known))


def _is_like(value: object, fact: Fact, atom: Atom) -> bool:
    """CEL answers no, without complaint, when a text is asked to equal a number."""
    kinds: dict[FactType, Callable[[object], bool]] = {
        FactType.TEXT: lambda each: isinstance(each, str),
        FactType.LIST: lambda each: isinstance(each, str) and atom.operator == "has",
        FactType.YES_NO: lambda each: isinstance(each, bool),
        FactType.NUMBER: lambda each: isinstance(each, int | float) and not isinstance(each, bool),
    }
    return kinds[fact.type](value)


def _said(fact: Fact) -> str:
    return f"a {fact.type}" if fact.type in (FactType.TEXT, FactType.NUMBER) else str(fact.type)


def _known_values(fact: Fact, policy: Policy) -> list[str]:
    if fact.name == "reason":
        return [reason.code for reason in policy.reasons]
    if fact.name == "season":
        return ["", *(season.name for season in policy.seasons)]
    return list(fact.values)


def _try_out(condition: str, path: Path, facts: dict[str, Fact], conditions: Conditions) -> Iterator[Problem]:
    """Each part is evaluated once on an ordinary example, which shows comparisons of unlike things."""
    example = {name: fact.example for name, fact in facts.items()}
    for part in split_condition(condition):
        try:
            conditions.holds(part, example)
        except ConditionFailed as failed:
            yield Problem(path=path, reason=f"{part}: {failed}")


def _check_deadlines(policy: Policy) -> Iterator[Problem]:
    for number, reminder in enumerate(policy.deadlines.parcel_reminders):
        if reminder.length >= policy.deadlines.parcel.length:
            reason = f"a reminder {reminder} before the deadline would come before the return is authorized"
            yield Problem(severity=Severity.WARNING, path=("deadlines", "parcel_reminders", number), reason=reason)

    label, parcel, grace = policy.deadlines.label, policy.deadlines.parcel, policy.deadlines.grace
    if label is not None and label.length >= parcel.length + grace.length:
        reason = f"a label never reaches {label}: it is voided when the return expires, which is earlier"
        yield Problem(severity=Severity.WARNING, path=("deadlines", "label"), reason=reason)


def _check_warehouses(policy: Policy, warehouses: Collection[str]) -> Iterator[Problem]:
    """A parcel to a warehouse without an address has no packing slip that says where to, and no label."""
    named: list[tuple[Path, str]] = [
        (("warehouses", number, "then", "warehouse"), rule.then.warehouse)
        for number, rule in enumerate(policy.warehouses)
    ]
    for path, name in [*named, (("return_address",), policy.return_address)]:
        if warehouses and name not in warehouses:
            reason = f"no warehouse {name} has an address in the setting warehouse.addresses"
            suggestion = suggest(name, sorted(warehouses))
            yield Problem(severity=Severity.WARNING, path=path, reason=reason, suggestion=suggestion)


def _check_exchanges(policy: Policy) -> Iterator[Problem]:
    """Goods are exchanged where `methods` offers it and `exchanges` says for what: one without the other does nothing."""
    offers = any(Method.EXCHANGE in rule.then.offer for rule in policy.methods)
    grants = any(rule.then.exchange_for is not ExchangeFor.NOTHING for rule in policy.exchanges)
    if offers and not grants:
        reason = "methods offer an exchange, and no rule of exchanges says what goods may be exchanged for"
        yield Problem(severity=Severity.WARNING, path=("exchanges",), reason=reason)
    if grants and not offers:
        reason = "goods may be exchanged, and no rule of methods offers an exchange: nobody can ask for one"
        yield Problem(severity=Severity.WARNING, path=("methods",), reason=reason)
