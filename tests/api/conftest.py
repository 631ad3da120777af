"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh installation."""
    made = House(tmp_path)
    yield made
    made.close()
