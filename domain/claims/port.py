"""Claims as steps see them, inside one database transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from domain.cases import CaseRef
from domain.claims.case import Claim
from domain.claims.warranties import Warranty


class Claims(Protocol):
    """Claims, and the registrations that they rest on."""

    def claim(self, ref: CaseRef) -> Claim:
        """The claim as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def open_claim(self, merchant: str, key: str, make: Callable[[CaseRef], Claim]) -> tuple[CaseRef, bool]:
        """The claim of that key; True when it is new. Its workflow is started by dispatch."""
        ...

    def warranties_of(self, merchant: str, order_id: str) -> tuple[Warranty, ...]:
        """Every registration of goods of the order."""
        ...

    def earlier_claims(self, merchant: str, order_id: str, *, apart_from: CaseRef) -> dict[str, int]:
        """By line id, how many other claims of the order named the line and were neither denied nor withdrawn."""
        ...
