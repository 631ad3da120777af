"""The door of each kind of case whose goods may come back."""

from __future__ import annotations

from api.claims.door import CLAIMS
from api.delivery import Door
from api.returns.door import RETURNS
from domain.cases import CaseKind


def door_of(kind: CaseKind) -> Door:
    """How news of goods finds the case; a return and an exchange have one door."""
    return CLAIMS if kind is CaseKind.CLAIM else RETURNS
