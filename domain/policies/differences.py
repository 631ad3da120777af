"""What is different between two policies, in the terms of a shop manager: rules added, gone, changed and moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.policies.document import TABLES, Policy
from domain.policies.parts import PolicyPart
from domain.policies.tables import Rule


class DifferenceKind(StrEnum):
    """What happened to a part of a policy."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class PolicyDifference(PolicyPart):
    """One part that is different: `before` and `after` are how it is written, or nothing."""

    place: str
    kind: DifferenceKind
    before: str = ""
    after: str = ""


def compare_policies(before: Policy, after: Policy) -> list[PolicyDifference]:
    """Every difference, in the order of the document; rules are told apart by their names."""
    found = [
        *_compare_values("", _settings(before), _settings(after)),
        *_compare_named("reasons", before.reasons, after.reasons, key="code"),
        *_compare_named("seasons", before.seasons, after.seasons, key="name"),
        *_compare_named("statutes", before.statutes, after.statutes, key="pack"),
    ]
    for table in TABLES:
        found += _compare_tables(table, getattr(before, table), getattr(after, table))
    return found


def _settings(policy: Policy) -> dict[str, Any]:
    """The document without its lists of named parts."""
    return policy.model_dump(mode="json", exclude={"reasons", "seasons", "statutes", *TABLES})


def _compare_values(place: str, before: Any, after: Any) -> Iterator[PolicyDifference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _compare_values(f"{place}.{name}" if place else name, before.get(name), after.get(name))
    elif before != after:
        yield _difference(place, before, after)


def _compare_named(
    place: str, before: Sequence[PolicyPart], after: Sequence[PolicyPart], *, key: str
) -> Iterator[PolicyDifference]:
    old, new = ({str(getattr(part, key)): _written(part) for part in parts} for parts in (before, after))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield _difference(f"{place}.{name}", old.get(name), new.get(name))


def _compare_tables(table: str, before: Sequence[Rule[Any]], after: Sequence[Rule[Any]]) -> Iterator[PolicyDifference]:
    yield from _compare_named(table, before, after, key="rule")
    old, new = ([rule.rule for rule in rules] for rules in (before, after))
    kept = [name for name in old if name in new]
    now = [name for name in new if name in old]
    if kept != now:
        yield PolicyDifference(place=table, kind=DifferenceKind.MOVED, before=" → ".join(kept), after=" → ".join(now))


def _difference(place: str, before: Any, after: Any) -> PolicyDifference:
    kind = DifferenceKind.CHANGED
    if before is None:
        kind = DifferenceKind.ADDED
    elif after is None:
        kind = DifferenceKind.REMOVED
    return PolicyDifference(place=place, kind=kind, before=_said(before), after=_said(after))


def _written(part: PolicyPart) -> str:
    """A rule or another part in one line, as it could stand in the file; what is left out has its default."""
    values = part.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{name}: {_said(value)}" for name, value in values.items())


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_said(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_said(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
