"""The addresses for news that only an exchange has."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import Field

from api import examples_exchanges
from api.delivery import Incoming, ask
from api.dependencies import IfMatch, Parts, Rma, needs
from api.keys import Caller
from api.news import News
from api.permissions import Permission
from api.returns.door import RETURNS, EventAnswered
from api.returns.events import ASKED, Key
from domain.cases import EventKind
from domain.exchanges.choices import LineWish
from domain.exchanges.facts import ChoiceKind

router = APIRouter(prefix="/v1/exchanges", tags=["Exchanges"])


class LateCancellationRequested(News):
    """Somebody of the shop wants the new goods called back."""

    note: str = Field(min_length=3, max_length=2000, description="Why; it is shown on the case.")


class ChoiceGiven(News):
    """What the customer takes instead of goods that are out of stock."""

    choice: ChoiceKind
    lines: tuple[LineWish, ...] = Field(
        default=(), max_length=500, description="With other_goods: what is wanted instead, line by line."
    )


@router.post(
    "/{rma}/choice_given",
    operation_id="choice_given",
    summary="The customer chooses what else to take",
    response_model=EventAnswered,
    responses=ASKED,
)
async def choice_given(
    caller: Annotated[Caller, needs(Permission.GIVE_EVIDENCE)],
    rma: Rma,
    parts: Parts,
    body: Annotated[ChoiceGiven, Body(openapi_examples=examples_exchanges.CHOICES)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Asked when promised goods are out of stock, where the policy says so: `exchange.choices` has until when.

    Other goods are promised anew: what they cost more is asked for, what they cost less is paid back. Who waits may still
    choose otherwise. Without an answer in time it is a plain return.
    """
    return await ask(parts, Incoming(RETURNS, caller, rma, EventKind.CHOICE_GIVEN, body, key, if_match))


@router.post(
    "/{rma}/late_cancellation_requested",
    operation_id="late_cancellation_requested",
    summary="Call an exchange off after its goods were let go",
    response_model=EventAnswered,
    responses=ASKED,
)
async def late_cancellation_requested(
    caller: Annotated[Caller, needs(Permission.ASK_EXCEPTIONS)],
    rma: Rma,
    parts: Parts,
    body: Annotated[LateCancellationRequested, Body(openapi_examples=examples_exchanges.LATE_CANCELLATIONS)],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Done at once where the policy's matrix lets the caller, up to the price of the goods; else somebody else decides.

    The warehouse is then asked to hold back what has not left. What it could hold back is paid for; where it is too late,
    the exchange goes on, and `exchange.recall` says so.
    """
    news = Incoming(RETURNS, caller, rma, EventKind.LATE_CANCELLATION_REQUESTED, body, key, if_match)
    return await ask(parts, news)
