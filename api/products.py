"""What the shop sells: told by the shop, read and searched by everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import catalogue_problems, examples_catalogue, problems
from api.dependencies import IfMatch, IfNew, IfNoneMatch, Parts, ProductId, needs
from api.errors import ApiProblem, FieldError
from api.etags import answer, etag, etag_of, expected_version
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from domain.catalogue import CatalogueEntry, Product
from domain.orders import VISIBLE
from records.catalogue_models import ProductOutcome, ProductReceipt
from records.product_search import ProductFilter

router = APIRouter(prefix="/v1/products", tags=["Catalogue"])

Writer = Annotated[Caller, needs(Permission.WRITE_CATALOGUE)]
Reader = Annotated[Caller, needs(Permission.READ_CATALOGUE)]


class ProductPart(BaseModel):
    """Parts of the answer are values."""

    model_config = ConfigDict(frozen=True)


class ProductStored(ProductPart):
    """What became of the product that was sent."""

    product_id: str
    version: int = Field(description="Grows by one with each change; news about stock is none.")
    outcome: ProductOutcome = Field(description="created, updated, unchanged, or outdated: we know something newer")


class ProductList(ProductPart):
    """A page of products."""

    products: tuple[CatalogueEntry, ...]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class ProductQuery(BaseModel):
    """What a list shows; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        str | None, Field(max_length=200, description="Product id, SKU, GTIN, or the beginnings of words.")
    ] = None
    category: Annotated[str | None, Field(max_length=64, pattern=VISIBLE)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=200, description="The `next_cursor` of the page before.")] = None


@router.put(
    "/{product_id:path}",
    operation_id="put_product",
    summary="Tell us a product, or that it changed",
    response_model=ProductStored,
    responses={
        200: {"description": "The product is on record; it was known before."},
        201: {"description": "The product is on record; it was new.", "model": ProductStored},
        **problem_responses(problems.NOT_FOUND, catalogue_problems.SKU_TAKEN, problems.PRECONDITION_FAILED),
    },
)
def put_product(
    product_id: ProductId,
    product: Annotated[Product, Body(openapi_examples=examples_catalogue.PRODUCTS)],
    caller: Writer,
    parts: Parts,
    request: Request,
    if_match: IfMatch = None,
    if_none_match: IfNew = None,
) -> Response:
    """The whole product is replaced, with all its variants; the same product again keeps its version.

    `available` is news: it makes no version, and a variant that says nothing of it keeps what was known. With `as_of`,
    what the shop knew before what we know changes nothing, so messages may arrive in any order.
    """
    note(request, product_id=product_id)
    if product.product_id != product_id:
        detail = f"The address says {product_id}, the body {product.product_id}."
        raise ApiProblem(problems.INVALID_REQUEST, detail, errors=[FieldError(field="product_id", detail=detail)])
    expected = expected_version(if_match, if_none_match)
    receipt = parts.records.put_product(caller.merchant, product, expected_version=expected)
    if not receipt.stored:
        raise not_stored(receipt)
    stored = ProductStored(product_id=product_id, version=receipt.version, outcome=receipt.outcome)
    status = 201 if receipt.outcome is ProductOutcome.CREATED else 200
    return answer(stored, tag=etag(receipt.version), status=status)


@router.get(
    "",
    operation_id="list_products",
    summary="List and search products",
    response_model=ProductList,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.PRODUCT_LIST}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(),
    },
)
def list_products(
    wanted: Annotated[ProductQuery, Query()], caller: Reader, parts: Parts, if_none_match: IfNoneMatch = None
) -> Response:
    """Products by their ids, each with its stock: how many, since when we know, and whether we were told or asked."""
    chosen = ProductFilter(category=wanted.category, search=wanted.q)
    page = parts.records.reads.catalogue.products(caller.merchant, chosen, limit=wanted.limit, cursor=wanted.cursor)
    shown = ProductList(products=page.products, next_cursor=page.next_cursor)
    return answer(shown, if_none_match=if_none_match)


@router.get(
    "/{product_id:path}",
    operation_id="get_product",
    summary="Read a product",
    response_model=CatalogueEntry,
    responses={
        200: {"content": {"application/json": {"example": examples_catalogue.PRODUCT_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(catalogue_problems.PRODUCT_NOT_FOUND),
    },
)
def get_product(
    product_id: ProductId, caller: Reader, parts: Parts, request: Request, if_none_match: IfNoneMatch = None
) -> Response:
    """The product with its stock: how many, since when we know, and whether we were told or asked."""
    note(request, product_id=product_id)
    return shown_product(parts.records.reads.catalogue.product(caller.merchant, product_id), if_none_match)


def shown_product(entry: CatalogueEntry, if_none_match: str | None = None) -> Response:
    """The answer with the product; its tag begins with the version, and changes with the stock as well."""
    digest = etag_of(entry.model_dump_json().encode()).strip('"')
    return answer(entry, tag=etag(f"{entry.version}-{digest}"), if_none_match=if_none_match)


def not_stored(receipt: ProductReceipt) -> ApiProblem:
    """Why the product is not on record."""
    if receipt.outcome is ProductOutcome.STALE:
        headers = {"ETag": etag(receipt.version)} if receipt.version else {}
        return ApiProblem(problems.PRECONDITION_FAILED, f"{receipt.problem}.", headers=headers)
    return ApiProblem(catalogue_problems.SKU_TAKEN, f"{receipt.problem}.")
