"""The addresses for what people decide about an adjustment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Response
from pydantic import Field

from api import adjustment_problems, problems
from api import examples_adjustments as own
from api.adjustments.door import ADJUSTMENTS, AdjustmentAnswered
from api.delivery import Incoming, ask
from api.dependencies import AdjustmentNumber, IfMatch, Parts, needs
from api.keys import Caller
from api.manual_refunds import ManualRefundDecided, ManualRefundRecorded
from api.news import EventId, News
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import EventKind
from domain.manual_refunds import LONGEST_PROOF
from domain.orders import LARGEST_AMOUNT
from domain.returns.case import Decision

router = APIRouter(prefix="/v1/adjustments", tags=["Adjustments"])

Key = Annotated[
    EventId | None,
    Header(alias="Idempotency-Key", description="The event's id, for senders that cannot put it into the body."),
]
ASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "It is done; the adjustment as it now stands.",
        "content": {"application/json": {"example": own.ANSWERED}},
    },
    **problem_responses(
        problems.MALFORMED_RMA,
        problems.EVENT_ID_REUSED,
        adjustment_problems.ADJUSTMENT_NOT_FOUND,
        problems.EVENT_REFUSED,
        adjustment_problems.ADJUSTMENT_CLOSED,
        problems.PRECONDITION_FAILED,
        problems.OUTCOME_PENDING,
    ),
}


class AdjustmentApprovalDecided(News):
    """What somebody with authority says to what was proposed."""

    decision: Literal[Decision.APPROVE, Decision.REFUSE, Decision.REDUCE]
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the adjustment.")
    amount_minor: Annotated[
        int | None,
        Field(gt=0, le=LARGEST_AMOUNT, description="Of `reduce`: what is paid instead of what was asked for."),
    ] = None
    subject: str | None = Field(
        default=None,
        max_length=40,
        description="What you looked at, as the queue calls it; when something else waits now, nothing is decided.",
    )
    expected_minor: int | None = Field(
        default=None, ge=0, description="The amount that you looked at; when it has changed since, nothing is decided."
    )


class ReceivableSettled(News):
    """What became of money that was paid too much."""

    resolution: Literal["received", "write_off"] = Field(
        description="received: the customer paid it back. write_off: the shop does not ask for it any more."
    )
    proof: str = Field(default="", max_length=LONGEST_PROOF, description="What proves that it came back.")
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the adjustment.")


@router.post(
    "/{number}/approval_decided",
    operation_id="adjustment_approval_decided",
    summary="A supervisor approves, lowers or refuses",
    response_model=AdjustmentAnswered,
    responses=ASKED,
)
async def approval_decided(
    caller: Annotated[Caller, needs(Permission.DECIDE_APPROVALS)],
    number: AdjustmentNumber,
    parts: Parts,
    body: Annotated[AdjustmentApprovalDecided, Body(openapi_examples=own.APPROVALS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Nobody approves what they asked for themselves; approved, it is paid at once."""
    return await ask(parts, Incoming(ADJUSTMENTS, caller, number, EventKind.APPROVAL_DECIDED, body, key, if_match))


@router.post(
    "/{number}/resolution_decided",
    operation_id="adjustment_resolution_decided",
    summary="Settle what was paid too much",
    response_model=AdjustmentAnswered,
    responses=ASKED,
)
async def resolution_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    number: AdjustmentNumber,
    parts: Parts,
    body: Annotated[ReceivableSettled, Body(openapi_examples=own.SETTLEMENTS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Money that came back needs its proof; who asked for the correction can neither say that it came nor write it off."""
    return await ask(parts, Incoming(ADJUSTMENTS, caller, number, EventKind.RESOLUTION_DECIDED, body, key, if_match))


@router.post(
    "/{number}/manual_refund_recorded",
    operation_id="adjustment_manual_refund_recorded",
    summary="Record what was paid outside",
    response_model=AdjustmentAnswered,
    responses=ASKED,
)
async def manual_refund_recorded(
    caller: Annotated[Caller, needs(Permission.RECORD_MANUAL_REFUNDS)],
    number: AdjustmentNumber,
    parts: Parts,
    body: Annotated[ManualRefundRecorded, Body(openapi_examples=own.MANUAL_REFUNDS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """It keeps anybody from paying the same again, and counts once another person has confirmed it."""
    kind = EventKind.MANUAL_REFUND_RECORDED
    return await ask(parts, Incoming(ADJUSTMENTS, caller, number, kind, body, key, if_match))


@router.post(
    "/{number}/manual_refund_decided",
    operation_id="adjustment_manual_refund_decided",
    summary="Confirm what was paid outside",
    response_model=AdjustmentAnswered,
    responses=ASKED,
)
async def manual_refund_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    number: AdjustmentNumber,
    parts: Parts,
    body: Annotated[ManualRefundDecided, Body(openapi_examples=own.CONFIRMATIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Never by who recorded it. Confirmed, it is in the ledger as paid; refused, the amount is owed again."""
    kind = EventKind.MANUAL_REFUND_DECIDED
    return await ask(parts, Incoming(ADJUSTMENTS, caller, number, kind, body, key, if_match))
