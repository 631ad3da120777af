"""A policy as it is written: YAML read with the line of every part, and what is wrong with its shape said in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from domain.policies import Conditions, Policy
from domain.policies.checking import Path, Problem, check_policy, suggest

LARGEST_DOCUMENT = 500_000
# Deeper than any policy; beyond it the readers of Python itself would give up.
DEEPEST = 20


@dataclass(frozen=True)
class PolicyText:
    """A policy document with what is wrong with it; without a policy when it has not the shape of one."""

    policy: Policy | None
    problems: tuple[Problem, ...] = ()
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line on which that part begins, or the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Loader(yaml.SafeLoader):
    """Only true and false are truth values, as in YAML 1.2: `on` is the name of a switch, and NO is Norway."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class _Unreadable(Exception):
    """The text is no YAML that a policy may be written in."""

    def __init__(self, problem: Problem, line: int = 1) -> None:
        super().__init__(problem.reason)
        self.problem, self.line = problem, line


def parse_policy(text: str) -> PolicyText:
    """The policy that is written so, or every reason why it is none."""
    try:
        node = _compose(text)
        lines: dict[Path, int] = {(): 1}
        repeated = list(_note_lines(node, (), lines)) if node is not None else []
        data = _construct(text)
    except _Unreadable as unreadable:
        return PolicyText(policy=None, problems=(unreadable.problem,), lines={(): unreadable.line})
    if repeated:
        return PolicyText(policy=None, problems=tuple(repeated), lines=lines)
    try:
        return PolicyText(policy=Policy.model_validate(data if data is not None else {}), lines=lines)
    except ValidationError as error:
        return PolicyText(policy=None, problems=tuple(describe_errors(error)), lines=lines)


def check_text(text: str, *, conditions: Conditions, warehouses: Collection[str] = ()) -> PolicyText:
    """The policy that is written so with every problem that it has, those of its shape and those of its rules.

    `warehouses` are the names that the installation has addresses of.
    """
    written = parse_policy(text)
    if written.policy is None:
        return written
    return replace(written, problems=tuple(check_policy(written.policy, conditions=conditions, warehouses=warehouses)))


def describe_errors(error: ValidationError) -> Iterator[Problem]:
    """What pydantic found, in the words of somebody who writes a policy."""
    errors = error.errors()
    for found in errors:
        path = tuple(part for part in found["loc"] if part != "[key]")
        # A list whose entries are wrong is also said to be too short: that is an echo, not a second mistake.
        if found["type"] == "too_short" and any(path == other["loc"][: len(path)] != other["loc"] for other in errors):
            continue
        reason, suggestion = _in_words(found, path)
        yield Problem(path=path, reason=reason, suggestion=suggestion)


def _in_words(found: Any, path: Path) -> tuple[str, str]:
    match found["type"]:
        case "missing":
            return f"{path[-1]} is missing", ""
        case "extra_forbidden":
            known = _fields_at(path[:-1])
            near = suggest(str(path[-1]), known)
            return f"there is no field {path[-1]} here" + ("" if near else f"; there are {', '.join(known)}"), near
        case "enum":
            known = [value.strip("' ") for value in found["ctx"]["expected"].replace(" or ", ", ").split(",")]
            return f"{found['input']!r} is none of {', '.join(known)}", suggest(str(found["input"]), known)
        case "string_pattern_mismatch":
            return f"{found['input']!r} must be lower-case letters, digits and _, beginning with a letter", ""
        case "too_short":
            return "this must not be empty", ""
        case "tuple_type":
            return "this must be a list, each entry after a dash", ""
        case "model_type" | "model_attributes_type" | "dict_type":
            return "this must have fields, each as name: value", ""
        case "string_type":
            return f"this must be a text, not {found['input']!r}; put it in quotes", ""
        case _:
            message = str(found["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
            return message[:1].lower() + message[1:], ""


def _fields_at(path: Path) -> list[str]:
    """The fields of the part of a policy at that path."""
    kind: Any = Policy
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            known = kind.model_fields.get(str(part))
            kind = known.annotation if known else None
        elif get_origin(kind) is dict:
            kind = get_args(kind)[1]
        else:
            kind = next(iter(get_args(kind)), None)
        kind = (
            next((option for option in get_args(kind) if option is not type(None)), kind) if _is_union(kind) else kind
        )
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _is_union(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _compose(text: str) -> yaml.Node | None:
    if len(text) > LARGEST_DOCUMENT:
        raise _Unreadable(Problem(path=(), reason=f"the document has more than {LARGEST_DOCUMENT} characters"))
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                reason = "anchors and aliases (& and *) are not allowed; write the value out, or put it in quotes"
                raise _Unreadable(Problem(path=(), reason=reason), token.start_mark.line + 1)
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, text) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _Unreadable(Problem(path=(), reason=f"this is no YAML: {error}"[:200])) from None
    return node


def _construct(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, text) from None


def _unreadable(error: yaml.MarkedYAMLError, text: str) -> _Unreadable:
    line = error.problem_mark.line if error.problem_mark else 0
    reason = f"this is no YAML: {error.problem or error.context or 'it cannot be read'}"
    suggestion = ""
    if "when:" in "".join(text.splitlines()[max(0, line - 1) : line + 1]):
        suggestion = "Put the whole condition in single quotes: when: '!final_sale'."
    return _Unreadable(Problem(path=(), reason=reason, suggestion=suggestion), line + 1)


def _note_lines(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Iterator[Problem]:
    """The line of every part goes into `lines`; fields that are written twice are told."""
    if len(path) > DEEPEST:
        raise _Unreadable(Problem(path=(), reason="this is nested too deeply"), node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, entry in enumerate(node.value):
            lines[(*path, index)] = entry.start_mark.line + 1
            yield from _note_lines(entry, (*path, index), lines)
    elif isinstance(node, yaml.MappingNode):
        yield from _note_fields(node.value, path, lines)


def _note_fields(
    fields: Sequence[tuple[yaml.Node, yaml.Node]], path: Path, lines: dict[Path, int]
) -> Iterator[Problem]:
    for key, value in fields:
        name = (*path, str(key.value))
        if name in lines:
            yield Problem(path=name, reason=f"{key.value} is written twice, first in line {lines[name]}")
        lines[name] = key.start_mark.line + 1
        yield from _note_lines(value, name, lines)
