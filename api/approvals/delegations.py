"""Standing in: authority lent to somebody for a time, by whoever has it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from api import approval_problems, examples_authority
from api.dependencies import Parts, needs
from api.errors import ApiProblem, FieldError
from api.keys import Caller
from api.permissions import Permission
from api.problems import INVALID_REQUEST
from api.reference import problem_responses
from domain.authority import Delegation
from domain.cases import Role
from domain.orders import Moment

router = APIRouter(prefix="/v1/delegations", tags=["Approvals"])

Decider = Annotated[Caller, needs(Permission.DECIDE_APPROVALS)]
SHOWN = 200


class DelegationAsked(BaseModel):
    """Who stands in for the caller, and when."""

    model_config = ConfigDict(extra="forbid")

    delegate: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The person: an owner of keys.")
    starts_at: Moment | None = Field(default=None, description="Unset: now.")
    ends_at: Moment
    reason: str = Field(default="", max_length=500)


class DelegationList(BaseModel):
    """Delegations in force or to come, then those that are over."""

    model_config = ConfigDict(frozen=True)

    delegations: list[Delegation]


@router.post(
    "",
    operation_id="lend_authority",
    summary="Let somebody stand in for you",
    status_code=201,
    responses={
        201: {"content": {"application/json": {"example": examples_authority.DELEGATION}}},
        **problem_responses(),
    },
)
def lend_authority(
    caller: Decider,
    parts: Parts,
    body: Annotated[DelegationAsked, Body(openapi_examples=examples_authority.DELEGATIONS)],
) -> Delegation:
    """They may approve what you may, never what you or they asked for; each decision says for whom they stood in."""
    now = parts.clock.now()
    starts_at = body.starts_at or now
    delegate = body.delegate.casefold()
    if body.ends_at <= max(starts_at, now):
        raise _wrong("ends_at", "This is not after the beginning, or it has passed.")
    if delegate == caller.actor.person:
        raise _wrong("delegate", "This is you; name somebody else.")
    made = Delegation(
        delegation_id=parts.clock.new_id("del"),
        delegator=caller.actor,
        delegate=delegate,
        starts_at=starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
        made_at=now,
    )
    parts.records.add_delegation(caller.merchant, made)
    return made


@router.get(
    "",
    operation_id="list_delegations",
    summary="Who stands in for whom",
    responses={
        200: {"content": {"application/json": {"example": {"delegations": [examples_authority.DELEGATION]}}}},
        **problem_responses(),
    },
)
def list_delegations(caller: Annotated[Caller, needs(Permission.READ_APPROVALS)], parts: Parts) -> DelegationList:
    """All of them stay on record, those that are over too."""
    found = parts.records.reads.approvals.delegations(caller.merchant, at=parts.clock.now(), limit=SHOWN)
    return DelegationList(delegations=found)


@router.post(
    "/{delegation_id}/ended",
    operation_id="end_delegation",
    summary="End a delegation",
    responses={
        200: {"content": {"application/json": {"example": examples_authority.DELEGATION}}},
        **problem_responses(approval_problems.DELEGATION_NOT_FOUND, approval_problems.NOT_YOURS_TO_LEND),
    },
)
def end_delegation(caller: Decider, delegation_id: str, parts: Parts) -> Delegation:
    """Over from now on; ending it twice changes nothing. The lender ends it, or an administrator."""
    found = parts.records.reads.approvals.delegation(caller.merchant, delegation_id)
    if found is None:
        detail = f"No delegation {delegation_id[:40]} is known."
        raise ApiProblem(approval_problems.DELEGATION_NOT_FOUND, detail)
    if found.delegator.person != caller.actor.person and caller.actor.role is not Role.ADMIN:
        detail = f"The delegation {delegation_id} is {found.delegator.name}'s; they or an administrator end it."
        raise ApiProblem(approval_problems.NOT_YOURS_TO_LEND, detail)
    ended = parts.records.end_delegation(caller.merchant, delegation_id, at=parts.clock.now())
    assert ended is not None, "it was there a moment ago, and none is ever deleted"
    return ended


def _wrong(field: str, detail: str) -> ApiProblem:
    return ApiProblem(INVALID_REQUEST, f"{field}: {detail}", errors=[FieldError(field=field, detail=detail)])
