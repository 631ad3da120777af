"""Replacement shipments as news finds them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.delivery import Door
from api.dependencies import Services
from domain.cases import CaseKind, CaseRef, EventOutcome
from domain.replacement_shipments.views import ReplacementShipmentView, view_shipment
from records.models import StoredShipment


class ShipmentAnswered(BaseModel):
    """What a person is told, with the replacement shipment as it now stands."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome
    code: str = Field(description="Stable, for programs.")
    detail: str
    case: ReplacementShipmentView


def _find(parts: Services, ref: CaseRef) -> StoredShipment:
    return parts.records.reads.shipments.shipment(ref.merchant, ref.rma)


def _show(stored: StoredShipment) -> ReplacementShipmentView:
    return view_shipment(stored.case, stored.progress)


REPLACEMENT_SHIPMENTS = Door(
    kind=CaseKind.REPLACEMENT_SHIPMENT,
    find=_find,
    show=_show,
    answered=ShipmentAnswered,
    unknown=problems.REPLACEMENT_SHIPMENT_NOT_FOUND,
    closed=problems.REPLACEMENT_SHIPMENT_CLOSED,
)
