"""Following replacement shipments: one, its timeline, and lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples_shipments, problems
from api.dependencies import IfNoneMatch, Parts, ShipmentNumber, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import TimelineEntry, WaitingFor
from domain.orders import Identifier
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.views import ReplacementShipmentView, view_shipment
from records.shipments import ShipmentFilter

router = APIRouter(prefix="/v1/replacement_shipments", tags=["Replacement shipments"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]
LONGEST_PAGE = 200


class ShipmentList(BaseModel):
    """A page of replacement shipments, newest first."""

    model_config = ConfigDict(frozen=True)

    replacement_shipments: list[ReplacementShipmentView]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class ShipmentTimeline(BaseModel):
    """All that happened to a replacement shipment, oldest first."""

    model_config = ConfigDict(frozen=True)

    number: str
    entries: list[TimelineEntry]


class ShipmentQuery(BaseModel):
    """Which replacement shipments to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: ReplacementShipmentState | None = None
    waiting_for: WaitingFor | None = None
    order_id: Identifier | None = None
    open: bool | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None


@router.get(
    "",
    operation_id="list_replacement_shipments",
    summary="List replacement shipments",
    responses={
        200: {"content": {"application/json": {"example": examples_shipments.SHIPMENT_LIST}}},
        **problem_responses(),
    },
)
def list_replacement_shipments(caller: Reader, parts: Parts, query: Annotated[ShipmentQuery, Query()]) -> ShipmentList:
    """Newest first. `waiting_for=handover` with a problem in `next_step` is what the warehouse refuses."""
    wanted = ShipmentFilter(**query.model_dump(exclude={"limit", "cursor"}))
    page = parts.records.reads.shipments.shipments(caller.merchant, wanted, limit=query.limit, cursor=query.cursor)
    shown = [view_shipment(stored.case, stored.progress) for stored in page.shipments]
    return ShipmentList(replacement_shipments=shown, next_cursor=page.next_cursor)


@router.get(
    "/{number}",
    operation_id="get_replacement_shipment",
    summary="Read a replacement shipment",
    response_model=ReplacementShipmentView,
    responses={
        200: {"content": {"application/json": {"example": examples_shipments.SHIPMENT_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.REPLACEMENT_SHIPMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_replacement_shipment(
    caller: Reader, number: ShipmentNumber, parts: Parts, if_none_match: IfNoneMatch = None
) -> Response:
    """Which goods, for which case, how far each unit has come, and every parcel with its tracking number."""
    stored = parts.records.reads.shipments.shipment(caller.merchant, number)
    return answer(view_shipment(stored.case, stored.progress), tag=etag(stored.version), if_none_match=if_none_match)


@router.get(
    "/{number}/timeline",
    operation_id="get_replacement_shipment_timeline",
    summary="What happened, and who did it",
    responses={
        200: {"content": {"application/json": {"example": examples_shipments.SHIPMENT_TIMELINE}}},
        **problem_responses(problems.REPLACEMENT_SHIPMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_replacement_shipment_timeline(caller: Reader, number: ShipmentNumber, parts: Parts) -> ShipmentTimeline:
    """Every change of the shipment with its actor, oldest first."""
    reads = parts.records.reads
    reads.shipments.shipment(caller.merchant, number)
    return ShipmentTimeline(number=number, entries=reads.timeline(caller.merchant, number))
