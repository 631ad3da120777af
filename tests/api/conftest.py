"""What the tests of the API share: like the records, it is tested on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House
from tests.records import databases
from tests.records.conftest import database_url, template_folder

__all__ = ["database_url", "template_folder"]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A fresh installation."""
    made = House(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def one_house(tmp_path: Path, template_folder: Path) -> Iterator[House]:
    """A fresh installation on SQLite, for words that are the same on every database; rules are put in force by two."""
    with databases.new_sqlite(tmp_path, template_folder / "template.db") as address:
        made = House(address, tmp_path, policies={"four_eyes": True})
        yield made
        made.close()


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory, template_folder: Path) -> Iterator[House]:
    """One installation on SQLite for all of a module, for questions that leave no trace."""
    folder = tmp_path_factory.mktemp("shared")
    with databases.new_sqlite(folder, template_folder / "template.db") as address:
        made = House(address, folder, api={"rate_limit": "1000000/second"})
        yield made
        made.close()
