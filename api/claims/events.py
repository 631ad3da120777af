"""The addresses for news about a claim: decided, shown, appealed, withdrawn; and about goods that were asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response

from api import claim_problems, examples, examples_adjustments, examples_receipts, problems
from api import examples_claims as own
from api.claims.door import CLAIMS, ClaimAnswered
from api.claims.news import ClaimAppealed, ClaimDecided, ClaimShown, ClaimWithdrawn
from api.delivery import EventReceipt, Incoming, ask, tell
from api.dependencies import ClaimNumber, IfMatch, Parts, needs
from api.keys import Caller
from api.manual_refunds import ManualRefundDecided, ManualRefundRecorded
from api.news import EventId
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.news import InspectionRecorded, ItemReceived, LabelScanned
from domain.cases import EventKind

router = APIRouter(prefix="/v1/claims", tags=["Claims"])

Key = Annotated[
    EventId | None,
    Header(alias="Idempotency-Key", description="The event's id, for senders that cannot put it into the body."),
]
RecordsParcels = Annotated[Caller, needs(Permission.RECORD_PARCELS)]
TOLD: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The news is kept.",
        "content": {"application/json": {"example": examples.EVENT_RECEIPT}},
    },
    **problem_responses(problems.MALFORMED_RMA, problems.EVENT_ID_REUSED),
}
ASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "It is done; the claim as it now stands.",
        "content": {"application/json": {"example": own.ANSWERED}},
    },
    **problem_responses(
        problems.MALFORMED_RMA,
        problems.EVENT_ID_REUSED,
        claim_problems.CLAIM_NOT_FOUND,
        problems.EVENT_REFUSED,
        claim_problems.CLAIM_CLOSED,
        problems.PRECONDITION_FAILED,
        problems.OUTCOME_PENDING,
    ),
}


@router.post(
    "/{number}/approval_decided",
    operation_id="claim_approval_decided",
    summary="Decide on a claim, or on what is given for it",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def approval_decided(
    caller: Annotated[Caller, needs(Permission.DECIDE_APPROVALS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ClaimDecided, Body(openapi_examples=own.DECISIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """What is given needs authority by its amount: whoever decides approves it with the same word where the policy's matrix
    lets them, else it waits for somebody who may. Nobody decides what they asked for, and whoever denied a claim does not
    decide its appeal."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.APPROVAL_DECIDED, body, key, if_match))


@router.post(
    "/{number}/evidence_given",
    operation_id="claim_evidence_given",
    summary="The customer shows something",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def evidence_given(
    caller: Annotated[Caller, needs(Permission.GIVE_EVIDENCE)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ClaimShown, Body(openapi_examples=own.EVIDENCE)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """The answer to a question, or more evidence while nobody has decided; types and sizes are checked."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.EVIDENCE_GIVEN, body, key, if_match))


@router.post(
    "/{number}/appeal_requested",
    operation_id="claim_appeal_requested",
    summary="The customer appeals a denial",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def appeal_requested(
    caller: Annotated[Caller, needs(Permission.FILE_CLAIMS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ClaimAppealed, Body(openapi_examples=own.APPEALS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Once, within the time that the policy gives; somebody else than who denied it looks at it again."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.APPEAL_REQUESTED, body, key, if_match))


@router.post(
    "/{number}/cancel_requested",
    operation_id="claim_cancel_requested",
    summary="Withdraw a claim",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def cancel_requested(
    caller: Annotated[Caller, needs(Permission.CANCEL_RETURNS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ClaimWithdrawn | None, Body(openapi_examples=own.WITHDRAWALS)] = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Possible while nothing is on its way. After a denial it means that the customer accepts it."""
    return await ask(
        parts, Incoming(CLAIMS, caller, number, EventKind.CANCEL_REQUESTED, body or ClaimWithdrawn(), key, if_match)
    )


@router.post(
    "/{number}/manual_refund_recorded",
    operation_id="claim_manual_refund_recorded",
    summary="Record what was paid outside",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def manual_refund_recorded(
    caller: Annotated[Caller, needs(Permission.RECORD_MANUAL_REFUNDS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ManualRefundRecorded, Body(openapi_examples=examples_adjustments.MANUAL_REFUNDS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """No more than the claim owes. It keeps anybody from paying the same again, and counts once another person confirmed it."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.MANUAL_REFUND_RECORDED, body, key, if_match))


@router.post(
    "/{number}/manual_refund_decided",
    operation_id="claim_manual_refund_decided",
    summary="Confirm what was paid outside",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def manual_refund_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ManualRefundDecided, Body(openapi_examples=examples_adjustments.CONFIRMATIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Never by who recorded it. Confirmed, it is in the ledger as paid; refused, the amount is owed again."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.MANUAL_REFUND_DECIDED, body, key, if_match))


@router.post(
    "/{number}/inspection_recorded",
    operation_id="claim_inspection_recorded",
    summary="An inspector says what came back",
    response_model=ClaimAnswered,
    responses=ASKED,
)
async def inspection_recorded(
    caller: Annotated[Caller, needs(Permission.RECORD_INSPECTIONS)],
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[InspectionRecorded, Body(openapi_examples=examples_receipts.INSPECTIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """For goods that were asked for: what is accepted is replaced or paid back, the rest goes back to the customer."""
    return await ask(parts, Incoming(CLAIMS, caller, number, EventKind.INSPECTION_RECORDED, body, key, if_match))


@router.post(
    "/{number}/label_scanned",
    operation_id="claim_label_scanned",
    summary="The carrier scanned the label",
    status_code=202,
    responses=TOLD,
)
async def label_scanned(
    caller: RecordsParcels,
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[LabelScanned | None, Body(openapi_examples=examples_receipts.SCANS)] = None,
    key: Key = None,
) -> EventReceipt:
    """The parcel with goods that were asked for is moving."""
    return await tell(parts, Incoming(CLAIMS, caller, number, EventKind.LABEL_SCANNED, body or LabelScanned(), key))


@router.post(
    "/{number}/item_received",
    operation_id="claim_item_received",
    summary="The dock took in goods",
    status_code=202,
    responses=TOLD,
)
async def item_received(
    caller: RecordsParcels,
    number: ClaimNumber,
    parts: Parts,
    body: Annotated[ItemReceived | None, Body(openapi_examples=examples_receipts.RECEIPTS)] = None,
    key: Key = None,
) -> EventReceipt:
    """Goods that were asked for; what came without being asked for is kept for a person."""
    return await tell(parts, Incoming(CLAIMS, caller, number, EventKind.ITEM_RECEIVED, body or ItemReceived(), key))
