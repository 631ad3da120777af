"""The addresses for news about a return: scanners and docks tell, inspectors, supervisors and customers ask."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response

from api import examples, examples_adjustments, examples_authority, examples_receipts, problems
from api.delivery import EventReceipt, Incoming, ask, tell
from api.dependencies import IfMatch, Parts, Rma, needs
from api.keys import Caller
from api.manual_refunds import ManualRefundDecided, ManualRefundRecorded
from api.news import EventId
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.door import RETURNS, EventAnswered
from api.returns.news import (
    ApprovalDecided,
    CancelRequested,
    EvidenceGiven,
    ExceptionRequested,
    InspectionRecorded,
    ItemReceived,
    LabelScanned,
)
from domain.cases import EventKind

router = APIRouter(prefix="/v1/returns", tags=["Return events"])

Key = Annotated[
    EventId | None,
    Header(alias="Idempotency-Key", description="The event's id, for senders that cannot put it into the body."),
]
RecordsParcels = Annotated[Caller, needs(Permission.RECORD_PARCELS)]
RecordsInspections = Annotated[Caller, needs(Permission.RECORD_INSPECTIONS)]
DecidesApprovals = Annotated[Caller, needs(Permission.DECIDE_APPROVALS)]
GivesEvidence = Annotated[Caller, needs(Permission.GIVE_EVIDENCE)]
AsksExceptions = Annotated[Caller, needs(Permission.ASK_EXCEPTIONS)]
CancelsReturns = Annotated[Caller, needs(Permission.CANCEL_RETURNS)]

TOLD: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The news is kept.",
        "content": {"application/json": {"example": examples.EVENT_RECEIPT}},
    },
    **problem_responses(problems.MALFORMED_RMA, problems.EVENT_ID_REUSED),
}
ASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "It is done; the return as it now stands.",
        "content": {"application/json": {"example": examples.EVENT_ANSWERED}},
    },
    **problem_responses(
        problems.MALFORMED_RMA,
        problems.EVENT_ID_REUSED,
        problems.EVENT_WITHOUT_RETURN,
        problems.EVENT_REFUSED,
        problems.RETURN_CLOSED,
        problems.PRECONDITION_FAILED,
        problems.OUTCOME_PENDING,
    ),
}


@router.post(
    "/{rma}/label_scanned",
    operation_id="label_scanned",
    summary="The carrier scanned the label",
    status_code=202,
    responses=TOLD,
)
async def label_scanned(
    caller: RecordsParcels,
    rma: Rma,
    parts: Parts,
    body: Annotated[LabelScanned | None, Body(openapi_examples=examples_receipts.SCANS)] = None,
    key: Key = None,
) -> EventReceipt:
    """The parcel is moving. News of a return that is unknown or closed is kept and shown to a person."""
    return await tell(parts, Incoming(RETURNS, caller, rma, EventKind.LABEL_SCANNED, body or LabelScanned(), key))


@router.post(
    "/{rma}/item_received",
    operation_id="item_received",
    summary="The dock took in goods",
    status_code=202,
    responses=TOLD,
)
async def item_received(
    caller: RecordsParcels,
    rma: Rma,
    parts: Parts,
    body: Annotated[ItemReceived | None, Body(openapi_examples=examples_receipts.RECEIPTS)] = None,
    key: Key = None,
) -> EventReceipt:
    """Without units, everything that was still expected arrived. What the return does not expect is noted too."""
    return await tell(parts, Incoming(RETURNS, caller, rma, EventKind.ITEM_RECEIVED, body or ItemReceived(), key))


@router.post(
    "/{rma}/inspection_recorded",
    operation_id="inspection_recorded",
    summary="An inspector says what came back",
    response_model=EventAnswered,
    responses=ASKED,
)
async def inspection_recorded(
    caller: RecordsInspections,
    rma: Rma,
    parts: Parts,
    body: Annotated[InspectionRecorded, Body(openapi_examples=examples_receipts.INSPECTIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Condition and grade of received units; accepted units are paid for. The answer shows what is proposed."""
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.INSPECTION_RECORDED, body, key, if_match))


@router.post(
    "/{rma}/approval_decided",
    operation_id="approval_decided",
    summary="A supervisor approves or refuses",
    response_model=EventAnswered,
    responses=ASKED,
)
async def approval_decided(
    caller: DecidesApprovals,
    rma: Rma,
    parts: Parts,
    body: Annotated[ApprovalDecided, Body(openapi_examples=examples_authority.DECISIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """The first decision counts; whoever comes second is told who was first. Nobody approves their own request.

    Who may decide what up to how much says the policy's matrix; see docs/authority.md. A lower amount is shared over
    all lines; a question to the customer lets the return wait for the answer.
    """
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.APPROVAL_DECIDED, body, key, if_match))


@router.post(
    "/{rma}/evidence_given",
    operation_id="evidence_given",
    summary="The customer answers a question",
    response_model=EventAnswered,
    responses=ASKED,
)
async def evidence_given(
    caller: GivesEvidence,
    rma: Rma,
    parts: Parts,
    body: Annotated[EvidenceGiven, Body(openapi_examples=examples_authority.EVIDENCE)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Somebody asked before deciding; with the answer the return goes back to those who decide."""
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.EVIDENCE_GIVEN, body, key, if_match))


@router.post(
    "/{rma}/fees_requested",
    operation_id="fees_requested",
    summary="Ask for other fees",
    response_model=EventAnswered,
    responses=ASKED,
)
async def fees_requested(
    caller: AsksExceptions,
    rma: Rma,
    parts: Parts,
    body: Annotated[ExceptionRequested, Body(openapi_examples=examples_authority.FEES)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """They hold at once where the policy's matrix lets the caller set them alone; else somebody else decides."""
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.EXCEPTION_REQUESTED, body, key, if_match))


@router.post(
    "/{rma}/cancel_requested",
    operation_id="cancel_requested",
    summary="Cancel a return",
    response_model=EventAnswered,
    responses=ASKED,
)
async def cancel_requested(
    caller: CancelsReturns,
    rma: Rma,
    parts: Parts,
    body: Annotated[CancelRequested | None, Body(openapi_examples=examples.CANCELLATIONS)] = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Possible until the warehouse has received something; the units are then free to be returned again."""
    return await ask(
        parts, Incoming(RETURNS, caller, rma, EventKind.CANCEL_REQUESTED, body or CancelRequested(), key, if_match)
    )


@router.post(
    "/{rma}/manual_refund_recorded",
    operation_id="return_manual_refund_recorded",
    summary="Record what was paid outside",
    response_model=EventAnswered,
    responses=ASKED,
)
async def manual_refund_recorded(
    caller: Annotated[Caller, needs(Permission.RECORD_MANUAL_REFUNDS)],
    rma: Rma,
    parts: Parts,
    body: Annotated[ManualRefundRecorded, Body(openapi_examples=examples_adjustments.MANUAL_REFUNDS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """It keeps anybody from paying the same again, and counts once another person has confirmed it."""
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.MANUAL_REFUND_RECORDED, body, key, if_match))


@router.post(
    "/{rma}/manual_refund_decided",
    operation_id="return_manual_refund_decided",
    summary="Confirm what was paid outside",
    response_model=EventAnswered,
    responses=ASKED,
)
async def manual_refund_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    rma: Rma,
    parts: Parts,
    body: Annotated[ManualRefundDecided, Body(openapi_examples=examples_adjustments.CONFIRMATIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Never by who recorded it. Confirmed, it is in the ledger as paid; refused, the amount is owed again."""
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.MANUAL_REFUND_DECIDED, body, key, if_match))
