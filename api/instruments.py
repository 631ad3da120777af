"""The payment instruments of a customer: told by the shop by reference, and which of them may be chosen."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api import catalogue_problems, examples_catalogue, problems
from api.dependencies import IfMatch, IfNew, IfNoneMatch, Parts, needs
from api.errors import ApiProblem, FieldError
from api.etags import answer, etag, expected_version
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.instruments import CustomerInstruments, Direction, InstrumentChoice, Movement, instruments_for
from domain.instruments.models import StoredInstruments
from domain.money import Money, currency_exponent
from domain.orders import LARGEST_AMOUNT, Identifier, Order
from domain.policies import Method
from domain.returns.case import ReturnCase
from domain.rma import MalformedRma, parse_rma
from records.catalogue_models import InstrumentsOutcome
from records.reads import Reads

router = APIRouter(prefix="/v1/customers", tags=["Payment instruments"])

Writer = Annotated[Caller, needs(Permission.WRITE_INSTRUMENTS)]
Reader = Annotated[Caller, needs(Permission.READ_INSTRUMENTS)]
CustomerId = Annotated[Identifier, Path(description="The shop's own id of the customer.", examples=["c-77"])]


class InstrumentsStored(BaseModel):
    """What became of the instruments that were sent."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    version: int = Field(description="Grows by one with each change; the same instruments again keep it.")
    outcome: InstrumentsOutcome = Field(description="created, updated or unchanged")


class ChoiceQuery(BaseModel):
    """The money that is to move."""

    model_config = ConfigDict(extra="forbid")

    direction: Direction
    amount_minor: Annotated[int, Field(gt=0, le=LARGEST_AMOUNT)]
    currency: Annotated[str, Field(min_length=3, max_length=3)]
    rma: Annotated[str | None, Field(max_length=64, description="The return that the money is about.")] = None

    @field_validator("currency")
    @classmethod
    def _is_known(cls, code: str) -> str:
        currency_exponent(code)
        return code


class Choices(BaseModel):
    """Every instrument of the customer, and whether it may be chosen."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    direction: Direction
    amount_minor: int
    currency: str
    choices: tuple[InstrumentChoice, ...]


@router.put(
    "/{customer_id:path}/instruments",
    operation_id="put_instruments",
    summary="Tell us how a customer can pay and be paid",
    response_model=InstrumentsStored,
    responses={
        200: {"description": "They are on record; the customer had some before."},
        201: {"description": "They are on record; they are the customer's first.", "model": InstrumentsStored},
        **problem_responses(catalogue_problems.CARD_NUMBER_REFUSED, problems.PRECONDITION_FAILED),
    },
)
def put_instruments(
    customer_id: CustomerId,
    told: Annotated[CustomerInstruments, Body(openapi_examples=examples_catalogue.INSTRUMENTS)],
    caller: Writer,
    parts: Parts,
    if_match: IfMatch = None,
    if_none_match: IfNew = None,
) -> Response:
    """All instruments of the customer are replaced; none means that the customer has none any more.

    By reference alone: what looks like a card number is refused, wherever it stands, and kept nowhere.
    """
    expected = expected_version(if_match, if_none_match)
    receipt = parts.records.put_instruments(caller.merchant, customer_id, told, expected_version=expected)
    if receipt.outcome is InstrumentsOutcome.STALE:
        headers = {"ETag": etag(receipt.version)} if receipt.version else {}
        detail = f"The instruments are at version {receipt.version}, not {expected}: read them again, then change them."
        raise ApiProblem(problems.PRECONDITION_FAILED, detail, headers=headers)
    stored = InstrumentsStored(customer_id=customer_id, version=receipt.version, outcome=receipt.outcome)
    status = 201 if receipt.outcome is InstrumentsOutcome.CREATED else 200
    return answer(stored, tag=etag(receipt.version), status=status)


@router.get(
    "/{customer_id:path}/instruments",
    operation_id="get_instruments",
    summary="Read how a customer can pay and be paid",
    response_model=StoredInstruments,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.INSTRUMENTS_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(),
    },
)
def get_instruments(
    customer_id: CustomerId, caller: Reader, parts: Parts, if_none_match: IfNoneMatch = None
) -> Response:
    """The instruments as last told; none, in version 0, of a customer of whom nothing was told."""
    stored = parts.records.reads.catalogue.instruments(caller.merchant, customer_id)
    return answer(stored, tag=etag(stored.version), if_none_match=if_none_match)


@router.get(
    "/{customer_id:path}/instrument_choices",
    operation_id="list_instrument_choices",
    summary="Which instruments a customer may choose",
    response_model=Choices,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.CHOICES}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA, problems.POLICY_MISSING),
    },
)
def list_choices(
    customer_id: CustomerId,
    wanted: Annotated[ChoiceQuery, Query()],
    caller: Reader,
    parts: Parts,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Each instrument with how much of the amount it may carry, or why it may carry none, by the policy.

    For money to the customer name the return: its policy, its order's payments and what is left on them decide. Without
    one, nothing is known to have paid, and the policy in force offers credit at the shop alone.
    """
    reads = parts.records.reads
    case = _case(reads, caller.merchant, wanted.rma)
    policy = reads.policy(caller.merchant, case.policy_version if case else None).policy
    today = parts.clock.now().astimezone(ZoneInfo(policy.time_zone)).date()
    amount = Money(minor=wanted.amount_minor, currency=wanted.currency)
    order = _order(reads, caller.merchant, customer_id, case)
    balances = reads.balances(caller.merchant, order.order_id) if order else []
    choices = instruments_for(
        reads.catalogue.instruments(caller.merchant, customer_id).instruments,
        Movement(direction=wanted.direction, amount=amount, on=today),
        rules=policy.instruments,
        offered=_offered(case),
        order=order,
        left_minor={balance.payment_id: balance.refundable_minor for balance in balances},
    )
    shown = Choices(customer_id=customer_id, choices=choices, **wanted.model_dump(exclude={"rma"}))
    return answer(shown, if_none_match=if_none_match)


def _case(reads: Reads, merchant: str, rma: str | None) -> ReturnCase | None:
    if rma is None:
        return None
    try:
        return reads.return_case(merchant, parse_rma(rma)).case
    except MalformedRma as malformed:
        raise ApiProblem(problems.MALFORMED_RMA, f"{malformed}.") from None


def _order(reads: Reads, merchant: str, customer_id: str, case: ReturnCase | None) -> Order | None:
    if case is None:
        return None
    order = reads.order(merchant, case.order_id).order
    if order.customer.customer_id != customer_id:
        detail = f"The order of {case.ref.rma} is not one of this customer."
        raise ApiProblem(problems.INVALID_REQUEST, detail, errors=[FieldError(field="query.rma", detail=detail)])
    return order


def _offered(case: ReturnCase | None) -> tuple[Method, ...]:
    """What the terms of every line of the return offer; credit at the shop where there is no return."""
    if case is None:
        return (Method.STORE_CREDIT,)
    decision = case.eligibility.decision if case.eligibility else None
    terms = [line.terms for line in decision.lines] if decision else []
    if not terms:
        return (Method.ORIGINAL_PAYMENT,)
    return tuple(method for method in Method if all(method in each.methods for each in terms))
