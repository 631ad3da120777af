"""Following adjustments: one, its timeline, its ledger, and lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api import adjustment_problems, problems
from api import examples_adjustments as examples
from api.case_reading import CaseLedger, CaseQuery, CaseTimeline, NextCursor
from api.dependencies import AdjustmentNumber, IfNoneMatch, Parts, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.adjustments.progress import AdjustmentState
from domain.adjustments.views import AdjustmentView, view_adjustment
from domain.explanations import AdjustmentCaseBasis, AdjustmentExplanation
from domain.explanations.adjustments import explain_adjustment

router = APIRouter(prefix="/v1/adjustments", tags=["Adjustments"])

Reader = Annotated[Caller, needs(Permission.READ_LEDGER)]


class AdjustmentList(BaseModel):
    """A page of adjustments, newest first."""

    model_config = ConfigDict(frozen=True)

    adjustments: list[AdjustmentView]
    next_cursor: NextCursor


@router.get(
    "",
    operation_id="list_adjustments",
    summary="List adjustments",
    responses={
        200: {"content": {"application/json": {"example": examples.LIST}}},
        **problem_responses(),
    },
)
def list_adjustments(
    caller: Reader, parts: Parts, query: Annotated[CaseQuery[AdjustmentState], Query()]
) -> AdjustmentList:
    """Newest first. `open=true` is the list to work off."""
    page = parts.records.reads.money.adjustments(
        caller.merchant, query.as_filter(), limit=query.limit, cursor=query.cursor
    )
    shown = [view_adjustment(stored.case, stored.progress) for stored in page.adjustments]
    return AdjustmentList(adjustments=shown, next_cursor=page.next_cursor)


@router.get(
    "/{number}",
    operation_id="get_adjustment",
    summary="Read an adjustment",
    response_model=AdjustmentView,
    responses={
        200: {"content": {"application/json": {"example": examples.VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(adjustment_problems.ADJUSTMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_adjustment(
    caller: Reader, number: AdjustmentNumber, parts: Parts, if_none_match: IfNoneMatch = None
) -> Response:
    """What was asked, what it comes to and why, who decides by when, and what was paid."""
    stored = parts.records.reads.money.adjustment(caller.merchant, number)
    return answer(view_adjustment(stored.case, stored.progress), tag=etag(stored.version), if_none_match=if_none_match)


@router.get(
    "/{number}/timeline",
    operation_id="get_adjustment_timeline",
    summary="What happened, and who did it",
    responses={
        200: {"content": {"application/json": {"example": examples.TIMELINE}}},
        **problem_responses(adjustment_problems.ADJUSTMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_adjustment_timeline(caller: Reader, number: AdjustmentNumber, parts: Parts) -> CaseTimeline:
    """Every change of the adjustment with its actor, oldest first."""
    reads = parts.records.reads
    reads.money.adjustment(caller.merchant, number)
    return CaseTimeline(number=number, entries=reads.timeline(caller.merchant, number))


@router.get(
    "/{number}/ledger",
    operation_id="get_adjustment_ledger",
    summary="Every movement of money",
    responses={
        200: {"content": {"application/json": {"example": examples.LEDGER}}},
        **problem_responses(adjustment_problems.ADJUSTMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_adjustment_ledger(caller: Reader, number: AdjustmentNumber, parts: Parts) -> CaseLedger:
    """Each payout of the adjustment from intent to settlement; entries are never changed."""
    reads = parts.records.reads
    reads.money.adjustment(caller.merchant, number)
    return CaseLedger(number=number, entries=reads.case_ledger(caller.merchant, number))


@router.get(
    "/{number}/explanation",
    operation_id="explain_adjustment",
    summary="Explain an adjustment",
    responses={
        200: {"content": {"application/json": {"example": examples.EXPLANATION}}},
        **problem_responses(adjustment_problems.ADJUSTMENT_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def explain(
    caller: Annotated[Caller, needs(Permission.READ_EXPLANATIONS)], number: AdjustmentNumber, parts: Parts
) -> AdjustmentExplanation:
    """Each amount with what it was computed from, what the payments held then and hold now, and whether it comes out
    the same when it is computed again."""
    reads = parts.records.reads
    reads.money.adjustment(caller.merchant, number)
    basis = reads.explanation_basis(caller.merchant, number)
    assert isinstance(basis, AdjustmentCaseBasis), "the number is that of an adjustment"
    return explain_adjustment(basis)
