"""Being heard after a refusal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api import abuse_problems, examples, examples_abuse, problems
from api.dependencies import Parts, Rma, Services, needs
from api.errors import ApiProblem
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.opening import ReturnAsked, Wish, give_answer
from domain.orders import VISIBLE
from domain.returns.appeals import appeal_against
from domain.returns.case import Finding
from domain.returns.views import ReturnView

router = APIRouter(prefix="/v1/returns", tags=["Returns"])


class AppealAsked(BaseModel):
    """What the customer says to the refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = Field(min_length=3, max_length=2000)
    evidence: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE)], ...],
        Field(max_length=20, description="Where photos and the like are kept: addresses or ids of yours."),
    ] = ()


@router.post(
    "/{rma}/appeal",
    operation_id="appeal",
    summary="Appeal against a refusal",
    status_code=201,
    response_model=ReturnView,
    responses={
        201: {
            "description": "A new return with the same lines, in review.",
            "content": {"application/json": {"example": examples.RETURN_VIEW}},
        },
        **problem_responses(
            problems.RETURN_NOT_FOUND,
            problems.MALFORMED_RMA,
            problems.RETURN_REFUSED,
            abuse_problems.APPEAL_NOT_POSSIBLE,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def appeal(
    caller: Annotated[Caller, needs(Permission.OPEN_RETURNS)],
    rma: Rma,
    parts: Parts,
    request: Request,
    body: Annotated[AppealAsked, Body(openapi_examples=examples_abuse.APPEALS)],
) -> Response:
    """The refused return stays as it is; a new one asks for the same lines, by the day on which they were asked for.

    A person who has not decided before decides on it, and the refused return says what came of it. The same appeal sent
    again gets the same answer.
    """
    wish = await run_in_threadpool(_hear, caller, rma, body, parts)
    return await give_answer(wish, parts, request)


def _hear(caller: Caller, rma: str, body: AppealAsked, parts: Services) -> Wish:
    reads = parts.records.reads
    stored = reads.return_case(caller.merchant, rma)
    case = stored.case
    found = appeal_against(
        case,
        stored.progress,
        note=body.note,
        evidence=body.evidence,
        policy=reads.policy(caller.merchant, case.policy_version).policy,
        at=parts.clock.now(),
    )
    if isinstance(found, Finding):
        detail = f"Return {rma}: {found.detail} {found.way_out}"
        raise ApiProblem(abuse_problems.APPEAL_NOT_POSSIBLE, detail, members={"code": found.rule})
    asked = ReturnAsked(order_id=case.order_id, lines=case.lines)
    # One appeal for each refusal, so the return is the key.
    return Wish(
        asked, f"appeal:{rma}", caller, follows=rma, appeal=found, appealed_at=case.requested_at, gift=case.gift
    )
