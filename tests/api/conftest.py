"""What the tests of the API share: like the records, it is tested on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House
from tests.records.conftest import database_url, template_folder

__all__ = ["database_url", "template_folder"]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A fresh installation."""
    made = House(database_url, tmp_path)
    yield made
    made.close()
