"""Dispatch is tested on both databases, like the records."""

from __future__ import annotations

import pytest

from records.database import SqlRecords
from tests.dispatch.fakes import FakeStories
from tests.fakes.clock import FakeClock
from tests.records.conftest import database_url, records, template_folder
from tests.workflows.fixtures import env, house

__all__ = ["database_url", "env", "house", "records", "template_folder"]


@pytest.fixture
def clock() -> FakeClock:
    """A clock at the time of the builders' claims."""
    from tests.records.builders import NOON

    return FakeClock(NOON)


@pytest.fixture
def stories(records: SqlRecords) -> FakeStories:
    """No case runs yet."""
    return FakeStories(records)
