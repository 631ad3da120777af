"""Settings as environment variables, for child processes and for the documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings, variable_name

PASSWORD = re.compile(r":[^:/@]+@")


@dataclass(frozen=True)
class Variable:
    """One setting as an environment variable."""

    name: str
    location: tuple[str, ...]
    default: str
    description: str
    is_secret: bool


def variables() -> list[Variable]:
    """Every setting, in the order of the settings class."""
    return [_variable(location, field) for location, field in _fields(Settings)]


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process exactly these settings, secrets in clear."""
    values = {variable.name: _text(value_of(settings, variable)) for variable in variables()}
    return {name: value for name, value in values.items() if value}


def value_of(settings: Settings, variable: Variable) -> Any:
    """What the setting behind a variable is."""
    value: Any = settings
    for name in variable.location:
        value = getattr(value, name)
    return value


def masked(settings: Settings, variable: Variable) -> str:
    """What may be shown of a setting: of an address all but its password, of any other secret whether it is set."""
    value = _text(value_of(settings, variable))
    if not variable.is_secret:
        return value
    if "://" in value:
        return PASSWORD.sub(":(set)@", value)
    return "(set)" if value else ""


def _fields(model: type[BaseModel], *outer: str) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner, *outer, name)
        else:
            yield (*outer, name), field


def _variable(location: tuple[str, ...], field: FieldInfo) -> Variable:
    is_secret = "SecretStr" in repr(field.annotation)
    has_default = field.default_factory is None and not is_secret
    return Variable(
        name=variable_name(location),
        location=location,
        default=_text(field.default) if has_default else "",
        description=field.description or "",
        is_secret=is_secret,
    )


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case Enum():
            return str(value.value)
        case dict():
            return json.dumps({key: _inner(inner) for key, inner in value.items()}) if value else ""
        case _:
            return str(value)


def _inner(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else _text(value)
