"""What the shop answers; what it sells is put there through `/_control/shop`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from sandbox.faults import Fault
from sandbox.ids import iso_time
from sandbox.store import Document, Store

router = APIRouter()

PRODUCT = "shop.product"
STOCK = "shop.stock"


class Question(BaseModel):
    """Which SKUs somebody asks about."""

    model_config = ConfigDict(extra="forbid")

    skus: Annotated[list[str], Field(min_length=1, max_length=2_000)]


class Count(BaseModel):
    """How many there are."""

    model_config = ConfigDict(extra="forbid")

    available: Annotated[int, Field(ge=0)]


def injected(fault: Fault) -> Response:
    """The answer of an injected fault."""
    code = fault.code or "sandbox_fault"
    body = {"type": "about:blank", "title": "Sandbox fault", "status": fault.status, "code": code}
    return JSONResponse(body, status_code=fault.status, media_type="application/problem+json")


@router.get("/shop/v1/products/{product_id:path}")
async def show_product(request: Request, product_id: str, authorization: Annotated[str, Header()] = "") -> Document:
    """The product with the stock of this moment."""
    _refuse_strangers(authorization)
    store: Store = request.app.state.store
    with store.transaction() as tx:
        product = tx.get(PRODUCT, product_id)
        if product is None:
            raise HTTPException(404, f"There is no product {product_id}.")
        counts = {each["sku"]: tx.get(STOCK, each["sku"]) for each in product["body"]["variants"]}
    variants = [each | _stock(counts[each["sku"]]) for each in product["body"]["variants"]]
    told: Document = product["body"] | {"variants": variants, "as_of": iso_time()}
    return told


@router.post("/shop/v1/availability")
async def count(request: Request, asked: Question, authorization: Annotated[str, Header()] = "") -> Document:
    """What there is of each SKU; what the shop does not count is left out."""
    _refuse_strangers(authorization)
    store: Store = request.app.state.store
    with store.transaction() as tx:
        counts = [tx.get(STOCK, sku) for sku in dict.fromkeys(asked.skus)]
    found = [{"sku": each["id"], "available": each["available"]} for each in counts if each]
    return {"as_of": iso_time(), "variants": found}


@router.put("/_control/shop/products/{product_id:path}")
async def sell(request: Request, product_id: str, product: dict[str, Any]) -> Document:
    """The shop sells the product; what its variants say of `available` is its stock."""
    store: Store = request.app.state.store
    with store.transaction() as tx:
        for variant in product.get("variants", []):
            if variant.get("available") is not None:
                tx.put(STOCK, {"id": variant["sku"], "available": variant["available"]})
        return tx.put(PRODUCT, {"id": product_id, "body": product})


@router.put("/_control/shop/stock/{sku}")
async def restock(request: Request, sku: str, told: Count) -> Document:
    """There are so many now."""
    store: Store = request.app.state.store
    with store.transaction() as tx:
        return tx.put(STOCK, {"id": sku, "available": told.available})


def _stock(counted: Document | None) -> Document:
    return {"available": counted["available"] if counted else None}


def _refuse_strangers(authorization: str) -> None:
    if not authorization.startswith("Bearer "):
        raise HTTPException(401, "Send the token as bearer token.")
