"""Days as people count them: in the merchant's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def window_end(start: datetime, *, days: int, zone: str, last_day_counts: bool) -> datetime:
    """The first moment that is too late, in UTC, for a window of `days` that `start` (aware) opens.

    The day of `start` is day 0. When the last day counts the window ends with that day, else with its beginning.
    """
    local = start.astimezone(ZoneInfo(zone))
    first_late_day = local.date() + timedelta(days=days + (1 if last_day_counts else 0))
    return datetime.combine(first_late_day, time.min, ZoneInfo(zone)).astimezone(UTC)


def days_after(start: datetime, days: int) -> datetime:
    """The deadline `days` times 24 hours after `start`."""
    return start + timedelta(days=days)
