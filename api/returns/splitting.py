"""The address under which part of a return becomes a return of its own."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Body, Header, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api import examples_receipts
from api.delivery import Incoming, ask
from api.dependencies import IfMatch, Parts, Rma, needs
from api.keys import Caller
from api.news import EventId, News
from api.permissions import Permission
from api.returns.door import RETURNS, EventAnswered
from api.returns.events import ASKED
from api.returns.news import MOST_LINES
from domain.cases import CaseRef, EventKind
from domain.goods_back.parts import UnitCount
from workflows.gateway import OutcomePending, TemporalUnavailable

router = APIRouter(prefix="/v1/returns", tags=["Return events"])


class SplitRequested(News):
    """Part of a return goes its own way."""

    lines: Annotated[
        tuple[UnitCount, ...],
        Field(max_length=MOST_LINES, description="What is split off; none: everything that nobody has inspected."),
    ] = ()
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post(
    "/{rma}/split",
    operation_id="split_return",
    summary="Split a return",
    response_model=EventAnswered,
    responses=ASKED,
)
async def split_return(
    caller: Annotated[Caller, needs(Permission.SPLIT_RETURNS)],
    rma: Rma,
    parts: Parts,
    body: Annotated[SplitRequested | None, Body(openapi_examples=examples_receipts.SPLITS)] = None,
    key: Annotated[EventId | None, Header(alias="Idempotency-Key", description="The id of the request.")] = None,
    if_match: IfMatch = None,
) -> Response:
    """The rest becomes a linked return that holds those units alone; what was inspected is settled without waiting.

    The answer names it in `split_off`. It goes on with what was granted here and with the receipts of its units.
    """
    incoming = Incoming(RETURNS, caller, rma, EventKind.SPLIT_REQUESTED, body or SplitRequested(), key, if_match)
    answered = await ask(parts, incoming)
    stored = await run_in_threadpool(parts.records.reads.return_case, caller.merchant, rma)
    for split in stored.case.split_off[-1:]:
        # Dispatch starts it where this cannot.
        with suppress(OutcomePending, TemporalUnavailable):
            await parts.gateway.open(CaseRef(merchant=caller.merchant, rma=split.rma))
    return answered
