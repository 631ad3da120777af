"""The sandbox's memory: one SQLite file of documents, remembered answers and outgoing webhooks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS documents_by_owner ON documents (kind, owner, seq);
CREATE TABLE IF NOT EXISTS answers (
    vendor TEXT NOT NULL,
    key TEXT NOT NULL,
    asked TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (vendor, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL,
    event_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (done, due_at);
"""


@dataclass(frozen=True)
class Answer:
    """What a vendor answered to the first request with an idempotency key, and a digest of what was asked."""

    asked: str
    status: int
    body: str
    request_id: str


@dataclass(frozen=True)
class Delivery:
    """A webhook on its way."""

    seq: int
    vendor: str
    event_id: str
    body: str
    attempts: int


class Transaction:
    """Reads and writes that are kept together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, kind: str, id: str) -> Document | None:
        """The document of that kind and id."""
        row = self._connection.execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, document: Document, *, owner: str = "") -> Document:
        """The document is stored under its `id`; `owner` is what it can be listed by and never changes."""
        self._connection.execute(
            "INSERT INTO documents (kind, id, owner, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, document["id"], owner, json.dumps(document)),
        )
        return document

    def newest(self, kind: str, *, owner: str | None = None) -> list[Document]:
        """All documents of a kind (of one owner), newest first."""
        rows = self._connection.execute(
            "SELECT body FROM documents WHERE kind = ? AND (? IS NULL OR owner = ?) ORDER BY seq DESC",
            (kind, owner, owner),
        )
        return [json.loads(row[0]) for row in rows]

    def count(self, kind: str) -> int:
        """How many documents of that kind there are."""
        return int(self._connection.execute("SELECT count(*) FROM documents WHERE kind = ?", (kind,)).fetchone()[0])

    def answer(self, vendor: str, key: str) -> Answer | None:
        """What was answered to the first request with that key."""
        row = self._connection.execute(
            "SELECT asked, status, body, request_id FROM answers WHERE vendor = ? AND key = ?", (vendor, key)
        ).fetchone()
        return Answer(*row) if row else None

    def remember_answer(self, vendor: str, key: str, answer: Answer) -> None:
        """The next request with that key gets this answer."""
        self._connection.execute(
            "INSERT INTO answers (vendor, key, asked, status, body, request_id) VALUES (?, ?, ?, ?, ?, ?)",
            (vendor, key, answer.asked, answer.status, answer.body, answer.request_id),
        )

    def forget_answers(self, vendor: str) -> int:
        """No key of that vendor is known any more; returns how many there were."""
        return self._connection.execute("DELETE FROM answers WHERE vendor = ?", (vendor,)).rowcount

    def queue_delivery(self, vendor: str, event_id: str, body: str, *, due_at: float) -> None:
        """The webhook will be delivered from `due_at` on, also when the process is restarted before."""
        self._connection.execute(
            "INSERT INTO deliveries (vendor, event_id, body, due_at) VALUES (?, ?, ?, ?)",
            (vendor, event_id, body, due_at),
        )

    def due_deliveries(self, now: float) -> list[Delivery]:
        """Webhooks to try now, oldest first."""
        rows = self._connection.execute(
            "SELECT seq, vendor, event_id, body, attempts FROM deliveries WHERE done = 0 AND due_at <= ?"
            " ORDER BY due_at, seq LIMIT 100",
            (now,),
        )
        return [Delivery(*row) for row in rows]

    def record_attempt(self, delivery: Delivery, *, done: bool, due_at: float, answer: str) -> None:
        """The attempt is on record, and the next one is due then unless it is `done` with."""
        self._connection.execute(
            "UPDATE deliveries SET attempts = attempts + 1, done = ?, due_at = ?, last_answer = ? WHERE seq = ?",
            (done, due_at, answer, delivery.seq),
        )

    def deliveries(self) -> list[Document]:
        """Every webhook ever queued and how far it came, oldest first; `due_at` is when it was last due."""
        rows = self._connection.execute(
            "SELECT vendor, event_id, attempts, done, last_answer, body, due_at FROM deliveries ORDER BY seq"
        )
        names = ("vendor", "event_id", "attempts", "done", "last_answer", "body", "due_at")
        return [
            {**dict(zip(names, row, strict=True)), "done": bool(row[3]), "body": json.loads(row[5])} for row in rows
        ]

    def clear(self) -> None:
        """Nothing is stored any more."""
        for table in ("documents", "answers", "deliveries"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - three constant names


class Store:
    """The file. Only the event loop's thread uses it, one transaction at a time, so writers never meet."""

    def __init__(self, file: Path | str) -> None:
        if isinstance(file, Path):
            file.parent.mkdir(parents=True, exist_ok=True)
        # Tests start the server in another thread than the one that made the store.
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        # With WAL a commit is in the page cache when it returns: it survives kill -9 of the process, and that is asked.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All that is written inside is kept, or nothing when it is left by an exception."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield Transaction(self._connection)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """The file is closed."""
        self._connection.close()
