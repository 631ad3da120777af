"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House
from tests.records.databases import new_sqlite


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated database is that each test gets a copy of."""
    return tmp_path_factory.mktemp("api") / "template.db"


@pytest.fixture
def house(tmp_path: Path, template: Path) -> Iterator[House]:
    """A fresh installation."""
    with new_sqlite(tmp_path, template) as address:
        made = House(address, tmp_path)
        yield made
        made.close()
