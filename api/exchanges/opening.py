"""Asking for an exchange: the body of a return, at least one line of which wants goods."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from api import examples_exchanges, gift_problems, problems
from api.dependencies import Parts, needs
from api.errors import ApiProblem, FieldError
from api.idempotency import IdempotencyKey
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.opening import ReturnAsked, open_return
from domain.exchanges.offers import is_exchange
from domain.returns.views import ReturnView

router = APIRouter(prefix="/v1/exchanges", tags=["Exchanges"])


@router.post(
    "",
    operation_id="open_exchange",
    summary="Open an exchange",
    status_code=201,
    response_model=ReturnView,
    responses={
        201: {
            "description": "The exchange is open: the customer pays their part, or the goods come back.",
            "content": {"application/json": {"example": examples_exchanges.EXCHANGE_VIEW}},
        },
        **problem_responses(
            problems.ORDER_NOT_FOUND,
            gift_problems.GIFT_NOT_FOUND,
            problems.POLICY_MISSING,
            problems.IDEMPOTENCY_KEY_MISSING,
            problems.IDEMPOTENCY_KEY_REUSED,
            problems.RETURN_REFUSED,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def open_exchange(
    asked: Annotated[ReturnAsked, Body(openapi_examples=examples_exchanges.EXCHANGE_REQUESTS)],
    idempotency_key: IdempotencyKey,
    caller: Annotated[Caller, needs(Permission.OPEN_RETURNS)],
    parts: Parts,
    request: Request,
) -> Response:
    """As opening a return, with goods wanted for at least one line.

    What the customer owes is asked for at once: `GET /v1/collections` has what their browser needs to confirm it.
    """
    if not is_exchange(asked.lines):
        detail = "No line asks for goods: give one the resolution exchange and what is wanted, or replacement."
        raise ApiProblem(problems.INVALID_REQUEST, detail, errors=[FieldError(field="lines", detail=detail)])
    return await open_return(asked, idempotency_key, caller, parts, request)
