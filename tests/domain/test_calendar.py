"""Deadlines in days, working days and working hours, in the shop's own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domain.calendar import BusinessCalendar, Span, deadline_after, moment_before, next_day_named, window_end

LONDON = "Europe/London"
OFFICE = BusinessCalendar.model_validate(
    {
        "hours": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:30"),
        "holidays": ["12-25", "12-26", "2026-04-03", date(2026, 4, 6)],
    }
)
FRIDAY_AFTERNOON = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)


def due(start: datetime, span: str, *, zone: str = LONDON, calendar: BusinessCalendar = OFFICE) -> datetime:
    """Until when something is due."""
    return deadline_after(start, Span.of(span), calendar=calendar, zone=zone)


@pytest.mark.parametrize(
    ("span", "until"),
    [
        ("48 hours", datetime(2026, 3, 29, 15, 30, tzinfo=UTC)),
        ("1 day", datetime(2026, 3, 28, 15, 30, tzinfo=UTC)),
        ("1 working hour", datetime(2026, 3, 27, 16, 30, tzinfo=UTC)),
        ("2 working hours", datetime(2026, 3, 27, 17, 30, tzinfo=UTC)),
        ("3 working hours", datetime(2026, 3, 30, 9, 0, tzinfo=UTC)),
        ("8 working hours", datetime(2026, 3, 30, 14, 0, tzinfo=UTC)),
        ("0 working days", datetime(2026, 3, 27, 17, 30, tzinfo=UTC)),
        ("1 working day", datetime(2026, 3, 30, 16, 30, tzinfo=UTC)),
        ("5 working days", datetime(2026, 4, 7, 16, 30, tzinfo=UTC)),
    ],
)
def test_from_a_friday_afternoon(span: str, until: datetime) -> None:
    """The weekend, Good Friday and Easter Monday do not count, and on Sunday the clocks go forward."""
    assert due(FRIDAY_AFTERNOON, span) == until


def test_days_end_at_the_same_time_of_day() -> None:
    """A customer who was told "until 3 pm" is not cut off at 2 pm because summer began."""
    assert due(FRIDAY_AFTERNOON, "3 days") == datetime(2026, 3, 30, 14, 30, tzinfo=UTC)


def test_work_that_comes_in_at_night_or_on_a_holiday_waits_for_the_morning() -> None:
    """Eight working hours from Christmas night end on the first working day after."""
    assert due(datetime(2026, 12, 25, 23, 0, tzinfo=UTC), "8 working hours") == datetime(
        2026, 12, 28, 17, 0, tzinfo=UTC
    )


def test_without_a_calendar_the_shop_never_closes() -> None:
    """Then working days end at midnight and working hours are hours."""
    always_open = BusinessCalendar()
    assert due(FRIDAY_AFTERNOON, "1 working day", calendar=always_open) == datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert due(FRIDAY_AFTERNOON, "30 working hours", calendar=always_open) == due(FRIDAY_AFTERNOON, "30 hours")


@pytest.mark.parametrize("written", ["3 weeks", "two days", "1.5 days", "-1 days", "days", "4000 days", 3, None])
def test_what_is_no_span(written: object) -> None:
    """A person who writes something else is told how a span looks."""
    with pytest.raises(ValidationError, match=r"21 days|3650"):
        Span.model_validate(written)


@pytest.mark.parametrize("written", ["1 day", "21 days", "2 working days", "8 working hours", "1 working hour"])
def test_a_span_is_kept_as_it_is_written(written: str) -> None:
    """It comes out of the database as it went in."""
    assert Span.model_validate_json(Span.of(written).model_dump_json()) == Span.of(written)
    assert str(Span.of(written)) == written


@pytest.mark.parametrize(
    "calendar",
    [
        {"hours": {}},
        {"hours": {"monday": "17:00-09:00"}},
        {"hours": {"monday": "9-17"}},
        {"hours": {"monday": "09:00-24:30"}},
        {"hours": {"moonday": "09:00-17:00"}},
        {"holidays": ["12-32"]},
        {"holidays": ["Christmas"]},
        {"holidays": [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 7)]},
    ],
)
def test_what_is_no_calendar(calendar: dict[str, object]) -> None:
    """A shop that never opens, or days that do not exist, are refused before a deadline is counted by them."""
    with pytest.raises(ValidationError):
        BusinessCalendar.model_validate(calendar)


def test_the_next_such_day() -> None:
    """The end of January after a purchase in December is next year's; a written date is itself; leap days are found."""
    assert next_day_named(date(2026, 12, 10), "01-31") == date(2027, 1, 31)
    assert next_day_named(date(2026, 1, 31), "01-31") == date(2026, 1, 31)
    assert next_day_named(date(2026, 12, 10), "2026-01-31") == date(2026, 1, 31)
    assert next_day_named(date(2097, 1, 1), "02-29") == date(2104, 2, 29)


def test_a_window_ends_with_its_last_day_or_before_it() -> None:
    """The day of delivery is day 0."""
    start = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    assert window_end(start, days=14, zone="UTC", last_day_counts=True) == datetime(2026, 3, 19, tzinfo=UTC)
    assert window_end(start, days=14, zone="UTC", last_day_counts=False) == datetime(2026, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "warned"),
    [
        ("48 hours", datetime(2026, 3, 28, 10, 0, tzinfo=UTC)),
        ("1 day", datetime(2026, 3, 29, 10, 0, tzinfo=UTC)),
        ("3 days", datetime(2026, 3, 27, 11, 0, tzinfo=UTC)),
        ("2 working hours", datetime(2026, 3, 30, 8, 0, tzinfo=UTC)),
        ("4 working hours", datetime(2026, 3, 27, 15, 30, tzinfo=UTC)),
        ("0 working days", datetime(2026, 3, 30, 10, 0, tzinfo=UTC)),
        ("1 working day", datetime(2026, 3, 27, 9, 0, tzinfo=UTC)),
        ("2 working days", datetime(2026, 3, 26, 9, 0, tzinfo=UTC)),
    ],
)
def test_back_from_a_monday_morning(span: str, warned: datetime) -> None:
    """Before 11 am on the Monday after the clocks went forward; the weekend is nobody's time to work."""
    monday = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
    assert moment_before(monday, Span.of(span), calendar=OFFICE, zone=LONDON) == warned
