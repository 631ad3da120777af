"""What a customer could have instead of a line of an order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import catalogue_problems, examples_catalogue, problems
from api.dependencies import IfNoneMatch, OrderId, Parts, needs
from api.errors import ApiProblem, FieldError
from api.etags import answer
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from domain.catalogue import Alternative, CatalogueEntry, find_alternatives
from domain.catalogue.products import OptionName
from domain.orders import Identifier, OrderLine

router = APIRouter(prefix="/v1/orders", tags=["Catalogue"])

Reader = Annotated[Caller, needs(Permission.QUOTE_RETURNS)]


class AlternativeQuery(BaseModel):
    """What the customer wants to keep as it is, and for how many units."""

    model_config = ConfigDict(extra="forbid")

    same: Annotated[
        tuple[OptionName, ...],
        Field(max_length=10, description="Options that must stay as sold: `same=colour` shows other sizes."),
    ] = ()
    quantity: Annotated[int, Field(ge=1, le=10**6)] = 1


class Alternatives(BaseModel):
    """The line as sold, and what may stand in for it."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    line_id: str
    sku: str
    product_id: str
    options: dict[str, str] = Field(description="Of the sold variant; empty when it is no longer listed.")
    currency: str
    quantity: int
    alternatives: tuple[Alternative, ...]


@router.get(
    "/{order_id:path}/lines/{line_id}/alternatives",
    operation_id="list_alternatives",
    summary="What a line could be exchanged for",
    response_model=Alternatives,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.ALTERNATIVES}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(
            problems.ORDER_NOT_FOUND, catalogue_problems.PRODUCT_NOT_FOUND, catalogue_problems.ORDER_LINE_NOT_FOUND
        ),
    },
)
def list_alternatives(
    order_id: OrderId,
    line_id: Annotated[Identifier, Path(description="The line of the order.", examples=["1"])],
    wanted: Annotated[AlternativeQuery, Query()],
    caller: Reader,
    parts: Parts,
    request: Request,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The other variants of the sold product, each with its price as a line of this order would have it, and its stock.

    Whether the policy lets the customer exchange, and what the sold goods count for, is for the quote to say.
    """
    note(request, order_id=order_id)
    reads = parts.records.reads
    order = reads.order(caller.merchant, order_id).order
    line = order.line(line_id)
    if line is None:
        known = ", ".join(each.line_id for each in order.lines[:20])
        raise ApiProblem(
            catalogue_problems.ORDER_LINE_NOT_FOUND, f"Order {order_id} has no line {line_id}; it has: {known}."
        )
    entry = reads.catalogue.product_of_sku(caller.merchant, line.sku)
    _refuse_unknown_options(entry, wanted)
    found = find_alternatives(entry, order, line, quantity=wanted.quantity, same=wanted.same)
    shown = Alternatives(
        order_id=order_id,
        line_id=line_id,
        sku=line.sku,
        product_id=entry.product.product_id,
        options=_options(entry, line),
        currency=order.currency,
        quantity=wanted.quantity,
        alternatives=found,
    )
    return answer(shown, if_none_match=if_none_match)


def _options(entry: CatalogueEntry, line: OrderLine) -> dict[str, str]:
    sold = entry.variant(line.sku)
    return sold.options if sold else {}


def _refuse_unknown_options(entry: CatalogueEntry, wanted: AlternativeQuery) -> None:
    names = entry.product.option_names
    if unknown := [name for name in wanted.same if name not in names]:
        detail = f"{', '.join(unknown)} is no option of this product; it has: {', '.join(names) or 'none'}."
        errors = [FieldError(field="query.same", detail=detail)]
        raise ApiProblem(problems.INVALID_REQUEST, f"query.same: {detail}", errors=errors)
