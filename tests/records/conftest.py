"""Every test of records runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database import SqlRecords, open_records
from tests.records import databases

BACKENDS = ["sqlite", *([pytest.param("postgres", marks=pytest.mark.postgres)] if databases.POSTGRES_URL else [])]


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the migrated SQLite template is; the PostgreSQL template goes when the session ends."""
    yield tmp_path_factory.mktemp("template")
    databases.drop_template()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, template_folder: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if request.param == "sqlite":
        with databases.new_sqlite(tmp_path, template_folder / "template.db") as address:
            yield address
    else:
        with databases.new_postgres() as address:
            yield address


@pytest.fixture
def records(database_url: str) -> Iterator[SqlRecords]:
    """Fresh records with one merchant's policy."""
    from tests.records.builders import MERCHANT, a_policy

    opened = open_records(database_url)
    opened.put_policy(MERCHANT, a_policy())
    yield opened
    opened.close()
