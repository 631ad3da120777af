"""Rows of one order together: as they follow one another, or sorted through a file when they do not."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from adapters.storefronts.files.rows import Fault, Layout, Row, read_rows

# More rows than an order has in any shop: a wrong `group_by` must not gather the whole file in memory.
MOST_ROWS = 20_000
READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Survey:
    """What a look through the whole file found. `scattered`: the rows of some group do not follow one another."""

    sha256: str
    rows: int
    groups: int
    scattered: bool


@dataclass
class Group:
    """The rows with one value in the grouping column, in the order of the file. An empty key: rows of no known group."""

    key: str
    rows: list[Row] = field(default_factory=list)
    count: int = 0

    def add(self, row: Row) -> None:
        """The row belongs to it; past the limit only the fact is kept."""
        self.count += 1
        if self.count <= MOST_ROWS:
            self.rows.append(row)
        elif self.count == MOST_ROWS + 1:
            reason = f"more than {MOST_ROWS} rows have the same value here: is this the column that groups rows?"
            self.rows = [Row(row.line, {}, Fault("", reason))]


def survey(path: Path, layout: Layout, group_by: str) -> Survey:
    """What the file holds; nothing of it is kept. Raises UnreadableFile, OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while chunk := raw.read(READ_BYTES):
            digest.update(chunk)
    rows, last, scattered = 0, "", False
    seen: set[int] = set()
    for row in read_rows(path, layout):
        rows += 1
        key = _key(row, group_by)
        if key and key != last:
            # Two keys of the same hash cost a needless sort and nothing else.
            scattered = scattered or hash(key) in seen
            seen.add(hash(key))
            last = key
    return Survey(sha256=digest.hexdigest(), rows=rows, groups=len(seen), scattered=scattered)


def groups_in(path: Path, layout: Layout, group_by: str, *, scattered: bool, folder: Path) -> Iterator[Group]:
    """Each group once, by its first row in the file; scattered ones are sorted in a file that is gone afterwards.

    Raises UnreadableFile, OSError.
    """
    rows = read_rows(path, layout)
    return _sorted_groups(rows, group_by, folder) if scattered else _following_groups(rows, group_by)


def _following_groups(rows: Iterable[Row], group_by: str) -> Iterator[Group]:
    group, nameless = Group(""), Group("")
    for row in rows:
        key = _key(row, group_by)
        if not key:
            nameless.add(row)
            continue
        if key == group.key and nameless.rows:
            # Between two rows of one order: it misses this row, and may not go in without it.
            group.rows.extend(nameless.rows)
            nameless = Group("")
        elif key != group.key:
            yield from (each for each in (group, nameless) if each.rows)
            group, nameless = Group(key), Group("")
        group.add(row)
    yield from (each for each in (group, nameless) if each.rows)


def _sorted_groups(rows: Iterable[Row], group_by: str, folder: Path) -> Iterator[Group]:
    file = folder / "rows-to-sort.db"
    file.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            yield from _through(connection, rows, group_by)
    finally:
        file.unlink(missing_ok=True)


def _through(connection: sqlite3.Connection, rows: Iterable[Row], group_by: str) -> Iterator[Group]:
    # The file is thrown away whatever happens, so nothing has to survive a crash.
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("CREATE TABLE rows (place INTEGER PRIMARY KEY, key TEXT, line INTEGER, row TEXT)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO rows (key, line, row) VALUES (?, ?, ?)",
        ((_key(row, group_by), row.line, _written(row)) for row in rows),
    )
    connection.execute("CREATE INDEX by_key ON rows (key, place)")
    found = connection.execute(
        "SELECT key, line, row FROM rows JOIN (SELECT key, MIN(place) AS first FROM rows GROUP BY key) USING (key)"
        " ORDER BY first, place"
    )
    for key, members in groupby(found, key=itemgetter(0)):
        group = Group(key)
        for _, line, written in members:
            group.add(_read(line, written))
        yield group


def _written(row: Row) -> str:
    return json.dumps([row.values, [row.fault.column, row.fault.reason] if row.fault else None])


def _read(line: int, written: str) -> Row:
    values, fault = json.loads(written)
    return Row(line, values, Fault(*fault) if fault else None)


def _key(row: Row, group_by: str) -> str:
    return row.values.get(group_by, "").strip()
