"""Following returns: one, its timeline, its ledger, lists and totals. All of it from the records alone."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import examples, problems
from api.dependencies import IfNoneMatch, Parts, Rma, Services, needs, require
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.viewers import CaseViewedBy, CaseViewer, ViewedBy, Viewer, refuse_unseen, show_stored
from domain.cases import CaseKind, TimelineEntry, WaitingFor
from domain.exchanges.progress import ExchangeState
from domain.orders import Identifier, Moment
from domain.policies import Signal
from domain.returns.progress import ReturnState
from domain.returns.views import ReturnView
from records.models import CaseTotal, LedgerEntry, StoredReturn
from records.search import ReturnFilter

router = APIRouter(prefix="/v1/returns", tags=["Returns"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]
LONGEST_PAGE = 200
COUNTED = (CaseKind.RETURN, CaseKind.EXCHANGE)


class Part(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True)


class ReturnSummary(Part):
    """One return in a list."""

    rma: str
    kind: CaseKind = CaseKind.RETURN
    order_id: str
    state: ReturnState | ExchangeState
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    units: int = Field(description="How many units come back.")
    requested_at: AwareDatetime
    updated_at: AwareDatetime
    version: int

    @classmethod
    def of(cls, stored: StoredReturn) -> Self:
        """The return in short."""
        case = stored.case
        return cls(
            rma=case.ref.rma,
            kind=case.ref.kind,
            order_id=case.order_id,
            units=sum(line.quantity for line in case.lines),
            requested_at=case.requested_at,
            updated_at=stored.updated_at,
            version=stored.version,
            **stored.progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        )


class ReturnList(Part):
    """A page of returns, newest request first."""

    returns: list[ReturnSummary]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class StateTotal(Part):
    """How many returns are in one state and wait for one thing."""

    kind: CaseKind = CaseKind.RETURN
    state: ReturnState | ExchangeState
    waiting_for: WaitingFor
    returns: int


class Totals(Part):
    """How many returns there are, by state and by what they wait for."""

    returns: int
    open: int
    totals: list[StateTotal]


class Timeline(Part):
    """All that happened to a return, oldest first."""

    rma: str
    entries: list[TimelineEntry]


class Ledger(Part):
    """Every movement of money of a return, and every intent, oldest first."""

    rma: str
    entries: list[LedgerEntry]


class ReturnQuery(BaseModel):
    """Which returns to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: ReturnState | ExchangeState | None = None
    waiting_for: WaitingFor | None = None
    order_id: Identifier | None = None
    customer_id: Annotated[str, Field(max_length=64)] | None = None
    requested_from: Moment | None = None
    requested_before: Moment | None = None
    q: Annotated[
        str | None,
        Field(
            max_length=320, description="An RMA number, order id, e-mail address or tracking number, written in full."
        ),
    ] = None
    signal: Annotated[
        Signal | None,
        Field(description="Those on which this signal of abuse was seen; for roles that may read signals."),
    ] = None
    view: Annotated[Viewer, Field(description="buyer: without the returns that recipients of gifts opened.")] = (
        Viewer.SHOP
    )
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="Where the page before ended.")] = None

    def as_filter(self) -> ReturnFilter:
        """What the records are asked for."""
        chosen = self.model_dump(
            include={"waiting_for", "order_id", "customer_id", "requested_from", "requested_before", "signal"}
        )
        return ReturnFilter(
            **chosen, state=self.state and str(self.state), search=self.q, for_buyer=self.view is Viewer.BUYER
        )


@router.get(
    "",
    operation_id="list_returns",
    summary="List and search returns",
    responses={
        200: {"content": {"application/json": {"example": examples.RETURN_LIST}}},
        **problem_responses(),
    },
)
def list_returns(caller: Reader, parts: Parts, query: Annotated[ReturnQuery, Query()]) -> ReturnList:
    """Newest request first, exchanges among them. A page costs the same however many returns there are."""
    return list_page(caller, parts, query)


def list_page(caller: Caller, parts: Services, query: ReturnQuery, *, kind: CaseKind | None = None) -> ReturnList:
    """The page that was asked for, of one kind or of both."""
    if query.signal is not None:
        # Who asks for the customer is never told what was noticed, not even by what a list holds.
        require(caller, Permission.READ_SIGNALS)
    wanted = query.as_filter().model_copy(update={"kind": kind})
    page = parts.records.reads.returns(caller.merchant, wanted, limit=query.limit, cursor=query.cursor)
    return ReturnList(returns=[ReturnSummary.of(stored) for stored in page.returns], next_cursor=page.next_cursor)


@router.get(
    "/totals",
    operation_id="count_returns",
    summary="Count returns by state",
    responses={
        200: {"content": {"application/json": {"example": examples.TOTALS}}},
        **problem_responses(),
    },
)
def count_returns(caller: Reader, parts: Parts) -> Totals:
    """How many returns are in each state and wait for what; states without returns are left out."""
    counted = [total for total in parts.records.reads.totals(caller.merchant) if total.kind in COUNTED]
    is_open = [total for total in counted if total.waiting_for != WaitingFor.NOTHING]
    return Totals(
        returns=sum(total.cases for total in counted),
        open=sum(total.cases for total in is_open),
        totals=[_state_total(total) for total in counted],
    )


@router.get(
    "/{rma}",
    operation_id="get_return",
    summary="Read a return",
    response_model=ReturnView,
    responses={
        200: {"content": {"application/json": {"example": examples.RETURN_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_return(
    caller: Reader,
    rma: Rma,
    parts: Parts,
    if_none_match: IfNoneMatch = None,
    viewer: CaseViewedBy = CaseViewer.SHOP,
) -> Response:
    """Where it stands, since when, what it waits for and until when, what happens next, and all facts so far."""
    stored = parts.records.reads.return_case(caller.merchant, rma)
    shown = show_stored(stored, viewer, parts)
    tag = f"{stored.version}" if viewer is CaseViewer.SHOP else f"{stored.version}-{viewer}"
    return answer(shown, tag=etag(tag), if_none_match=if_none_match)


@router.get(
    "/{rma}/timeline",
    operation_id="get_return_timeline",
    summary="What happened, and who did it",
    responses={
        200: {"content": {"application/json": {"example": examples.TIMELINE}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_timeline(caller: Reader, rma: Rma, parts: Parts, viewer: ViewedBy = Viewer.SHOP) -> Timeline:
    """Every change of the return with its actor, oldest first; what a rule decided names the rule."""
    refuse_unseen(parts.records.reads.return_case(caller.merchant, rma), viewer)
    return Timeline(rma=rma, entries=parts.records.reads.timeline(caller.merchant, rma))


@router.get(
    "/{rma}/ledger",
    operation_id="get_return_ledger",
    summary="Every movement of money",
    responses={
        200: {"content": {"application/json": {"example": examples.LEDGER}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_ledger(caller: Annotated[Caller, needs(Permission.READ_LEDGER)], rma: Rma, parts: Parts) -> Ledger:
    """Each refund from intent to settlement, as it was written; entries are never changed."""
    reads = parts.records.reads
    reads.return_case(caller.merchant, rma)
    return Ledger(rma=rma, entries=reads.case_ledger(caller.merchant, rma))


def _state_total(total: CaseTotal) -> StateTotal:
    states = ExchangeState if total.kind == CaseKind.EXCHANGE else ReturnState
    return StateTotal(
        kind=CaseKind(total.kind),
        state=states(total.state),
        waiting_for=WaitingFor(total.waiting_for),
        returns=total.cases,
    )
