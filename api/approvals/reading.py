"""The queue of approvals: what waits for whom, until when and why; and how often rules are set aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import approval_problems, examples_authority
from api.approvals.views import ApprovalAddress, ApprovalView, unknown_approval, view_approval
from api.dependencies import Parts, needs
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.approvals import ApprovalState
from domain.cases import Role
from domain.orders import Identifier, Moment
from domain.policies import Action
from records.approval_reads import ExceptionCount, granted
from records.approvals import ApprovalFilter

router = APIRouter(prefix="/v1/approvals", tags=["Approvals"])

Reader = Annotated[Caller, needs(Permission.READ_APPROVALS)]
LONGEST_PAGE = 200
# What a shop manager looks back on by default.
MONTH = timedelta(days=30)


class ApprovalList(BaseModel):
    """A page of the queue, what is most urgent first."""

    model_config = ConfigDict(frozen=True)

    approvals: list[ApprovalView]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class ApprovalQuery(BaseModel):
    """Which approvals to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: ApprovalState | None = None
    action: Action | None = None
    role: Annotated[Role | None, Field(description="Those that this role is asked for now.")] = None
    owner: Annotated[str | None, Field(max_length=64, description="Taken on by; empty: by nobody.")] = None
    order_id: Identifier | None = None
    due_before: Annotated[Moment | None, Field(description="Whose deadline is before that moment.")] = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None


class SpanQuery(BaseModel):
    """From when until when."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[Moment | None, Field(description="Unset: 30 days before `until`.")] = None
    until: Annotated[Moment | None, Field(description="Unset: now.")] = None


class ExceptionsShown(BaseModel):
    """How often rules were set aside."""

    model_config = ConfigDict(frozen=True)

    since: Moment
    until: Moment
    requests: int = Field(description="All returns that were asked for in that span.")
    asked: int
    granted: int
    rate_percent: float = Field(description="Granted exceptions for each hundred requests.")
    counts: list[ExceptionCount]


@router.get(
    "",
    operation_id="list_approvals",
    summary="What waits for a decision",
    responses={
        200: {"content": {"application/json": {"example": examples_authority.APPROVAL_LIST}}},
        **problem_responses(),
    },
)
def list_approvals(caller: Reader, parts: Parts, query: Annotated[ApprovalQuery, Query()]) -> ApprovalList:
    """Past a deadline first, then what takes two people, then by deadline. Answers while workers are down."""
    wanted = ApprovalFilter(
        **query.model_dump(exclude={"limit", "cursor", "owner"}),
        owner=query.owner.casefold() if query.owner is not None else None,
    )
    page = parts.records.reads.approvals.queue(caller.merchant, wanted, limit=query.limit, cursor=query.cursor)
    return ApprovalList(approvals=[view_approval(each) for each in page.approvals], next_cursor=page.next_cursor)


@router.get(
    "/exceptions",
    operation_id="exception_rate",
    summary="How often rules are set aside",
    responses={
        200: {"content": {"application/json": {"example": examples_authority.EXCEPTIONS}}},
        **problem_responses(),
    },
)
def exception_rate(caller: Reader, parts: Parts, query: Annotated[SpanQuery, Query()]) -> ExceptionsShown:
    """Exceptions by action, outcome and person, beside all requests of the same span."""
    until = query.until or parts.clock.now()
    since = query.since or until - MONTH
    found = parts.records.reads.approvals.exception_rate(caller.merchant, since=since, until=until)
    yes = granted(found.counts)
    return ExceptionsShown(
        since=since,
        until=until,
        requests=found.requests,
        asked=sum(each.exceptions for each in found.counts),
        granted=yes,
        rate_percent=round(100 * yes / found.requests, 2) if found.requests else 0.0,
        counts=list(found.counts),
    )


@router.get(
    "/{approval}",
    operation_id="get_approval",
    summary="Read an approval",
    responses={
        200: {"content": {"application/json": {"example": examples_authority.APPROVAL}}},
        **problem_responses(approval_problems.APPROVAL_NOT_FOUND),
    },
)
def get_approval(caller: Reader, address: ApprovalAddress, parts: Parts) -> ApprovalView:
    """Who is asked, why, until when, and who decided; decided ones stay readable."""
    rma, subject = address
    found = parts.records.reads.approvals.approval(caller.merchant, rma, subject)
    if found is None:
        raise unknown_approval(f"{rma}.{subject}")
    return view_approval(found)
