"""Groups of rows become credit notes: what a shop took back of which order, and what it paid for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from adapters.storefronts.files.groups import Group, groups_in, survey
from adapters.storefronts.files.mapping import FileMapping, require_grouped_by
from adapters.storefronts.files.rows import Problem
from adapters.storefronts.files.sections import Section
from adapters.storefronts.files.values import BadValue, MappingPart, Source, local_time, minor_units, required, whole


class CreditNoteMapping(FileMapping):
    """How rows become credit notes."""

    currency: Annotated[str, Field(description="Of all amounts.")]
    credit_note_id: Source
    requested_at: Source
    order_id: Annotated[Source, Field(description="The order it was bought with; empty where nobody knows.")]
    line_id: Source
    quantity: Source
    credited_minor: Annotated[Source, Field(description="What the shop paid back for the whole row.")]
    reason: Annotated[Source, Field(description="A reason code of the policy.")]

    @model_validator(mode="after")
    def _one_note_for_each_group(self) -> CreditNoteMapping:
        require_grouped_by(self.group_by, self.credit_note_id, field="credit_note_id")
        return self


class CreditLine(MappingPart):
    """Units that came back; without an order where the shop could not tell."""

    order_id: str
    line_id: str
    quantity: int
    credited_minor: int
    reason: str


class CreditNote(MappingPart):
    """What the shop credited at one time."""

    credit_note_id: str
    requested_at: datetime
    lines: tuple[CreditLine, ...]


def read_credit_notes(path: Path, mapping: CreditNoteMapping, folder: Path) -> Iterator[CreditNote | list[Problem]]:
    """Each credit note of the file, or what is wrong with it. Raises UnreadableFile, OSError."""
    found = survey(path, mapping.layout, mapping.group_by)
    section = _section(mapping)
    for group in groups_in(path, mapping.layout, mapping.group_by, scattered=found.scattered, folder=folder):
        yield _credit_note(group, section)


def _section(mapping: CreditNoteMapping) -> Section:
    parsers = {
        "credit_note_id": required,
        "requested_at": local_time(mapping.zone, mapping.requested_at.format),
        "quantity": whole,
        "credited_minor": minor_units(mapping.amounts, mapping.currency),
        "reason": required,
    }
    return Section(mapping, parsers)


def _credit_note(group: Group, section: Section) -> CreditNote | list[Problem]:
    problems, rows = [], []
    for row in group.rows:
        try:
            if row.fault:
                raise BadValue(row.fault.column, row.fault.reason)
            rows.append(section.read(row.values))
        except BadValue as bad:
            problems.append(Problem(row.line, bad.column, bad.reason, group.key))
    if problems:
        return problems
    lines = tuple(CreditLine(**{name: row[name] for name in CreditLine.model_fields}) for row in rows)
    first = rows[0]
    return CreditNote(
        credit_note_id=first["credit_note_id"], requested_at=first["requested_at"].astimezone(UTC), lines=lines
    )
