"""Following replacement shipments: one, its timeline, and lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api import examples_shipments, problems
from api.case_reading import CaseQuery, CaseTimeline, NextCursor
from api.dependencies import IfNoneMatch, Parts, ShipmentNumber, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.views import ReplacementShipmentView, view_shipment

router = APIRouter(prefix="/v1/replacement_shipments", tags=["Replacement shipments"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]


class ShipmentList(BaseModel):
    """A page of replacement shipments, newest first."""

    model_config = ConfigDict(frozen=True)

    replacement_shipments: list[ReplacementShipmentView]
    next_cursor: NextCursor


@router.get(
    "",
    operation_id="list_replacement_shipments",
    summary="List replacement shipments",
    responses={
        200: {"content": {"application/json": {"example": examples_shipments.SHIPMENT_LIST}}},
        **problem_responses(),
    },
)
def list_replacement_shipments(
    caller: Reader, parts: Parts, query: Annotated[CaseQuery[ReplacementShipmentState], Query()]
) -> ShipmentList:
    """Newest first. `waiting_for=handover` with a problem in `next_step` is what the warehouse refuses."""
    page = parts.records.reads.shipments.shipments(
        caller.merchant, query.as_filter(), limit=query.limit, cursor=query.cursor
    )
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
def get_replacement_shipment_timeline(caller: Reader, number: ShipmentNumber, parts: Parts) -> CaseTimeline:
    """Every change of the shipment with its actor, oldest first."""
    reads = parts.records.reads
    reads.shipments.shipment(caller.merchant, number)
    return CaseTimeline(number=number, entries=reads.timeline(caller.merchant, number))
