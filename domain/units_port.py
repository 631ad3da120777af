"""Units of orders as steps see them, inside one database transaction: which case holds which, and returns that take some over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from domain.cases import CaseRef
from domain.goods_back.facts import UnitCount
from domain.orders import Order
from domain.returns.case import ReturnCase


class Units(Protocol):
    """Each unit that was sold is held by one case at the most."""

    def units_in_cases(self, merchant: str, order_id: str, *, apart_from: CaseRef | None = None) -> dict[str, int]:
        """Units by line id that open cases hold or closed cases took back."""
        ...

    def reserve_units(self, ref: CaseRef, order: Order, units: Sequence[UnitCount]) -> bool:
        """All of them are reserved for the case, or none and False: a constraint keeps the sum within the order."""
        ...

    def move_units(self, ref: CaseRef, to: CaseRef, order_id: str, units: Sequence[UnitCount]) -> None:
        """Units that the one case held are held by the other. Raises ValueError for more than it held."""
        ...

    def open_return(self, merchant: str, key: str, make: Callable[[CaseRef], ReturnCase]) -> tuple[CaseRef, bool]:
        """The return of that key, made now (True) or before; whoever asked for it starts its workflow, or dispatch."""
        ...

    def release_units(self, ref: CaseRef, kept: Sequence[UnitCount]) -> None:
        """Only the `kept` units (those that really came back) stay taken by the case; the rest is free again."""
        ...
