"""Time as people count it: windows in the merchant's time zone, deadlines in the shop's working days and hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_serializer,
    model_validator,
)

DAY = timedelta(days=1)
MINUTES_OF_A_DAY = 24 * 60
_SPAN = re.compile(r"(?P<amount>[0-9]{1,4}) (?P<unit>(?:working )?(?:day|hour))s?")
_HOURS = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")


class SpanUnit(StrEnum):
    """What a span is counted in."""

    DAYS = "days"
    HOURS = "hours"
    WORKING_DAYS = "working days"
    WORKING_HOURS = "working hours"


class Span(BaseModel):
    """How long something may take, written as people say it: `21 days`, `2 working days`, `8 working hours`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=0, le=3650)]
    unit: SpanUnit

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if not isinstance(written, str):
            if isinstance(written, Mapping):
                return written
            raise ValueError("write a span such as 21 days, 2 working days or 8 working hours")
        if found := _SPAN.fullmatch(written.strip()):
            return {"amount": int(found["amount"]), "unit": f"{found['unit']}s"}
        raise ValueError(f"{written!r} is not a span such as 21 days, 2 working days or 8 working hours")

    @model_serializer
    def _write(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, *_: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_SPAN.pattern.replace('?P<amount>', '').replace('?P<unit>', '')}$"}

    @classmethod
    def of(cls, written: str) -> Self:
        """The span that is written so. Raises ValueError."""
        return cls.model_validate(written)

    @property
    def length(self) -> timedelta:
        """Its length if the shop never closed: for comparing spans, never for a deadline."""
        hours = self.unit in (SpanUnit.HOURS, SpanUnit.WORKING_HOURS)
        return timedelta(hours=self.amount) if hours else timedelta(days=self.amount)

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.amount == 1 else self.unit
        return f"{self.amount} {unit}"


class Weekday(StrEnum):
    """The days of the week, Monday first as in ISO 8601."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _check_hours(written: str) -> str:
    opens, closes = _minutes(written)
    if not 0 <= opens < closes <= MINUTES_OF_A_DAY:
        raise ValueError(f"{written!r} must open before it closes, within 00:00-24:00")
    return written


def _minutes(written: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(written)
    if not found:
        raise ValueError(f"{written!r} are not opening hours such as 09:00-17:30")
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return opens, closes


def read_day(written: Any) -> Any:
    """A date, or a day of every year as MM-DD; YAML hands over dates as such."""
    return written.isoformat() if isinstance(written, date) else written


def _check_day(written: str) -> str:
    try:
        # A leap year, so that 02-29 is a day.
        date.fromisoformat(f"2024-{written}" if is_yearly(written) else written)
    except ValueError:
        raise ValueError(
            f"{written!r} is neither a date such as 2026-12-25 nor a day of every year such as 12-25"
        ) from None
    return written


Hours = Annotated[str, AfterValidator(_check_hours)]
Day = Annotated[str, BeforeValidator(read_day), AfterValidator(_check_day)]


def is_yearly(written: str) -> bool:
    """Whether a day is one of every year."""
    return _YEARLY.fullmatch(written) is not None


def is_day(day: date, written: str) -> bool:
    """Whether the date is the one written, or that day of any year."""
    return f"{day:%Y-%m-%d}" == written or f"{day:%m-%d}" == written


class BusinessCalendar(BaseModel):
    """When the shop works: hours of each weekday (a day that is left out is closed) and holidays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: Annotated[dict[Weekday, Hours], Field(min_length=1)] = dict.fromkeys(Weekday, "00:00-24:00")
    holidays: Annotated[tuple[Day, ...], Field(max_length=200)] = ()

    @field_validator("holidays")
    @classmethod
    def _year_has_working_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        if sum(1 for day in days if is_yearly(day)) > 60:
            raise ValueError("more than 60 holidays in every year")
        return days

    def is_working_day(self, day: date) -> bool:
        """Whether the shop opens on that day."""
        return _weekday(day) in self.hours and not any(is_day(day, holiday) for holiday in self.holidays)

    def opening(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """When the shop opens and closes on a working day, aware."""
        opens, closes = _minutes(self.hours[_weekday(day)])
        return _moment(day, opens, zone), _moment(day, closes, zone)

    def next_working_day(self, day: date) -> date:
        """That day, or the first one after it on which the shop opens."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def last_working_day(self, day: date) -> date:
        """That day, or the last one before it on which the shop opens."""
        while not self.is_working_day(day):
            day -= DAY
        return day


def window_end(start: datetime, *, days: int, zone: str, last_day_counts: bool) -> datetime:
    """The first moment that is too late, in UTC, for a window of `days` that `start` (aware) opens.

    The day of `start` is day 0. When the last day counts the window ends with that day, else with its beginning.
    """
    local = start.astimezone(ZoneInfo(zone))
    return end_of_day(local.date() + timedelta(days=days - (0 if last_day_counts else 1)), zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The first moment after that day, in UTC."""
    return datetime.combine(day + DAY, time.min, ZoneInfo(zone)).astimezone(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The day on which the moment falls in that time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def next_day_named(after: date, written: str) -> date:
    """The date that is written, or for a day of every year its first occurrence from `after` on."""
    if not is_yearly(written):
        return date.fromisoformat(written)
    month, day = (int(part) for part in written.split("-"))
    # 02-29 may be eight years away (2096 to 2104).
    for year in range(after.year, after.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= after:
            return found
    raise AssertionError(f"{written} is a day of some year")


def deadline_after(start: datetime, span: Span, *, calendar: BusinessCalendar, zone: str) -> datetime:
    """Until when something is due that may take `span` from `start` (aware) on, in UTC.

    Days end at the same time of day in the merchant's zone, working days at closing time; the day of `start` is day 0.
    Hours are counted as they pass, working hours while the shop is open.
    """
    if span.unit is SpanUnit.HOURS:
        return start + timedelta(hours=span.amount)
    local = start.astimezone(ZoneInfo(zone))
    if span.unit is SpanUnit.DAYS:
        return (local + timedelta(days=span.amount)).astimezone(UTC)
    if span.unit is SpanUnit.WORKING_DAYS:
        return _after_working_days(local.date(), span.amount, calendar=calendar, zone=zone)
    return _after_working_hours(start, span.amount, calendar=calendar, zone=zone)


def moment_before(end: datetime, span: Span, *, calendar: BusinessCalendar, zone: str) -> datetime:
    """When `span` is left before `end` (aware), in UTC: the other way round than `deadline_after`.

    Days are counted back at the same time of day; working days to the opening of the shop, so that people have these
    days whole; working hours while it is open.
    """
    if span.unit is SpanUnit.HOURS:
        return end - timedelta(hours=span.amount)
    local = end.astimezone(ZoneInfo(zone))
    if span.unit is SpanUnit.DAYS:
        return (local - timedelta(days=span.amount)).astimezone(UTC)
    if span.unit is SpanUnit.WORKING_HOURS:
        return _before_working_hours(end, span.amount, calendar=calendar, zone=zone)
    day = local.date()
    for _ in range(span.amount):
        day = calendar.last_working_day(day - DAY)
    return calendar.opening(day, zone)[0].astimezone(UTC) if span.amount else end


def _before_working_hours(end: datetime, hours: int, *, calendar: BusinessCalendar, zone: str) -> datetime:
    left, day = timedelta(hours=hours), calendar.last_working_day(local_day(end, zone))
    while True:
        opens, closes = (moment.astimezone(UTC) for moment in calendar.opening(day, zone))
        ends = min(closes, end.astimezone(UTC))
        if ends - opens >= left:
            return ends - left
        left -= max(ends - opens, timedelta(0))
        day = calendar.last_working_day(day - DAY)


def _after_working_days(day: date, amount: int, *, calendar: BusinessCalendar, zone: str) -> datetime:
    day = calendar.next_working_day(day) if amount == 0 else day
    for _ in range(amount):
        day = calendar.next_working_day(day + DAY)
    return calendar.opening(day, zone)[1].astimezone(UTC)


def _after_working_hours(start: datetime, hours: int, *, calendar: BusinessCalendar, zone: str) -> datetime:
    left, day = timedelta(hours=hours), calendar.next_working_day(local_day(start, zone))
    while True:
        opens, closes = (moment.astimezone(UTC) for moment in calendar.opening(day, zone))
        begins = max(opens, start.astimezone(UTC))
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta(0))
        day = calendar.next_working_day(day + DAY)


def _weekday(day: date) -> Weekday:
    return list(Weekday)[day.weekday()]


def _moment(day: date, minutes: int, zone: str) -> datetime:
    day, minutes = (day + DAY, 0) if minutes == MINUTES_OF_A_DAY else (day, minutes)
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone))
