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

router = APIRouter(prefix="/v1/exchanges", tags=["Exchanges"])


class LateCancellationRequested(News):
    """Somebody of the shop wants the new goods called back."""

    note: str = Field(min_length=3, max_length=2000, description="Why; it is shown on the case.")


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
