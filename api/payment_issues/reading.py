"""Following payment issues: one, its timeline, its ledger, and lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples_money, problems
from api.dependencies import IfNoneMatch, IssueNumber, Parts, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import TimelineEntry, WaitingFor
from domain.orders import Identifier
from domain.payment_issues.progress import PaymentIssueState
from domain.payment_issues.views import PaymentIssueView, view_issue
from records.models import LedgerEntry
from records.money_reads import CaseFilter

router = APIRouter(prefix="/v1/payment_issues", tags=["Payment issues"])

Reader = Annotated[Caller, needs(Permission.READ_LEDGER)]
LONGEST_PAGE = 200


class IssueList(BaseModel):
    """A page of payment issues, newest first."""

    model_config = ConfigDict(frozen=True)

    payment_issues: list[PaymentIssueView]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class IssueTimeline(BaseModel):
    """All that happened to a payment issue, oldest first."""

    model_config = ConfigDict(frozen=True)

    number: str
    entries: list[TimelineEntry]


class IssueLedger(BaseModel):
    """Every movement of money that a payment issue made, oldest first."""

    model_config = ConfigDict(frozen=True)

    number: str
    entries: list[LedgerEntry]


class IssueQuery(BaseModel):
    """Which payment issues to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: PaymentIssueState | None = None
    waiting_for: WaitingFor | None = None
    order_id: Identifier | None = None
    open: bool | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None


@router.get(
    "",
    operation_id="list_payment_issues",
    summary="List payment issues",
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_LIST}}},
        **problem_responses(),
    },
)
def list_payment_issues(caller: Reader, parts: Parts, query: Annotated[IssueQuery, Query()]) -> IssueList:
    """Newest first. `open=true` is the list to work off."""
    wanted = CaseFilter(**query.model_dump(exclude={"limit", "cursor"}))
    page = parts.records.reads.money.payment_issues(caller.merchant, wanted, limit=query.limit, cursor=query.cursor)
    shown = [view_issue(stored.case, stored.progress) for stored in page.issues]
    return IssueList(payment_issues=shown, next_cursor=page.next_cursor)


@router.get(
    "/{number}",
    operation_id="get_payment_issue",
    summary="Read a payment issue",
    response_model=PaymentIssueView,
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.PAYMENT_ISSUE_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_payment_issue(caller: Reader, number: IssueNumber, parts: Parts, if_none_match: IfNoneMatch = None) -> Response:
    """What went wrong, with which money, who decides by when, and what was paid since."""
    stored = parts.records.reads.money.payment_issue(caller.merchant, number)
    return answer(view_issue(stored.case, stored.progress), tag=etag(stored.version), if_none_match=if_none_match)


@router.get(
    "/{number}/timeline",
    operation_id="get_payment_issue_timeline",
    summary="What happened, and who did it",
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_TIMELINE}}},
        **problem_responses(problems.PAYMENT_ISSUE_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_payment_issue_timeline(caller: Reader, number: IssueNumber, parts: Parts) -> IssueTimeline:
    """Every change of the issue with its actor, oldest first."""
    reads = parts.records.reads
    reads.money.payment_issue(caller.merchant, number)
    return IssueTimeline(number=number, entries=reads.timeline(caller.merchant, number))


@router.get(
    "/{number}/ledger",
    operation_id="get_payment_issue_ledger",
    summary="Every movement of money",
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_LEDGER}}},
        **problem_responses(problems.PAYMENT_ISSUE_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_payment_issue_ledger(caller: Reader, number: IssueNumber, parts: Parts) -> IssueLedger:
    """Each payout of the issue from intent to settlement; entries are never changed."""
    reads = parts.records.reads
    reads.money.payment_issue(caller.merchant, number)
    return IssueLedger(number=number, entries=reads.case_ledger(caller.merchant, number))
