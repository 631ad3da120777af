"""The comparisons inside a condition, read from its text: what each fact is compared with, for checks and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_LITERAL = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false"
_LIST = rf"\[\s*(?:(?:{_LITERAL})\s*,?\s*)*\]"
_AFTER = re.compile(rf"(?P<name>{_NAME})\s*(?P<operator>==|!=|<=|>=|<|>)\s*(?P<literal>{_LITERAL})")
_BEFORE = re.compile(rf"(?P<literal>{_LITERAL})\s*(?P<operator>==|!=|<=|>=|<|>)\s*(?P<name>{_NAME})\b(?!\s*[.(\[])")
_AMONG = re.compile(rf"(?P<name>{_NAME})\s+in\s+(?P<list>{_LIST})")
_WITHIN = re.compile(rf"(?P<literal>{_LITERAL})\s+in\s+(?P<name>{_NAME})\b")
_CALL = re.compile(rf"(?P<name>{_NAME})\.(?P<function>startsWith|endsWith|contains)\(\s*(?P<literal>{_LITERAL})\s*\)")
_ALONE = re.compile(rf"(?<![\w.\"'])(?P<name>{_NAME})\b(?!\s*[.(\[\"'])")
_SHAPES = (_CALL, _AMONG, _WITHIN, _AFTER, _BEFORE)
_WORDS = {"true", "false", "in", "null"}

Value = str | int | float | bool


@dataclass(frozen=True)
class Atom:
    """One comparison: a fact, how it is compared (`is` for a fact that stands alone), and with what."""

    name: str
    operator: str
    values: tuple[Value, ...]
    text: str


def read_atoms(condition: str) -> list[Atom]:
    """The comparisons of facts with fixed values, in the order of their shapes; what is none of these is left out."""
    return list(_take_atoms(condition)[0])


def is_simple(condition: str) -> bool:
    """Whether the condition is made of such comparisons alone: then trying their values tries everything."""
    rest = _take_atoms(condition)[1]
    return re.fullmatch(r"[\s!()&|]*", rest) is not None


def _take_atoms(condition: str) -> tuple[list[Atom], str]:
    atoms: list[Atom] = []
    rest = condition
    for shape in _SHAPES:
        rest = shape.sub(lambda found: _take(found, atoms), rest)
    rest = _ALONE.sub(lambda found: _take(found, atoms), rest)
    return atoms, rest


def _take(found: re.Match[str], atoms: list[Atom]) -> str:
    parts = found.groupdict()
    if parts["name"] in _WORDS:
        return found[0]
    operator = parts.get("operator") or parts.get("function") or ("in" if "list" in parts else "")
    operator = operator or ("has" if "literal" in parts else "is")
    literals = re.findall(_LITERAL, parts["list"]) if parts.get("list") else [parts.get("literal")]
    values = tuple(_read(literal) for literal in literals if literal)
    atoms.append(Atom(name=parts["name"], operator=operator, values=values, text=found[0]))
    return " "


def _read(literal: str) -> Value:
    if literal in ("true", "false"):
        return literal == "true"
    if literal[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", literal[1:-1])
    return float(literal) if "." in literal else int(literal)


def values_of(condition: str, name: str) -> Iterator[Value]:
    """What the fact is compared with."""
    for atom in read_atoms(condition):
        if atom.name == name:
            yield from atom.values
