"""Following claims: one, its timeline, and lists. All of it from the records alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import claim_problems, problems
from api import examples_claims as examples
from api.case_reading import CaseQuery, CaseTimeline, NextCursor
from api.claim_explanation_example import EXPLANATION
from api.dependencies import ClaimNumber, IfNoneMatch, Parts, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.claims.progress import ClaimState
from domain.claims.views import ClaimView, view_claim
from domain.explanations import ClaimCaseBasis, ClaimExplanation, explain_claim
from domain.risk.models import RiskAssessment

router = APIRouter(prefix="/v1/claims", tags=["Claims"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]


class ClaimSignals(BaseModel):
    """What was noticed about a claim when it was filed."""

    model_config = ConfigDict(frozen=True)

    number: str
    request: RiskAssessment | None = Field(description="Null for a claim from before signals were looked for.")


class ClaimList(BaseModel):
    """A page of claims, newest first."""

    model_config = ConfigDict(frozen=True)

    claims: list[ClaimView]
    next_cursor: NextCursor


@router.get(
    "",
    operation_id="list_claims",
    summary="List claims",
    responses={
        200: {"content": {"application/json": {"example": examples.LIST}}},
        **problem_responses(),
    },
)
def list_claims(caller: Reader, parts: Parts, query: Annotated[CaseQuery[ClaimState], Query()]) -> ClaimList:
    """Newest first. `waiting_for=review` is the list to work off."""
    page = parts.records.claims.claims(caller.merchant, query.as_filter(), limit=query.limit, cursor=query.cursor)
    shown = [view_claim(stored.case, stored.progress) for stored in page.claims]
    return ClaimList(claims=shown, next_cursor=page.next_cursor)


@router.get(
    "/{number}",
    operation_id="get_claim",
    summary="Read a claim",
    response_model=ClaimView,
    responses={
        200: {"content": {"application/json": {"example": examples.VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(claim_problems.CLAIM_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_claim(caller: Reader, number: ClaimNumber, parts: Parts, if_none_match: IfNoneMatch = None) -> Response:
    """What is wrong, what the policy said and why, who decides by when, what is given, and who bears it."""
    stored = parts.records.claims.claim(caller.merchant, number)
    return answer(view_claim(stored.case, stored.progress), tag=etag(stored.version), if_none_match=if_none_match)


@router.get(
    "/{number}/timeline",
    operation_id="get_claim_timeline",
    summary="What happened, and who did it",
    responses={
        200: {"content": {"application/json": {"example": examples.TIMELINE}}},
        **problem_responses(claim_problems.CLAIM_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_claim_timeline(caller: Reader, number: ClaimNumber, parts: Parts) -> CaseTimeline:
    """Every change of the claim with its actor, oldest first."""
    parts.records.claims.claim(caller.merchant, number)
    return CaseTimeline(number=number, entries=parts.records.reads.timeline(caller.merchant, number))


@router.get(
    "/{number}/signals",
    operation_id="get_claim_signals",
    summary="What was noticed about a claim",
    responses={
        200: {"content": {"application/json": {"example": examples.SIGNALS}}},
        **problem_responses(claim_problems.CLAIM_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_claim_signals(
    caller: Annotated[Caller, needs(Permission.READ_SIGNALS)], number: ClaimNumber, parts: Parts
) -> ClaimSignals:
    """Each signal that is switched on, seen or not, with its figures; nothing of it is told to the customer."""
    return ClaimSignals(number=number, request=parts.records.claims.claim(caller.merchant, number).case.risk)


@router.get(
    "/{number}/explanation",
    operation_id="explain_claim",
    summary="Explain a claim",
    responses={
        200: {"content": {"application/json": {"example": EXPLANATION}}},
        **problem_responses(claim_problems.CLAIM_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_claim_explanation(
    caller: Annotated[Caller, needs(Permission.READ_EXPLANATIONS)], number: ClaimNumber, parts: Parts
) -> ClaimExplanation:
    """The verdict with its facts, the rules that led to it, those that all but did, and what would change it; each no and each
    approval; each amount with what it was computed from. `recomputation` says whether all of it, computed again from what
    is stored, comes out the same."""
    parts.records.claims.claim(caller.merchant, number)
    basis = parts.records.reads.explanation_basis(caller.merchant, number)
    assert isinstance(basis, ClaimCaseBasis), "the number is that of a claim"
    return explain_claim(basis, conditions=parts.conditions)
