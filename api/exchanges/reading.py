"""The list of exchanges."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api import examples_exchanges
from api.dependencies import Parts
from api.reference import problem_responses
from api.returns.reading import Reader, ReturnList, ReturnQuery, list_page
from domain.cases import CaseKind

router = APIRouter(prefix="/v1/exchanges", tags=["Exchanges"])
LISTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": examples_exchanges.EXCHANGE_LIST}}},
    **problem_responses(),
}


@router.get("", operation_id="list_exchanges", summary="List and search exchanges", responses=LISTED)
def list_exchanges(caller: Reader, parts: Parts, query: Annotated[ReturnQuery, Query()]) -> ReturnList:
    """Newest request first; the list of returns has them too."""
    return list_page(caller, parts, query, kind=CaseKind.EXCHANGE)
