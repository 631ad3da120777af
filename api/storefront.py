"""Asking the shop itself: what it answers is on record, and counts from then on unless something newer is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import catalogue_problems, examples_catalogue
from api.dependencies import Parts, ProductId, Services, needs
from api.errors import ApiProblem
from api.etags import answer
from api.keys import Caller
from api.permissions import Permission
from api.products import ProductStored, not_stored
from api.reference import problem_responses
from api.requests import note
from domain.catalogue import Availability, NewsSource, Sku
from domain.catalogue.ports import Storefront
from domain.errors import Rejected

router = APIRouter(prefix="/v1", tags=["Catalogue"])

Asker = Annotated[Caller, needs(Permission.ASK_STOREFRONT)]
Answer = TypeVar("Answer")


class SkusAsked(BaseModel):
    """What the shop is asked about."""

    model_config = ConfigDict(extra="forbid")

    skus: Annotated[list[Sku], Field(min_length=1, max_length=200)]


class Counted(BaseModel):
    """What the shop answered."""

    model_config = ConfigDict(frozen=True)

    availability: tuple[Availability, ...]
    not_counted: tuple[str, ...] = Field(description="SKUs that the shop knows nothing of.")


@router.post(
    "/products/{product_id:path}/asked",
    operation_id="ask_product",
    summary="Ask the shop for a product",
    response_model=ProductStored,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.PRODUCT_STORED}}},
        **problem_responses(
            catalogue_problems.PRODUCT_NOT_FOUND,
            catalogue_problems.SKU_TAKEN,
            catalogue_problems.SHOP_NOT_CONNECTED,
            catalogue_problems.SHOP_ANSWER_UNUSABLE,
        ),
    },
)
def ask_product(product_id: ProductId, caller: Asker, parts: Parts, request: Request) -> Response:
    """The shop is asked, and the product is on record as the shop answered; read it with `GET /v1/products`."""
    note(request, product_id=product_id)
    shop = _shop(parts, caller)
    product = _asked(lambda: shop.find_product(product_id))
    if product is None:
        raise ApiProblem(catalogue_problems.PRODUCT_NOT_FOUND, f"The shop has no product {product_id}.")
    receipt = parts.records.put_product(caller.merchant, product, source=NewsSource.ASKED)
    if not receipt.stored:
        raise not_stored(receipt)
    return answer(ProductStored(product_id=product_id, version=receipt.version, outcome=receipt.outcome))


@router.post(
    "/availability_asked",
    operation_id="ask_availability",
    summary="Ask the shop how many are left",
    response_model=Counted,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.COUNTED}}},
        **problem_responses(catalogue_problems.SHOP_NOT_CONNECTED, catalogue_problems.SHOP_ANSWER_UNUSABLE),
    },
)
def ask_availability(asked: SkusAsked, caller: Asker, parts: Parts) -> Response:
    """The shop is asked, and what it answers is on record for the variants that the catalogue has."""
    shop = _shop(parts, caller)
    news = _asked(lambda: shop.availability(asked.skus))
    parts.records.keep_availability(caller.merchant, news)
    known = {each.sku for each in news}
    unknown = tuple(sku for sku in dict.fromkeys(asked.skus) if sku not in known)
    return answer(Counted(availability=tuple(news), not_counted=unknown))


def _shop(parts: Services, caller: Caller) -> Storefront:
    shop = parts.storefronts(caller.merchant)
    if shop is None:
        raise ApiProblem(catalogue_problems.SHOP_NOT_CONNECTED, catalogue_problems.SHOP_NOT_CONNECTED.remedy)
    return shop


def _asked(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except Rejected as refused:
        raise ApiProblem(catalogue_problems.SHOP_ANSWER_UNUSABLE, f"{refused}.") from None
