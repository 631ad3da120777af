"""Following payment issues: one, its timeline, its ledger, and lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api import examples_money, problems
from api.case_reading import CaseLedger, CaseQuery, CaseTimeline, NextCursor
from api.dependencies import IfNoneMatch, IssueNumber, Parts, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.payment_issues.progress import PaymentIssueState
from domain.payment_issues.views import PaymentIssueView, view_issue

router = APIRouter(prefix="/v1/payment_issues", tags=["Payment issues"])

Reader = Annotated[Caller, needs(Permission.READ_LEDGER)]


class IssueList(BaseModel):
    """A page of payment issues, newest first."""

    model_config = ConfigDict(frozen=True)

    payment_issues: list[PaymentIssueView]
    next_cursor: NextCursor


@router.get(
    "",
    operation_id="list_payment_issues",
    summary="List payment issues",
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_LIST}}},
        **problem_responses(),
    },
)
def list_payment_issues(
    caller: Reader, parts: Parts, query: Annotated[CaseQuery[PaymentIssueState], Query()]
) -> IssueList:
    """Newest first. `open=true` is the list to work off."""
    page = parts.records.reads.money.payment_issues(
        caller.merchant, query.as_filter(), limit=query.limit, cursor=query.cursor
    )
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
def get_payment_issue_timeline(caller: Reader, number: IssueNumber, parts: Parts) -> CaseTimeline:
    """Every change of the issue with its actor, oldest first."""
    reads = parts.records.reads
    reads.money.payment_issue(caller.merchant, number)
    return CaseTimeline(number=number, entries=reads.timeline(caller.merchant, number))


@router.get(
    "/{number}/ledger",
    operation_id="get_payment_issue_ledger",
    summary="Every movement of money",
    responses={
        200: {"content": {"application/json": {"example": examples_money.ISSUE_LEDGER}}},
        **problem_responses(problems.PAYMENT_ISSUE_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_payment_issue_ledger(caller: Reader, number: IssueNumber, parts: Parts) -> CaseLedger:
    """Each payout of the issue from intent to settlement; entries are never changed."""
    reads = parts.records.reads
    reads.money.payment_issue(caller.merchant, number)
    return CaseLedger(number=number, entries=reads.case_ledger(caller.merchant, number))
