"""A change of a return, as its decisions answer it."""

from __future__ import annotations

from typing import TypeAlias

from domain.changes import CaseChange
from domain.returns.case import ReturnCase

Change: TypeAlias = CaseChange[ReturnCase]
