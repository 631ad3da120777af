"""Replacement shipments as steps see them, inside one database transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from domain.cases import CaseRef
from domain.replacement_shipments.case import ReplacementShipment


class Shipments(Protocol):
    """The shipments on record. A case is told of its shipments by events, so that no step ever locks both."""

    def replacement_shipment(self, ref: CaseRef) -> ReplacementShipment:
        """The shipment as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def open_replacement_shipment(
        self, merchant: str, key: str, make: Callable[[CaseRef], ReplacementShipment]
    ) -> tuple[CaseRef, bool]:
        """The shipment of that key, made now (True) or before; whoever asked for it starts its workflow, or dispatch."""
        ...

    def replacement_shipments_of(self, for_case: CaseRef, order_id: str) -> tuple[ReplacementShipment, ...]:
        """Every shipment that the case of this order promised, the first promise first; not locked."""
        ...

    def is_open(self, ref: CaseRef) -> bool:
        """Whether the case of whatever kind is on record and not closed; not locked."""
        ...
