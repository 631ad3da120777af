"""Conditions of rules: CEL expressions, kept short and free of loops so that deciding stays cheap.

`domain` only handles their text. Who evaluates them stands behind `Conditions`; see `adapters.conditions`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

Facts = Mapping[str, Any]

LONGEST_CONDITION = 500
LONGEST_LIST = 100
DEEPEST = 12
# CEL's macros evaluate their body once per element and can be nested: the only way to make an expression slow.
MACROS = ("map", "filter", "all", "exists", "exists_one", "existsOne")
_MACRO = re.compile(rf"\.\s*({'|'.join(MACROS)})\s*\(")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_OPEN, _CLOSE = "([{", ")]}"


class ConditionFailed(Exception):
    """A condition cannot be evaluated: it names no such fact, compares unlike things, or is not yes or no."""


class Conditions(Protocol):
    """Evaluates conditions; the same condition on the same facts always gives the same answer."""

    def holds(self, condition: str, facts: Facts) -> bool:
        """Whether the condition is true of the facts. Raises ConditionFailed."""
        ...

    def find_problem(self, condition: str) -> str:
        """What is wrong with the condition's syntax, with its position; nothing when it can be read."""
        ...

    def names(self, condition: str) -> tuple[str, ...]:
        """The facts that the condition names, sorted. Raises ConditionFailed when it cannot be read."""
        ...

    def functions(self, condition: str) -> tuple[str, ...]:
        """The functions that the condition calls, sorted. Raises ConditionFailed when it cannot be read."""
        ...


def find_text_problem(condition: str) -> str:
    """Why a condition may not be evaluated at all, whatever it means; nothing when it may."""
    if len(condition) > LONGEST_CONDITION:
        return f"the condition has {len(condition)} characters; at most {LONGEST_CONDITION} are allowed: split the rule"
    bare = blank_strings(condition)
    if found := _MACRO.search(bare):
        return f".{found[1]}() loops over lists and is not allowed; compare with `in [...]` instead"
    if "//" in bare:
        return "a condition holds no comments; write them beside it in the file, after #"
    deepest, longest = _measure(bare)
    if deepest > DEEPEST:
        return f"brackets are nested {deepest} deep; at most {DEEPEST} are allowed"
    if longest > LONGEST_LIST:
        return f"a list has {longest} entries; at most {LONGEST_LIST} are allowed"
    return ""


@lru_cache(20_000)
def split_condition(condition: str) -> tuple[str, ...]:
    """The parts that must all hold: the condition cut at its outermost `&&`."""
    bare, parts, depth, start = blank_strings(condition), [], 0, 0
    if _has_open_choice(bare):
        return (condition.strip(),)
    for at, character in enumerate(bare):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0 and bare.startswith("&&", at):
            parts.append(condition[start:at].strip())
            start = at + 2
    return (*parts, condition[start:].strip())


def blank_strings(condition: str) -> str:
    """The condition with each text in quotes blanked out, so that positions stay and its characters mean nothing."""
    return _STRING.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', condition)


def _has_open_choice(bare: str) -> bool:
    """Whether `||` or `?` stands outside all brackets: then the outermost `&&` are not parts of the whole."""
    depth, outside = 0, ""
    for character in bare:
        depth += (character in _OPEN) - (character in _CLOSE)
        outside += character if depth == 0 else ""
    return "||" in outside or "?" in outside


def _measure(bare: str) -> tuple[int, int]:
    """How deep brackets are nested, and how many entries the longest list has."""
    deepest, longest, entries = 0, 0, list[int]()
    for character in bare:
        if character in _OPEN:
            entries.append(1)
        elif character in _CLOSE and entries:
            longest = max(longest, entries.pop())
        elif character == "," and entries:
            entries[-1] += 1
        deepest = max(deepest, len(entries))
    return deepest, longest
