"""The import of a file: groups of rows in, documents on record, what cannot be used in the errors file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic, Protocol, TextIO, TypeVar

from adapters.storefronts.files.assembling import Assembled
from adapters.storefronts.files.groups import Group, Survey, groups_in
from adapters.storefronts.files.mapping import FileMapping
from adapters.storefronts.files.rows import Problem, UnreadableFile, read_columns
from cli.checkpoints import Checkpoint, Tally

Made = TypeVar("Made")

# Documents in one transaction: more is hardly quicker, and other writers wait for each.
BATCH = 250
# What the summary counts beside the outcomes of the records.
BAD_ROWS = "bad_rows"


class Receipt(Protocol):
    """What the records answered to one document."""

    @property
    def outcome(self) -> str:
        """One word for the summary."""
        ...

    @property
    def stored(self) -> bool:
        """Whether it is on record."""
        ...

    @property
    def problem(self) -> str:
        """Why it is not."""
        ...


@dataclass(frozen=True)
class Destination(Generic[Made]):
    """What the rows of a file become, and where that goes. `noun` is one of them, such as order."""

    noun: str
    assemble: Callable[[Group], Assembled[Made]]
    put: Callable[[Sequence[Made]], Sequence[Receipt]]
    name_of: Callable[[Made], str]
    is_known: Callable[[str], bool]


class FileImport(Generic[Made]):
    """One file on its way to its destination."""

    def __init__(self, path: Path, mapping: FileMapping, *, survey: Survey, destination: Destination[Made]) -> None:
        self._path, self._mapping, self._survey = path, mapping, survey
        self._to = destination

    def run(self, checkpoint: Checkpoint, *, advance: Callable[[int], None], first: Tally | None = None) -> Tally:
        """Every document of the file is on record or in the errors file; `first` is where an earlier run ended.

        `advance` hears how many rows were dealt with. Raises UnreadableFile, Unavailable, OSError.
        """
        tally = first or Tally()
        advance(tally.rows)
        groups = groups_in(
            self._path,
            self._mapping.layout,
            self._mapping.group_by,
            scattered=self._survey.scattered,
            folder=checkpoint.folder,
        )
        made = (self._to.assemble(group) for group in islice(groups, tally.groups, None))
        with _errors_file(checkpoint.errors_file, keep=tally.errors_bytes, noun=self._to.noun) as errors:
            for batch in _batches(made):
                self._put(batch, tally, errors)
                errors.flush()
                tally.errors_bytes = errors.tell()
                checkpoint.write(tally)
                advance(sum(each.rows for each in batch))
        checkpoint.forget(tally)
        return tally

    def _put(self, batch: Sequence[Assembled[Made]], tally: Tally, errors: TextIO) -> None:
        good = [(each.key, each.made) for each in batch if each.made is not None]
        receipts = self._to.put([made for _, made in good])
        by_key = {key: (made, receipt) for (key, made), receipt in zip(good, receipts, strict=True)}
        writer = csv.writer(errors)
        for each in batch:
            tally.groups += 1
            tally.rows += each.rows
            tally.skipped.update(each.skipped)
            made, receipt = by_key.get(each.key, (None, None)) if each.made is not None else (None, None)
            tally.outcomes[receipt.outcome if receipt else BAD_ROWS] += 1
            if made is not None and receipt and receipt.stored:
                tally.last_stored = self._to.name_of(made)
            for problem in _problems(each, receipt):
                tally.problems += 1
                writer.writerow((problem.line, problem.key, problem.column, problem.reason))


def goes_on(tally: Tally | None, destination: Destination[Made]) -> bool:
    """Whether an earlier run can be continued: what it says it stored is there."""
    return tally is not None and bool(tally.last_stored) and destination.is_known(tally.last_stored)


def require_columns(path: Path, mapping: FileMapping) -> None:
    """The file has every column that the mapping names; raises UnreadableFile otherwise."""
    known = read_columns(path, mapping.layout)
    if known is not None and (missing := [column for column in mapping.columns if column not in known]):
        raise UnreadableFile(
            f"{path.name} has no column {', '.join(map(repr, missing))}, which the mapping names; it has: {', '.join(known)}"
        )


def _problems(each: Assembled[Made], receipt: Receipt | None) -> list[Problem]:
    if receipt is None or receipt.stored:
        return each.problems
    return [Problem(each.first_line, "", receipt.problem, each.key)]


def _batches(made: Iterable[Assembled[Made]]) -> Iterator[list[Assembled[Made]]]:
    made = iter(made)
    while batch := list(islice(made, BATCH)):
        yield batch


def _errors_file(path: Path, *, keep: int, noun: str) -> TextIO:
    """The errors file with what was noted up to the checkpoint, to be continued."""
    if not keep:
        path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    file = path.open("r+", newline="", encoding="utf-8")
    file.seek(keep)
    file.truncate()
    if not keep:
        csv.writer(file).writerow(("line", noun, "column", "reason"))
    return file
