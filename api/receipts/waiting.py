"""The addresses for receipts that no case took: a person sees them, and says whose they are or what became of them."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Body, Path, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import claim_problems, examples_receipts, problems
from api.delivery import EventReceipt, bring
from api.dependencies import Parts, Services, needs
from api.doors import door_of
from api.errors import ApiProblem
from api.keys import Caller
from api.permissions import Permission
from api.receipt_problems import GOODS_NOT_ASKED_FOR, RECEIPT_NOT_WAITING
from api.reference import problem_responses
from domain.cases import Actor, CaseRef
from domain.claims.case import Claim
from domain.errors import UnknownCase
from domain.rma import MalformedRma, parse_rma
from records.models import EventKept

log = structlog.get_logger("api")
router = APIRouter(prefix="/v1/receipts", tags=["Receipts"])

Assigner = Annotated[Caller, needs(Permission.ASSIGN_PARCELS)]
ReceiptId = Annotated[str, Path(min_length=1, max_length=128, description="Its `event_id`.", examples=["evt_01J9"])]
LONGEST_PAGE = 200


class WaitingPart(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WaitingReceipt(WaitingPart):
    """A session at the dock, or its share of one case, that nobody took."""

    event_id: str
    rma: str | None = Field(description="The number on its paper; null when there was none.")
    code: str = Field(
        description="unidentified_parcel, unexpected_units, unknown_return, case_closed, after_settlement, goods_not_asked_for (of a claim), "
        "unreadable_event."
    )
    detail: str = Field(description="Why, and what to do.")
    dock: Actor
    received_at: AwareDatetime
    session: dict[str, Any] = Field(description="What the dock told, as it told it.")


class WaitingReceipts(WaitingPart):
    """Receipts that wait for a person, oldest first."""

    receipts: list[WaitingReceipt]


class Assignment(WaitingPart):
    """Whose the goods are."""

    rma: str = Field(
        max_length=20,
        description="An open return, exchange or claim of your shop; as a person types it.",
        examples=["7K3F-Q9X4"],
    )


class Dismissal(WaitingPart):
    """What became of the goods outside."""

    note: str = Field(min_length=1, max_length=500, description="It is kept, with who said it.")


class ReceiptDismissed(WaitingPart):
    """The receipt waits no longer."""

    event_id: str


@router.get(
    "/waiting",
    operation_id="list_waiting_receipts",
    summary="Receipts that wait for a person",
    responses={
        200: {"content": {"application/json": {"example": examples_receipts.WAITING}}},
        **problem_responses(),
    },
)
def list_waiting_receipts(
    caller: Assigner, parts: Parts, limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50
) -> WaitingReceipts:
    """Parcels without a known paper, goods for a closed or settled case, those that a claim did not ask for, and what could
    not be read."""
    waiting = parts.records.receipts.waiting(caller.merchant, limit=limit)
    return WaitingReceipts(receipts=[_view(kept) for kept in waiting])


@router.post(
    "/{event_id}/assigned",
    operation_id="assign_receipt",
    summary="Say whose a waiting receipt is",
    status_code=202,
    responses={
        202: {
            "description": "The case has it.",
            "content": {"application/json": {"example": examples_receipts.ASSIGNED}},
        },
        **problem_responses(
            RECEIPT_NOT_WAITING,
            problems.RETURN_NOT_FOUND,
            problems.RETURN_CLOSED,
            claim_problems.CLAIM_CLOSED,
            GOODS_NOT_ASKED_FOR,
            problems.MALFORMED_RMA,
        ),
    },
)
async def assign_receipt(
    caller: Assigner,
    event_id: ReceiptId,
    parts: Parts,
    body: Annotated[Assignment, Body(openapi_examples=examples_receipts.ASSIGNMENTS)],
) -> EventReceipt:
    """The return, exchange or claim gets the session word for word, as if its paper had been read; who assigned it is on its timeline."""
    kept = await run_in_threadpool(_assign, parts, caller, event_id, body.rma)
    log.info("receipt.assigned", merchant=caller.merchant, event_id=event_id, case_id=kept.event.rma)
    return await bring(parts, door_of(kept.event.case_kind), kept)


@router.post(
    "/{event_id}/dismissed",
    operation_id="dismiss_receipt",
    summary="Settle a waiting receipt without a case",
    responses={
        200: {"content": {"application/json": {"example": examples_receipts.DISMISSED}}},
        **problem_responses(RECEIPT_NOT_WAITING),
    },
)
def dismiss_receipt(
    caller: Assigner,
    event_id: ReceiptId,
    parts: Parts,
    body: Annotated[Dismissal, Body(openapi_examples=examples_receipts.DISMISSALS)],
) -> ReceiptDismissed:
    """For goods that are of no case: sent on to another shop, given back at the door, thrown away."""
    if not parts.records.receipts.dismiss(caller.merchant, event_id, note=body.note, by=caller.actor):
        raise _not_waiting(event_id)
    log.info("receipt.dismissed", merchant=caller.merchant, event_id=event_id, actor=caller.actor.name)
    return ReceiptDismissed(event_id=event_id)


def _assign(parts: Services, caller: Caller, event_id: str, number: str) -> EventKept:
    try:
        rma = parse_rma(number)
    except MalformedRma as error:
        raise ApiProblem(problems.MALFORMED_RMA, f"{error}.") from None
    kept = parts.records.receipts.assign(_awaiting(parts, caller, rma), event_id, by=caller.actor)
    if kept is None:
        raise _not_waiting(event_id)
    return kept


def _awaiting(parts: Services, caller: Caller, rma: str) -> CaseRef:
    """The case, which can take goods."""
    found = parts.records.receipts.goods_case(caller.merchant, rma)
    if found is None:
        raise UnknownCase(f"there is no return, exchange or claim {rma}")
    kind = found.case.ref.kind
    if not found.progress.open:
        detail = f"The {kind} {rma} is closed; open a return for these goods first."
        raise ApiProblem(door_of(kind).closed, detail)
    if isinstance(found.case, Claim) and not found.case.takes_goods:
        detail = f"The claim {rma} asks for no goods; decide on it with `goods_back`, or open a return for them."
        raise ApiProblem(GOODS_NOT_ASKED_FOR, detail)
    return found.case.ref


def _not_waiting(event_id: str) -> ApiProblem:
    return ApiProblem(RECEIPT_NOT_WAITING, f"No receipt {event_id} waits for a person.")


def _view(kept: EventKept) -> WaitingReceipt:
    assert kept.answer is not None, "what waits was settled as parked"
    return WaitingReceipt(
        event_id=kept.event.event_id,
        rma=kept.event.rma or None,
        code=kept.answer.code,
        detail=kept.answer.detail,
        dock=kept.event.actor,
        received_at=kept.event.received_at,
        session=kept.event.payload,
    )
