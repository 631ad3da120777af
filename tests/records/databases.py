"""Fresh, migrated databases for tests, quickly: a template is migrated once and copied."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from records.engines import parse_database_url
from records.schema import migrate

POSTGRES_URL = os.environ.get("AFTERCART_TEST_POSTGRES_URL", "")


@contextmanager
def new_sqlite(folder: Path, template: Path) -> Iterator[str]:
    """The address of a database like the template, in `folder`."""
    if not template.exists():
        migrate(f"sqlite:///{template}")
    path = folder / f"{uuid.uuid4().hex}.db"
    shutil.copy(template, path)
    yield f"sqlite:///{path}"


@contextmanager
def new_postgres() -> Iterator[str]:
    """The address of a database like the template, on the server of the environment; dropped afterwards."""
    name = f"aftercart_test_{uuid.uuid4().hex[:12]}"
    server = _server()
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_template()}"))
    try:
        yield _address(name)
    finally:
        _drop(name)


def drop_template() -> None:
    """The template of this run is gone."""
    if _template.cache_info().currsize:
        _drop(_template())
        _template.cache_clear()


def empty_postgres() -> str:
    """The address of a new database without any table; `drop_postgres` removes it."""
    name = f"aftercart_test_{uuid.uuid4().hex[:12]}"
    with _server().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return _address(name)


def remove(address: str) -> None:
    """Whoever connects to that address finds no database, and cannot make one."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        path.unlink()
        path.mkdir()
    else:
        drop_postgres(address)


def drop_postgres(address: str) -> None:
    """The database is gone, whoever is still connected."""
    _drop(make_url(address).database or "")


@cache
def _server() -> Engine:
    return create_engine(parse_database_url(POSTGRES_URL), isolation_level="AUTOCOMMIT")


@cache
def _template() -> str:
    address = empty_postgres()
    migrate(address)
    return make_url(address).database or ""


def _drop(name: str) -> None:
    with _server().connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _address(name: str) -> str:
    return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
