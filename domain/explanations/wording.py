"""Spans of time in words, and which of several misses was the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from domain.explanations.models import ConsideredRule


def say_span(span: timedelta) -> str:
    """Days and hours, or hours and minutes when it is less than a day."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min"


def nearest_miss(rules: Iterable[ConsideredRule]) -> ConsideredRule | None:
    """The rule that was closest to applying, as a share of its limit; None where none can be measured."""
    measured = [(rule.margin.share, rule) for rule in rules if rule.margin is not None]
    return min(measured, key=lambda pair: pair[0])[1] if measured else None
