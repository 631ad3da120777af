"""The import of a file of orders: groups of rows in, orders on record, what cannot be used in the errors file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

from adapters.storefronts.files.groups import Survey, groups_in
from adapters.storefronts.files.mapping import OrderMapping
from adapters.storefronts.files.orders import Assembled, OrderAssembler
from adapters.storefronts.files.rows import Problem, UnreadableFile, read_columns
from cli.checkpoints import Checkpoint, Tally
from domain.cases import Actor, Role
from domain.errors import UnknownOrder
from records.database import SqlRecords
from records.models import OrderReceipt

# Orders in one transaction: more is hardly quicker, and other writers wait for each.
BATCH = 250
IMPORTER = Actor(name="orders-import", role=Role.SYSTEM)
COLUMNS = ("line", "order", "column", "reason")
# What the summary counts beside the outcomes of the records.
BAD_ROWS = "bad_rows"


class OrderImport:
    """One file on its way into the records of one merchant."""

    def __init__(
        self, path: Path, mapping: OrderMapping, *, survey: Survey, records: SqlRecords, merchant: str
    ) -> None:
        self._path, self._mapping, self._survey = path, mapping, survey
        self._records, self._merchant = records, merchant
        self._assembler = OrderAssembler(mapping)

    def run(self, checkpoint: Checkpoint, *, advance: Callable[[int], None], first: Tally | None = None) -> Tally:
        """Every order of the file is on record or in the errors file; `first` is where an earlier run ended.

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
        made = (self._assembler.assemble(group) for group in islice(groups, tally.groups, None))
        with _errors_file(checkpoint.errors_file, keep=tally.errors_bytes) as errors:
            for batch in _batches(made):
                self._put(batch, tally, errors)
                errors.flush()
                tally.errors_bytes = errors.tell()
                checkpoint.write(tally)
                advance(sum(each.rows for each in batch))
        checkpoint.forget(tally)
        return tally

    def _put(self, batch: Sequence[Assembled], tally: Tally, errors: TextIO) -> None:
        good = [each for each in batch if each.order]
        receipts = self._records.put_orders(self._merchant, [each.order for each in good if each.order], actor=IMPORTER)
        by_key = {each.key: receipt for each, receipt in zip(good, receipts, strict=True)}
        writer = csv.writer(errors)
        for each in batch:
            tally.groups += 1
            tally.rows += each.rows
            tally.skipped.update(each.skipped)
            receipt = by_key.get(each.key) if each.order else None
            tally.outcomes[receipt.outcome if receipt else BAD_ROWS] += 1
            if receipt and receipt.stored:
                tally.last_stored = receipt.order_id
            for problem in _problems(each, receipt):
                tally.problems += 1
                writer.writerow((problem.line, problem.order_id, problem.column, problem.reason))


def goes_on(tally: Tally | None, records: SqlRecords, merchant: str) -> bool:
    """Whether an earlier run can be continued: what it says it stored is there."""
    if tally is None or not tally.last_stored:
        return False
    try:
        records.reads.order(merchant, tally.last_stored)
    except UnknownOrder:
        return False
    return True


def require_columns(path: Path, mapping: OrderMapping) -> None:
    """The file has every column that the mapping names; raises UnreadableFile otherwise."""
    known = read_columns(path, mapping.layout)
    if known is not None and (missing := [column for column in mapping.columns if column not in known]):
        raise UnreadableFile(
            f"{path.name} has no column {', '.join(map(repr, missing))}, which the mapping names; it has: {', '.join(known)}"
        )


def _problems(each: Assembled, receipt: OrderReceipt | None) -> list[Problem]:
    if receipt is None or receipt.stored:
        return each.problems
    return [Problem(each.first_line, "", receipt.problem, each.key)]


def _batches(made: Iterable[Assembled]) -> Iterator[list[Assembled]]:
    made = iter(made)
    while batch := list(islice(made, BATCH)):
        yield batch


def _errors_file(path: Path, *, keep: int) -> TextIO:
    """The errors file with what was noted up to the checkpoint, to be continued."""
    if not keep:
        path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    file = path.open("r+", newline="", encoding="utf-8")
    file.seek(keep)
    file.truncate()
    if not keep:
        csv.writer(file).writerow(COLUMNS)
    return file
