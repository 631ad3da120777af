"""What every kind of document made of rows shares: complaints with line and column, and rows that agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.storefronts.files.groups import Group
from adapters.storefronts.files.rows import Problem, Row
from adapters.storefronts.files.sections import Fields, Section
from adapters.storefronts.files.values import BadValue
from domain.orders import VISIBLE

Made = TypeVar("Made")
Part = TypeVar("Part", bound=BaseModel)

WORDS = {
    "string_pattern_mismatch": "this may only have letters, digits and . _ : / # -, and begins with a letter or digit",
    "string_too_short": "this is empty",
}
INVISIBLE = "this has control characters"


@dataclass
class Assembled(Generic[Made]):
    """What became of one group: a document, or the reasons why there is none; and rows left out by rule, by reason."""

    key: str
    rows: int
    first_line: int
    made: Made | None = None
    problems: list[Problem] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


class Reading:
    """The rows of one group as they are read: whatever is wrong is kept with its place, and reading goes on.

    `noun` is what the rows make together, such as order.
    """

    def __init__(self, group: Group, *, group_by: str, noun: str) -> None:
        self.group, self.problems = group, list[Problem]()
        self._group_by, self._noun = group_by, noun

    def complain(self, row: Row, column: str, reason: str) -> None:
        """Something in the row cannot be used."""
        self.problems.append(Problem(row.line, column, reason, self.group.key))

    def name_faults(self) -> None:
        """Rows that could not be read, and those that belong nowhere, are complained of."""
        for row in self.group.rows:
            if row.fault:
                self.complain(row, row.fault.column, row.fault.reason)
            elif not row.values.get(self._group_by, "").strip():
                self.complain(row, self._group_by, f"this is empty, so the row belongs to no {self._noun}")

    def compare_heads(self, head: Section) -> None:
        """Later rows may leave the fields of the head empty, but may not contradict the first."""
        first = self.group.rows[0]
        for column in sorted(head.columns):
            told = first.values.get(column, "").strip()
            for row in self.group.rows:
                if (other := row.values.get(column, "").strip()) and other != told:
                    reason = f"{other!r} here, {told!r} in line {first.line}, the first of this {self._noun}"
                    self.complain(row, column, reason)
                    break

    def read(self, section: Section | None, row: Row) -> Fields | None:
        """The fields of the section; None where there is no section, or after a complaint."""
        try:
            return section.read(row.values) if section else None
        except BadValue as bad:
            self.complain(row, bad.column, bad.reason)
            return None

    def make(self, model: type[Part], section: Section, row: Row, fields: Fields) -> Part | None:
        """The part that the fields make, or None after a complaint for each that does not fit."""
        try:
            return model(**fields)
        except ValidationError as error:
            for name, reason in complaints(error):
                self.complain(row, section.column_of(name), reason)
            return None


def complaints(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Each mistake as the name of a field and a reason."""
    for found in error.errors():
        name = str(found["loc"][0]) if found["loc"] else ""
        is_text = found.get("ctx", {}).get("pattern") == VISIBLE
        yield name, INVISIBLE if is_text else WORDS.get(found["type"]) or found["msg"].removeprefix("Value error, ")
