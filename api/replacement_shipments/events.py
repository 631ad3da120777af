"""The addresses for news about a replacement shipment: the warehouse tells, agents and supervisors cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response
from pydantic import Field

from api import examples, examples_shipments, problems
from api.delivery import EventReceipt, Incoming, ask, tell
from api.dependencies import IfMatch, Parts, ShipmentNumber, needs
from api.keys import Caller
from api.news import EventId, News
from api.permissions import Permission
from api.reference import problem_responses
from api.replacement_shipments.door import REPLACEMENT_SHIPMENTS, ShipmentAnswered
from domain.cases import EventKind
from domain.orders import VISIBLE
from domain.replacement_shipments.case import DeliveryId, DeliveryState, Goods

router = APIRouter(prefix="/v1/replacement_shipments", tags=["Replacement shipments"])

# More SKUs than a shipment has in practice; it bounds the size of an event.
MOST_SKUS = 500
Key = Annotated[
    EventId | None,
    Header(alias="Idempotency-Key", description="The event's id, for senders that cannot put it into the body."),
]


class ShipmentChanged(News):
    """What became of one parcel."""

    delivery_id: DeliveryId = Field(description="Your id of the parcel.")
    state: DeliveryState
    units: tuple[Goods, ...] = Field(
        default=(), max_length=MOST_SKUS, description="What is in it; none means all that had not left."
    )
    carrier: str = Field(default="", max_length=64, pattern=VISIBLE)
    tracking_number: str = Field(default="", max_length=64, pattern=VISIBLE)


class ShortageReported(News):
    """What has not left will not leave: lost, broken, or never there."""

    note: str = Field(default="", max_length=2000, description="Why; it is shown on the shipment.")


class ShipmentCancelRequested(News):
    """The goods must not leave the warehouse."""

    note: str = Field(default="", max_length=2000, description="Why; it is shown on the shipment.")


TOLD: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The news is kept.",
        "content": {"application/json": {"example": examples.EVENT_RECEIPT}},
    },
    **problem_responses(problems.MALFORMED_RMA, problems.EVENT_ID_REUSED),
}


@router.post(
    "/{number}/shipment_changed",
    operation_id="shipment_changed",
    summary="The warehouse tells of a parcel",
    status_code=202,
    responses=TOLD,
)
async def shipment_changed(
    caller: Annotated[Caller, needs(Permission.RECORD_PARCELS)],
    number: ShipmentNumber,
    parts: Parts,
    body: Annotated[ShipmentChanged, Body(openapi_examples=examples_shipments.CHANGES)],
    key: Key = None,
) -> EventReceipt:
    """In any order and as often as you like: the furthest that was told of a parcel counts."""
    return await tell(parts, Incoming(REPLACEMENT_SHIPMENTS, caller, number, EventKind.SHIPMENT_CHANGED, body, key))


@router.post(
    "/{number}/shortage_reported",
    operation_id="shortage_reported",
    summary="The warehouse cannot supply the rest",
    status_code=202,
    responses=TOLD,
)
async def shortage_reported(
    caller: Annotated[Caller, needs(Permission.RECORD_PARCELS)],
    number: ShipmentNumber,
    parts: Parts,
    body: Annotated[ShortageReported | None, Body(openapi_examples=examples_shipments.SHORTAGES)] = None,
    key: Key = None,
) -> EventReceipt:
    """Nothing leaves beside the parcels that were told. The case that promised the goods settles what is missing."""
    news = body or ShortageReported()
    return await tell(parts, Incoming(REPLACEMENT_SHIPMENTS, caller, number, EventKind.SHORTAGE_REPORTED, news, key))


@router.post(
    "/{number}/cancel_requested",
    operation_id="cancel_replacement_shipment",
    summary="Cancel a replacement shipment",
    response_model=ShipmentAnswered,
    responses={
        200: {
            "description": "It is cancelled; the shipment as it now stands.",
            "content": {"application/json": {"example": examples_shipments.SHIPMENT_ANSWERED}},
        },
        **problem_responses(
            problems.MALFORMED_RMA,
            problems.EVENT_ID_REUSED,
            problems.REPLACEMENT_SHIPMENT_NOT_FOUND,
            problems.EVENT_REFUSED,
            problems.REPLACEMENT_SHIPMENT_CLOSED,
            problems.PRECONDITION_FAILED,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def cancel_replacement_shipment(
    caller: Annotated[Caller, needs(Permission.CANCEL_SHIPMENTS)],
    number: ShipmentNumber,
    parts: Parts,
    body: Annotated[ShipmentCancelRequested | None, Body(openapi_examples=examples_shipments.CANCELLATIONS)] = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Possible until the warehouse was told to ship; the stock is then free again, and the case that promised it knows."""
    news = body or ShipmentCancelRequested()
    incoming = Incoming(REPLACEMENT_SHIPMENTS, caller, number, EventKind.CANCEL_REQUESTED, news, key, if_match)
    return await ask(parts, incoming)
