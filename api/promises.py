"""Dates that customers were told: what is close, what was missed, and how often they are kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import examples_promises as examples
from api import problems
from api.dependencies import Parts, Rma, needs
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import CaseKind
from domain.orders import Identifier, Moment
from domain.promises.models import Promise, PromiseKind, PromiseState
from domain.rma import RMA_PATTERN
from records.promises import PromiseFilter, PromiseTotal, StoredPromise

router = APIRouter(prefix="/v1", tags=["Promises"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]
LONGEST_PAGE = 200


class PromiseView(Promise):
    """A date that a customer was told, of which case, and what became of it."""

    rma: str
    case_kind: CaseKind
    order_id: str

    @classmethod
    def of(cls, stored: StoredPromise) -> PromiseView:
        """The view of a stored promise."""
        of_case = {"rma": stored.ref.rma, "case_kind": stored.ref.kind, "order_id": stored.order_id}
        return cls.model_validate(stored.promise.model_dump() | of_case)


class PromiseList(BaseModel):
    """A page of promises, the soonest date first."""

    model_config = ConfigDict(frozen=True)

    promises: list[PromiseView]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class CasePromises(BaseModel):
    """Every date that the customer of one case was told, in the order in which they were told."""

    model_config = ConfigDict(frozen=True)

    rma: str
    promises: list[PromiseView]


class PromiseTotals(BaseModel):
    """By kind of promise, how many were kept, broken, replaced, withdrawn, and are open still."""

    model_config = ConfigDict(frozen=True)

    totals: list[PromiseTotal]


class PromiseQuery(BaseModel):
    """Which promises to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: PromiseState | None = None
    kind: PromiseKind | None = None
    rma: Annotated[str, Field(pattern=RMA_PATTERN, description="The case that made them.")] | None = None
    order_id: Identifier | None = None
    outstanding: Annotated[bool | None, Field(description="Whether somebody still waits for what was promised.")] = None
    due_from: Annotated[Moment | None, Field(description="Promised for then or later.")] = None
    due_before: Annotated[Moment | None, Field(description="Promised for before then.")] = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None


@router.get(
    "/promises",
    operation_id="list_promises",
    summary="List promises",
    responses={
        200: {"content": {"application/json": {"example": examples.LIST}}},
        **problem_responses(),
    },
)
def list_promises(caller: Reader, parts: Parts, query: Annotated[PromiseQuery, Query()]) -> PromiseList:
    """The soonest date first. `state=at_risk` is what must be done today, `state=broken&outstanding=true` who waits."""
    wanted = PromiseFilter(**query.model_dump(exclude={"limit", "cursor"}))
    page = parts.records.reads.promises.promises(caller.merchant, wanted, limit=query.limit, cursor=query.cursor)
    return PromiseList(promises=[PromiseView.of(each) for each in page.promises], next_cursor=page.next_cursor)


@router.get(
    "/promises/totals",
    operation_id="promise_totals",
    summary="How promises were kept",
    responses={
        200: {"content": {"application/json": {"example": examples.TOTALS}}},
        **problem_responses(),
    },
)
def promise_totals(
    caller: Reader,
    parts: Parts,
    start: Annotated[Moment | None, Query(description="Promised for then or later.")] = None,
    end: Annotated[Moment | None, Query(description="Promised for before then.")] = None,
) -> PromiseTotals:
    """Counted by the date that was promised. A date that was missed stays broken, also when it was made good later."""
    return PromiseTotals(totals=parts.records.reads.promises.totals(caller.merchant, start=start, end=end))


@router.get(
    "/cases/{rma}/promises",
    operation_id="list_case_promises",
    summary="What the customer of a case was told",
    responses={
        200: {"content": {"application/json": {"example": examples.OF_CASE}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def list_case_promises(caller: Reader, rma: Rma, parts: Parts) -> CasePromises:
    """Every date with who told it, and what became of it; of a return, an exchange, a claim, a replacement shipment."""
    found = parts.records.reads.promises.of_case(caller.merchant, rma)
    return CasePromises(rma=rma, promises=[PromiseView.of(each) for each in found])
