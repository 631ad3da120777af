"""Conditions in CEL, Google's Common Expression Language; implements `domain.policies.Conditions`.

Each condition is compiled once. An answer is kept per condition and the values it reads, since expressions are free of
clocks and chance; a thousand lines of one category ask only once.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache

import cel

from domain.policies import ConditionFailed, Facts

_SYNTAX_ERROR = re.compile(r"<input>:\d+:(\d+): (?:Syntax error: )?(.*)")
_MET = re.compile(r"'(.*)'")
# Both far above what a machine's policies hold; what falls out is only worked out again.
MOST_PROGRAMS = 20_000
MOST_ANSWERS = 100_000


class CelConditions:
    """Evaluates CEL; safe to share between threads."""

    def __init__(self) -> None:
        self._compiled = lru_cache(MOST_PROGRAMS)(_compile)
        self._answer = lru_cache(MOST_ANSWERS)(self._evaluate)

    def holds(self, condition: str, facts: Facts) -> bool:
        """Whether the condition is true of the facts. Raises ConditionFailed."""
        _, names = self._compiled(condition)
        read = tuple((name, _hashable(facts[name])) for name in names if name in facts)
        answer = self._answer(condition, read)
        if isinstance(answer, str):
            raise ConditionFailed(answer)
        return answer

    def find_problem(self, condition: str) -> str:
        """What is wrong with the condition's syntax; nothing when it can be read."""
        try:
            self._compiled(condition)
        except ConditionFailed as failed:
            return str(failed)
        return ""

    def names(self, condition: str) -> tuple[str, ...]:
        """The facts that the condition names, sorted. Raises ConditionFailed when it cannot be read."""
        return self._compiled(condition)[1]

    def functions(self, condition: str) -> tuple[str, ...]:
        """The functions that the condition calls, sorted. Raises ConditionFailed when it cannot be read."""
        # Operators are functions too, under names such as _==_ and @in.
        return tuple(
            sorted(name for name in self._compiled(condition)[0].functions() if name.isidentifier() and name[0] != "_")
        )

    def _evaluate(self, condition: str, read: tuple[tuple[str, Hashable], ...]) -> bool | str:
        """The answer, or in words why there is none: failures are as certain as answers and kept as well."""
        program, _ = self._compiled(condition)
        try:
            answer = program.execute({name: list(v) if isinstance(v, tuple) else v for name, v in read})
        except (RuntimeError, TypeError, ValueError, KeyError, IndexError, ArithmeticError) as error:
            return _in_words(error)
        return answer if isinstance(answer, bool) else f"it is {answer!r}, not true or false"


def _compile(condition: str) -> tuple[cel.Program, tuple[str, ...]]:
    try:
        program = cel.compile(condition)
    except ValueError as error:
        raise ConditionFailed(_syntax_in_words(str(error))) from None
    return program, tuple(sorted(program.variables()))


def _syntax_in_words(message: str) -> str:
    """Where the parser stopped and what it met; its list of everything that it expected helps nobody."""
    found = _SYNTAX_ERROR.search(message)
    if not found:
        return "it cannot be read"
    at, reason = int(found[1]), found[2].split(" expecting ")[0]
    if "<EOF>" in found[2].split(" expecting ")[0]:
        return "it ends before it is complete"
    if reason.startswith("token recognition error at: '= "):
        return f"character {at}: a single = does not compare; write =="
    met = _MET.search(reason)
    return f"character {at}: {met[1].strip() if met else reason} is not expected here"


def _in_words(error: Exception) -> str:
    """The first sentence: the library adds advice about its own Python interface."""
    first = str(error).strip().strip("'").split("\n")[0]
    return first.split(". ")[0].rstrip(".") or type(error).__name__


def _hashable(value: object) -> Hashable:
    return tuple(value) if isinstance(value, list) else value
