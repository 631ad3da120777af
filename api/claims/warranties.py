"""Registered goods: who has them, and until when the shop stands by them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from api import claim_problems, problems
from api import examples_claims as examples
from api.dependencies import Parts, needs
from api.errors import ApiProblem
from api.etags import answer
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.claims.warranties import Warranty, WarrantyAsked, register_warranty
from domain.orders import VISIBLE
from domain.returns.case import Finding

router = APIRouter(prefix="/v1/warranties", tags=["Claims"])

WarrantyKey = Annotated[
    str,
    Path(
        min_length=1,
        max_length=129,
        pattern=VISIBLE,
        description="The serial number of one unit, or `order_id/line_id` for all units of a line.",
        examples=["SN-0451"],
    ),
]


@router.put(
    "/{key:path}",
    operation_id="register_warranty",
    summary="Register goods for their warranty",
    response_model=Warranty,
    responses={
        200: {
            "description": "They were registered so before.",
            "content": {"application/json": {"example": examples.WARRANTY}},
        },
        201: {"description": "They are registered.", "model": Warranty},
        **problem_responses(
            problems.ORDER_NOT_FOUND,
            problems.POLICY_MISSING,
            claim_problems.WARRANTY_REFUSED,
            claim_problems.WARRANTY_TAKEN,
        ),
    },
)
def register(
    caller: Annotated[Caller, needs(Permission.REGISTER_WARRANTIES)],
    key: WarrantyKey,
    asked: Annotated[WarrantyAsked, Body(openapi_examples=examples.REGISTRATIONS)],
    parts: Parts,
) -> Response:
    """Until when says the policy's table `warranties`, counted from the delivery or the order, never from today."""
    reads = parts.records.reads
    order = reads.order(caller.merchant, asked.order_id).order
    found = register_warranty(
        key,
        asked,
        order,
        policy=reads.policy(caller.merchant),
        conditions=parts.conditions,
        at=parts.clock.now(),
    )
    if isinstance(found, Finding):
        members = {"code": found.rule}
        raise ApiProblem(claim_problems.WARRANTY_REFUSED, f"{found.detail} {found.way_out}", members=members)
    receipt = parts.records.claims.register(caller.merchant, found)
    kept = receipt.warranty
    if (kept.order_id, kept.line_id, kept.registered_by) != (asked.order_id, asked.line_id, asked.registered_by):
        detail = f"{key} is registered by {kept.registered_by} since {kept.registered_at:%Y-%m-%d}."
        raise ApiProblem(claim_problems.WARRANTY_TAKEN, detail)
    return answer(kept, status=201 if receipt.is_new else 200)


@router.get(
    "/{key:path}",
    operation_id="get_warranty",
    summary="Read a registration",
    responses={
        200: {"content": {"application/json": {"example": examples.WARRANTY}}},
        **problem_responses(claim_problems.WARRANTY_NOT_FOUND),
    },
)
def get_warranty(caller: Annotated[Caller, needs(Permission.READ_RETURNS)], key: WarrantyKey, parts: Parts) -> Warranty:
    """Who registered which goods, until when they are under warranty, and by which rule."""
    return parts.records.claims.warranty(caller.merchant, key)
