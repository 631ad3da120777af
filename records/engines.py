"""Connections: one writer and many readers for a database address."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url

# The longest that a writer waits for another; far above any transaction of ours, below an activity's own time-out.
WRITE_WAIT_SECONDS = 30
READERS = 8
WRITERS_POSTGRES = 16
# Python cannot hold a time of year 1 that the server's own zone moves into the year before.
IN_UTC = "-c timezone=UTC"


@dataclass(frozen=True)
class Engines:
    """Where to write and where to read. On PostgreSQL the readers commit nothing, so a read is one round trip."""

    writer: Engine
    reader: Engine

    def dispose(self) -> None:
        """All connections are closed."""
        self.writer.dispose()
        self.reader.dispose()


def parse_database_url(database_url: str) -> URL:
    """The address with the driver that we use. Raises ValueError for what is neither SQLite on disk nor PostgreSQL."""
    url = make_url(database_url)
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ValueError(f"the database must be sqlite:///PATH or postgresql://..., not {backend}://")
    if url.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file, such as sqlite:///.data/aftercart.db: other processes read it too")
    return url.set(drivername="sqlite+pysqlite")


def open_engines(database_url: str) -> Engines:
    """Engines for that address; nothing is connected yet. Raises ValueError for an address that cannot be used."""
    url = parse_database_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Engines(writer=sqlite_writer(url), reader=_sqlite_reader(url))
    return Engines(writer=postgres_writer(url), reader=_postgres_reader(url))


def sqlite_writer(url: URL) -> Engine:
    """One connection whose transactions take the write lock at once.

    A plain BEGIN takes it with the first write, and then fails at once when somebody wrote in between.
    """
    engine = _sqlite(url, size=1)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def postgres_writer(url: URL) -> Engine:
    """Transactions at READ COMMITTED; rows that a decision rests on are locked by the functions that read them."""
    return create_engine(
        url,
        pool_size=WRITERS_POSTGRES,
        pool_timeout=WRITE_WAIT_SECONDS,
        # A restarted server must cost nobody an error.
        pool_pre_ping=True,
        connect_args={"options": f"{IN_UTC} -c lock_timeout={WRITE_WAIT_SECONDS * 1000}", "connect_timeout": 5},
    )


def _sqlite_reader(url: URL) -> Engine:
    engine = _sqlite(url, size=READERS)
    event.listen(engine, "connect", _refuse_writes)
    return engine


def _postgres_reader(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=READERS,
        pool_timeout=WRITE_WAIT_SECONDS,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": f"{IN_UTC} -c default_transaction_read_only=on", "connect_timeout": 5},
    )


def _sqlite(url: URL, *, size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=WRITE_WAIT_SECONDS,
        # None: the driver starts no transactions of its own. The pool hands a connection to one thread at a time.
        connect_args={"timeout": WRITE_WAIT_SECONDS, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_writes(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
