"""Where a value of an order comes from in a row, and how its text becomes a number, an amount, a time or a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.storefronts.files.rows import Values
from domain.money import Money

Parsed = TypeVar("Parsed")

# ASCII digits only: int() would also take "1_000" and the digits of other scripts.
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
PLACE = re.compile(r"\{([^{}]+)\}")
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class MappingPart(BaseModel):
    """Parts of a mapping are values, and an unknown field is a typing mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BadValue(ValueError):
    """The text in a column cannot be used; the message is the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


class AmountUnit(StrEnum):
    """How the file writes amounts: 1230 (minor) or 12.30 (major)."""

    MINOR = "minor"
    MAJOR = "major"


class Source(MappingPart):
    """Where one value comes from: a column, a constant, or a template of columns. A bare word is a column."""

    column: Annotated[str | None, Field(description="The text in this column.")] = None
    constant: Annotated[str | None, Field(description="The same for every row.")] = None
    template: Annotated[
        str | None, Field(description="Text with {columns}; empty as soon as one of them is empty.")
    ] = None
    times: Annotated[str | None, Field(description="Of amounts: a column with a whole number to multiply by.")] = None
    format: Annotated[str | None, Field(description="Of times: as in strptime; otherwise ISO 8601.")] = None
    translate: Annotated[dict[str, str], Field(description="Other words for what the file says.")] = {}
    default: Annotated[str | None, Field(description="Where the file is empty, or says what `translate` lacks.")] = None

    @model_validator(mode="before")
    @classmethod
    def _plain_words(cls, written: Any) -> Any:
        if isinstance(written, str):
            return {"column": written}
        if not isinstance(written, dict):
            return written
        table = written.get("translate")
        words = {name: _word(value) for name, value in written.items()}
        if isinstance(table, dict):
            words["translate"] = {_word(key): _word(value) for key, value in table.items()}
        return words

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.column, self.constant, self.template)) != 1:
            raise ValueError("name exactly one of column, constant and template")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        named = [self.column] if self.column else PLACE.findall(self.template or "")
        return (*named, self.times) if self.times else tuple(named)

    def text(self, values: Values) -> str:
        """What the row says, empty for nothing. Raises BadValue for a word that `translate` lacks."""
        found = self._found(values)
        if found and self.translate:
            word = self.translate.get(found, self.default)
            if word is None:
                raise BadValue(self.columns[0] if self.columns else "", f"the mapping does not translate {found!r}")
            return word
        return found or self.default or ""

    def _found(self, values: Values) -> str:
        if self.column is not None:
            return values.get(self.column, "").strip()
        if self.constant is not None:
            return self.constant
        parts = {name: values.get(name, "").strip() for name in PLACE.findall(self.template or "")}
        return PLACE.sub(lambda place: parts[place[1]], self.template or "") if all(parts.values()) else ""


class Value(Generic[Parsed]):
    """A source together with what its text must be."""

    def __init__(self, source: Source, parse: Callable[[str], Parsed]) -> None:
        self._source, self._parse = source, parse
        self.columns = source.columns
        self.column = source.columns[0] if source.columns else ""

    def of(self, values: Values) -> Parsed:
        """The value in the row. Raises BadValue."""
        try:
            return self._parse(self._source.text(values))
        except BadValue:
            raise
        except ValueError as error:
            raise BadValue(self.column, str(error)) from None


class Amount(Value[int]):
    """An amount in minor units, multiplied where the source says so."""

    def __init__(self, source: Source, parse: Callable[[str], int]) -> None:
        super().__init__(source, parse)
        self._factor = Value(Source(column=source.times), whole) if source.times else None

    def of(self, values: Values) -> int:
        amount = super().of(values)
        return amount * self._factor.of(values) if self._factor else amount


def text(written: str) -> str:
    """Any text, also none."""
    return written


def required(written: str) -> str:
    """Text that must be there."""
    if not written:
        raise ValueError("this is empty")
    return written


def whole(written: str) -> int:
    """A whole number."""
    if not WHOLE.fullmatch(written):
        raise ValueError(f"{required(written)!r} is not a whole number")
    return int(written)


def fraction(written: str) -> Decimal:
    """A decimal number such as 0.20."""
    try:
        number = Decimal(required(written))
    except InvalidOperation:
        raise ValueError(f"{written!r} is not a number such as 0.20") from None
    if not number.is_finite():
        raise ValueError(f"{written!r} is not a number such as 0.20")
    return number


def boolean(written: str) -> bool:
    """Yes or no; nothing is no."""
    if not written:
        return False
    if written.lower() not in BOOLEANS:
        raise ValueError(f"{written!r} is neither true nor false")
    return BOOLEANS[written.lower()]


def minor_units(unit: AmountUnit, currency: str) -> Callable[[str], int]:
    """Reads amounts of that currency, written in that unit; nothing is rounded."""

    def parse(written: str) -> int:
        if unit is AmountUnit.MAJOR:
            return Money.parse(required(written), currency).minor
        if not WHOLE.fullmatch(written):
            raise ValueError(
                f"{required(written)!r} is not a whole number of minor units; if the file writes 12.30, set `amounts: major`"
            )
        return int(written)

    return parse


def local_time(zone: ZoneInfo, pattern: str | None) -> Callable[[str], datetime]:
    """Reads times; one without an offset is a time of `zone`, the earlier of two when clocks went back."""

    def parse(written: str) -> datetime:
        try:
            # Most shops write their own time without saying so; the zone comes from the mapping.
            found = datetime.strptime(required(written), pattern) if pattern else datetime.fromisoformat(written)  # noqa: DTZ007
        except ValueError:
            wanted = f"a time as {pattern}" if pattern else "a time such as 2026-03-02T14:05:00"
            raise ValueError(f"{written!r} is not {wanted}" if written else "this is empty") from None
        if found.tzinfo is not None:
            return found
        local = found.replace(tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
            raise ValueError(f"{written} was skipped in {zone.key} when clocks went forward: is `time_zone` right?")
        return local

    return parse


def optional(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed | None]:
    """Reads what may be missing."""
    return lambda written: parse(written) if written else None


def _word(value: Any) -> Any:
    """YAML reads 1, 0.20 and true as what they look like; in a file they are words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
