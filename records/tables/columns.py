"""What all tables share: names of constraints, times in UTC, and the columns that recur."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData, String, TypeDecorator

# Alembic can only alter on SQLite what has a name, so every constraint gets one.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on both databases; SQLite keeps no zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a time without a zone, which would be somebody's local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = _in_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as it was stored, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one that falls off the calendar there (the first day of year 1) stays at its edge."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if moment.year == 1 else datetime.max.replace(tzinfo=UTC)


# SQLite numbers rows by itself only in a column of exactly the type INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def text(name: str, length: int = 64, **options: Any) -> Column[str]:
    """A short, required text column."""
    return Column(name, String(length), nullable=False, **options)


def at(name: str, **options: Any) -> Column[datetime]:
    """A required time column."""
    return Column(name, UtcDateTime(), nullable=False, **options)


def maybe_at(name: str) -> Column[datetime]:
    """A time column that is empty until the thing happens."""
    return Column(name, UtcDateTime(), nullable=True)


def minor(name: str, **options: Any) -> Column[int]:
    """An amount in minor units."""
    return Column(name, BigInteger(), nullable=False, **options)


def count(name: str, **options: Any) -> Column[int]:
    """A required whole number that starts at zero."""
    return Column(name, Integer(), nullable=False, **options)
