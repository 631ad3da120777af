"""What a check found: green, yellow or red, in words, with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Level(StrEnum):
    """Green is well, yellow deserves a look, red keeps cases from moving."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


# As monitoring plugins have it: 0 fine, 1 warning, 2 critical.
EXIT_CODES = {Level.GREEN: 0, Level.YELLOW: 1, Level.RED: 2}


class Finding(BaseModel):
    """The result of one check."""

    model_config = ConfigDict(frozen=True)

    area: str
    check: str
    level: Level
    found: str
    remedy: str = ""


class Report(BaseModel):
    """All findings at one moment."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    level: Level
    findings: tuple[Finding, ...]


def report(at: datetime, findings: Iterable[Finding]) -> Report:
    """The findings, and the worst of their levels."""
    found = tuple(findings)
    worst = max((finding.level for finding in found), key=list(Level).index, default=Level.GREEN)
    return Report(at=at, level=worst, findings=found)
