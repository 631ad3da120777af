"""What became of goods that came back, summed up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api import examples_receipts
from api.dependencies import Parts, needs
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.orders import Moment
from records.dispositions import DispositionTotal

router = APIRouter(prefix="/v1/dispositions", tags=["Receipts"])


class DispositionTotals(BaseModel):
    """By disposition and currency: units, what they are still worth by the policy, and what the shop spent on them."""

    model_config = ConfigDict(frozen=True)

    totals: list[DispositionTotal]


@router.get(
    "/totals",
    operation_id="disposition_totals",
    summary="What became of returned goods",
    responses={
        200: {"content": {"application/json": {"example": examples_receipts.DISPOSITION_TOTALS}}},
        **problem_responses(),
    },
)
def disposition_totals(
    caller: Annotated[Caller, needs(Permission.READ_RETURNS)],
    parts: Parts,
    start: Annotated[Moment | None, Query(description="Put away from then on.")] = None,
    end: Annotated[Moment | None, Query(description="Put away before then.")] = None,
) -> DispositionTotals:
    """Counted when the warehouse has carried the disposition out; what a unit recovers is the policy's `recovers_percent`."""
    return DispositionTotals(totals=parts.records.receipts.disposition_totals(caller.merchant, start=start, end=end))
