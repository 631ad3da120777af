"""The address for what a person decides about a payment issue."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Response
from pydantic import Field

from api import examples_adjustments, examples_money, problems
from api.delivery import Incoming, ask
from api.dependencies import IfMatch, IssueNumber, Parts, needs
from api.keys import Caller
from api.manual_refunds import ManualRefundDecided, ManualRefundRecorded
from api.news import EventId, News
from api.payment_issues.door import PAYMENT_ISSUES, IssueAnswered
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import EventKind
from domain.orders import Identifier
from domain.payment_issues.case import Resolution

router = APIRouter(prefix="/v1/payment_issues", tags=["Payment issues"])

Key = Annotated[
    EventId | None,
    Header(alias="Idempotency-Key", description="The event's id, for senders that cannot put it into the body."),
]


ASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "It is decided; the issue as it now stands.",
        "content": {"application/json": {"example": examples_money.ISSUE_ANSWERED}},
    },
    **problem_responses(
        problems.MALFORMED_RMA,
        problems.EVENT_ID_REUSED,
        problems.PAYMENT_ISSUE_NOT_FOUND,
        problems.EVENT_REFUSED,
        problems.PAYMENT_ISSUE_CLOSED,
        problems.PRECONDITION_FAILED,
        problems.OUTCOME_PENDING,
    ),
}


class ResolutionDecided(News):
    """What a person decides about money that is still owed, or about a dispute."""

    resolution: Resolution = Field(
        description="pay_again: a new payout. write_off: nothing more is paid; on a dispute, the loss is accepted. "
        "received: what the customer owed the shop came back."
    )
    method: Literal["provider", "store_credit"] = Field(
        default="provider", description="Which way a new payout goes: as the payment was made, or as store credit."
    )
    payment_id: Identifier | None = Field(
        default=None, description="The payment of the order that a new payout goes to; none: by the policy's order."
    )
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the issue.")


@router.post(
    "/{number}/resolution_decided",
    operation_id="resolution_decided",
    summary="Decide what becomes of the money",
    response_model=IssueAnswered,
    responses=ASKED,
)
async def resolution_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    number: IssueNumber,
    parts: Parts,
    body: Annotated[ResolutionDecided, Body(openapi_examples=examples_money.RESOLUTIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """All that is owed is paid again at once, or nothing: when the payments hold less, the answer says how much."""
    incoming = Incoming(PAYMENT_ISSUES, caller, number, EventKind.RESOLUTION_DECIDED, body, key, if_match)
    return await ask(parts, incoming)


@router.post(
    "/{number}/manual_refund_recorded",
    operation_id="issue_manual_refund_recorded",
    summary="Record what was paid outside",
    response_model=IssueAnswered,
    responses=ASKED,
)
async def manual_refund_recorded(
    caller: Annotated[Caller, needs(Permission.RECORD_MANUAL_REFUNDS)],
    number: IssueNumber,
    parts: Parts,
    body: Annotated[ManualRefundRecorded, Body(openapi_examples=examples_adjustments.MANUAL_REFUNDS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """It keeps anybody from paying the same again, and counts once another person has confirmed it."""
    return await ask(
        parts, Incoming(PAYMENT_ISSUES, caller, number, EventKind.MANUAL_REFUND_RECORDED, body, key, if_match)
    )


@router.post(
    "/{number}/manual_refund_decided",
    operation_id="issue_manual_refund_decided",
    summary="Confirm what was paid outside",
    response_model=IssueAnswered,
    responses=ASKED,
)
async def manual_refund_decided(
    caller: Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)],
    number: IssueNumber,
    parts: Parts,
    body: Annotated[ManualRefundDecided, Body(openapi_examples=examples_adjustments.CONFIRMATIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Never by who recorded it. Confirmed, it is in the ledger as paid; refused, the amount is owed again."""
    return await ask(
        parts, Incoming(PAYMENT_ISSUES, caller, number, EventKind.MANUAL_REFUND_DECIDED, body, key, if_match)
    )
