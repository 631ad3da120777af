"""Rows of a CSV or JSON Lines file, plain or gzip, one at a time and each with its line number."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

GZIP_MAGIC = b"\x1f\x8b"
CSV_SUFFIXES = {".csv": ",", ".tsv": "\t"}
JSON_SUFFIXES = (".jsonl", ".ndjson")

Values = Mapping[str, str]


class UnreadableFile(ValueError):
    """The file as a whole cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be used, and the column to blame; empty when it is the row as a whole."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column, all as text. With a fault, only what could still be read."""

    line: int
    values: Values
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be used: the line, the column (empty: the row as a whole), the reason, and its group."""

    line: int
    column: str
    reason: str
    key: str = ""


@dataclass(frozen=True)
class Layout:
    """How the file is written. `delimiter` empty: a comma, or a tab in a .tsv. `items` names a column with a list."""

    encoding: str = "utf-8"
    delimiter: str = ""
    items: str = ""


def read_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """The rows in the order of the file; a row that cannot be read has a fault, and the next one follows.

    Raises UnreadableFile, OSError.
    """
    with _opened(path, layout.encoding) as text:
        rows = _csv_rows(text, _delimiter(path, layout)) if is_csv(path) else _json_rows(text)
        for row in rows:
            yield from _items_of(row, layout.items) if layout.items and not row.fault else (row,)


def read_columns(path: Path, layout: Layout) -> tuple[str, ...] | None:
    """The columns that the header of a CSV names; None for JSON Lines, which has no header. Raises UnreadableFile."""
    if not is_csv(path):
        return None
    with _opened(path, layout.encoding) as text:
        return _header(csv.reader(text, delimiter=_delimiter(path, layout)))


def is_csv(path: Path) -> bool:
    """Whether the name is of a CSV rather than of JSON Lines; raises UnreadableFile when it is of neither."""
    suffix = _suffix(path)
    if suffix not in (*CSV_SUFFIXES, *JSON_SUFFIXES):
        known = ", ".join((*CSV_SUFFIXES, *JSON_SUFFIXES))
        raise UnreadableFile(f"{path.name}: the name must end in {known}, with or without .gz")
    return suffix in CSV_SUFFIXES


def _suffix(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _delimiter(path: Path, layout: Layout) -> str:
    return layout.delimiter or CSV_SUFFIXES[_suffix(path)]


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[TextIO]:
    with path.open("rb") as raw:
        # By content: browsers unpack what they save and keep the name.
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        plain = gzip.GzipFile(fileobj=raw) if packed else raw
        # A byte order mark, as spreadsheets write it, is not part of the first column's name.
        name = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
        try:
            with io.TextIOWrapper(io.BufferedReader(plain), encoding=name, newline="") as text:
                yield text
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{path.name} is not {encoding}: {error.reason}; name its `encoding` in the mapping")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(f"{path.name} is cut off or damaged: {error}") from None


def _header(reader: Any) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in next(reader, []))
    if not columns:
        raise UnreadableFile("the file is empty: its first line must name the columns")
    if repeated := {name for name in columns if columns.count(name) > 1}:
        raise UnreadableFile(f"the header names a column twice: {', '.join(sorted(repeated))}")
    return columns


def _csv_rows(text: TextIO, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    columns = _header(reader)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _faulty(line, f"the row cannot be read: {error}")
            continue
        if len(fields) == len(columns):
            yield Row(line, dict(zip(columns, fields, strict=True)))
        elif fields:
            reason = f"the row has {len(fields)} fields and the header {len(columns)}"
            yield _faulty(line, reason, dict(zip(columns, fields, strict=False)))


def _json_rows(text: TextIO) -> Iterator[Row]:
    for line, written in enumerate(text, start=1):
        if not written.strip():
            continue
        try:
            # Numbers stay as they are written: an amount must not pass through a float.
            found = json.loads(written, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            yield _faulty(line, f"the line is not JSON: {error}")
            continue
        yield Row(line, _flat(found)) if isinstance(found, dict) else _faulty(line, "the line is not a JSON object")


def _faulty(line: int, reason: str, values: Values | None = None) -> Row:
    return Row(line, values or {}, Fault("", reason))


def _flat(found: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested objects become columns with dots; lists stay JSON, for `items`."""
    flat: dict[str, str] = {}
    for name, value in found.items():
        match value:
            case dict():
                flat |= _flat(value, f"{prefix}{name}.")
            case list():
                flat[prefix + name] = json.dumps(value)
            case None:
                flat[prefix + name] = ""
            case bool():
                flat[prefix + name] = "true" if value else "false"
            case _:
                flat[prefix + name] = str(value)
    return flat


def _items_of(row: Row, column: str) -> Iterator[Row]:
    """A row per item of the list in that column, each with the columns of the row beside its own."""
    try:
        items = json.loads(row.values.get(column) or "[]", parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        yield Row(row.line, row.values, Fault(column, f"this is not JSON: {error}"))
        return
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        yield Row(row.line, row.values, Fault(column, "this is not a list of one or more JSON objects"))
        return
    shared = {name: value for name, value in row.values.items() if name != column}
    for item in items:
        yield Row(row.line, shared | _flat(item, f"{column}."))
