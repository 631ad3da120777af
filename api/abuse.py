"""Abuse signals for the shop's own people: what is on record about a customer or a return, and the lists."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Body, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from api import abuse_problems, examples_abuse, problems
from api.dependencies import Parts, Rma, needs
from api.errors import ApiProblem, FieldError
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.orders import Identifier, Moment
from domain.policies import AbuseRules, RiskOutcome, Signal
from domain.risk.models import Listing, ListKind, RiskAssessment, RiskHistory, SignalReading
from domain.risk.request_signals import read_account
from records.risk_reads import AccountOnRecord, AccountReturn

router = APIRouter(prefix="/v1", tags=["Abuse signals"])

Reader = Annotated[Caller, needs(Permission.READ_SIGNALS)]
Lister = Annotated[Caller, needs(Permission.WRITE_LISTINGS)]
CustomerId = Annotated[Identifier, Path(description="The shop's own id of the customer.", examples=["c-77"])]


class Part(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True)


class CurrencySignals(Part):
    """What was bought and sent back in one currency, and what the signals of requests read from it now."""

    currency: str
    orders: int
    bought_minor: int
    bought_units: int
    returned_minor: int
    returned_units: int
    returns: int
    no_receipt_claims: int
    kept_minor: int
    worn_units: int
    readings: tuple[SignalReading, ...]

    @classmethod
    def of(cls, history: RiskHistory, rules: AbuseRules) -> Self:
        """The history with its readings."""
        figures = history.model_dump(include=set(cls.model_fields))
        return cls(**figures, readings=read_account(history, rules=rules))


class CountedReturn(Part):
    """One return, and what it counts for; `counted` is false for what was refused, cancelled or never came."""

    rma: str
    requested_at: AwareDatetime
    currency: str
    value_minor: int
    units: int
    counted: bool
    outcome: RiskOutcome

    @classmethod
    def of(cls, each: AccountReturn) -> Self:
        """The return in short."""
        return cls(rma=each.rma, **each.stake.model_dump(include=set(cls.model_fields)))


class CustomerSignals(Part):
    """All that is on record about a customer as far as abuse goes."""

    customer_id: str
    currencies: tuple[CurrencySignals, ...]
    returns: tuple[CountedReturn, ...] = Field(description="The newest 50.")
    listings: tuple[Listing, ...] = Field(description="Those in force.")

    @classmethod
    def of(cls, found: AccountOnRecord, rules: AbuseRules) -> Self:
        """The account as it stands."""
        return cls(
            customer_id=found.account,
            currencies=tuple(CurrencySignals.of(history, rules) for history in found.histories),
            returns=tuple(CountedReturn.of(each) for each in found.returns),
            listings=found.listings,
        )


class ReturnSignals(Part):
    """What was noticed about a return: at the request, and at its goods."""

    rma: str
    request: RiskAssessment | None
    goods: RiskAssessment | None


class ListingAsked(BaseModel):
    """What the shop says about the customer."""

    model_config = ConfigDict(extra="forbid")

    kind: ListKind
    signal: Signal | None = Field(default=None, description="With clear: the signal that has a good reason.")
    reason: str = Field(min_length=3, max_length=2000, description="Shown to the shop's own people.")
    until: Moment | None = Field(default=None, description="Unset: until somebody ends it.")


class ListingList(Part):
    """Entries of the shop's lists, newest first, ended ones too."""

    listings: list[Listing]


class ListingQuery(BaseModel):
    """Which entries to show; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    kind: ListKind | None = None
    customer_id: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 200


@router.get(
    "/customers/{customer_id:path}/signals",
    operation_id="get_customer_signals",
    summary="What is on record about a customer",
    responses={
        200: {"content": {"application/json": {"example": examples_abuse.CUSTOMER}}},
        **problem_responses(problems.POLICY_MISSING),
    },
)
def get_customer_signals(caller: Reader, customer_id: CustomerId, parts: Parts) -> CustomerSignals:
    """Shares, counts and amounts, each with its threshold; never a score. A customer nobody knows has none.

    Guests are known by a hash that the signals of their returns name: `guest:...`.
    """
    reads = parts.records.reads
    found = reads.risk.account(caller.merchant, customer_id, at=parts.clock.now())
    return CustomerSignals.of(found, reads.policy(caller.merchant).policy.abuse)


@router.post(
    "/customers/{customer_id:path}/listings",
    operation_id="list_customer",
    summary="Block, allow, or clear a signal",
    status_code=201,
    responses={201: {"content": {"application/json": {"example": examples_abuse.LISTING}}}, **problem_responses()},
)
def list_customer(
    caller: Lister,
    customer_id: CustomerId,
    parts: Parts,
    body: Annotated[ListingAsked, Body(openapi_examples=examples_abuse.LISTINGS)],
) -> Listing:
    """It counts from the next request on. The block list counts before the allow list; the law before both."""
    try:
        made = Listing(
            listing_id=parts.clock.new_id("lst"),
            account=customer_id,
            made_by=caller.actor,
            made_at=parts.clock.now(),
            **body.model_dump(),
        )
    except ValidationError as wrong:
        field, _, detail = str(wrong.errors()[0]["msg"]).removeprefix("Value error, ").partition(": ")
        error = FieldError(field=field, detail=f"{detail[:1].upper()}{detail[1:]}.")
        raise ApiProblem(problems.INVALID_REQUEST, f"{field}: {error.detail}", errors=[error]) from None
    parts.records.add_listing(caller.merchant, made)
    return made


@router.get(
    "/listings",
    operation_id="list_listings",
    summary="Who is on which list",
    responses={
        200: {"content": {"application/json": {"example": {"listings": [examples_abuse.LISTING]}}}},
        **problem_responses(),
    },
)
def list_listings(caller: Reader, parts: Parts, query: Annotated[ListingQuery, Query()]) -> ListingList:
    """With the reason, who made it, until when, and who ended it."""
    found = parts.records.reads.risk.listings(
        caller.merchant, kind=query.kind, account=query.customer_id, limit=query.limit
    )
    return ListingList(listings=found)


@router.post(
    "/listings/{listing_id}/ended",
    operation_id="end_listing",
    summary="Take somebody off a list",
    responses={
        200: {"content": {"application/json": {"example": examples_abuse.LISTING}}},
        **problem_responses(abuse_problems.LISTING_NOT_FOUND),
    },
)
def end_listing(caller: Lister, listing_id: str, parts: Parts) -> Listing:
    """Over from now on, and still on record; ending it twice changes nothing."""
    ended = parts.records.end_listing(caller.merchant, listing_id, by=caller.actor, at=parts.clock.now())
    if ended is None:
        raise ApiProblem(abuse_problems.LISTING_NOT_FOUND, f"No entry {listing_id[:40]} is known.")
    return ended


@router.get(
    "/returns/{rma}/signals",
    operation_id="get_return_signals",
    summary="What was noticed about a return",
    responses={
        200: {"content": {"application/json": {"example": examples_abuse.RETURN}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_return_signals(caller: Reader, rma: Rma, parts: Parts) -> ReturnSignals:
    """Every signal that was looked for, seen or not, with its figures as they were, and what followed."""
    case = parts.records.reads.return_case(caller.merchant, rma).case
    request = case.eligibility.risk if case.eligibility else None
    return ReturnSignals(rma=rma, request=request, goods=case.goods_risk)
