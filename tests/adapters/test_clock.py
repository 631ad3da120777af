"""Ids of different processes sort by time, and a clock that is set back does not break the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SystemClock


def test_ids_of_two_processes_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one process noted a millisecond after another comes later in every list."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    earlier, later = SystemClock(), SystemClock()
    monkeypatch.setattr(earlier, "now", lambda: noon)
    monkeypatch.setattr(later, "now", lambda: noon + timedelta(milliseconds=1))

    assert max(earlier.new_id("evt") for _ in range(100)) < min(later.new_id("evt") for _ in range(100))


def test_clock_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody sets the machine's clock back, new events still sort after the old ones."""
    clock = SystemClock()
    before = clock.new_id("evt")
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))

    assert clock.new_id("evt") > before
