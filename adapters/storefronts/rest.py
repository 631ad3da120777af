"""A shop that answers by our own small contract, docs/storefront-contract.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx2
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from domain.catalogue import Availability, NewsSource, Product, Sku
from domain.catalogue.products import Stock
from domain.errors import PortError, Rejected, Unavailable

CONNECT_SECONDS = 3
# A customer or an agent waits for the answer.
ANSWER_SECONDS = 8
# A wrong token is a mistake in our settings; somebody has to mend it first.
AFTER_MISCONFIGURATION = timedelta(minutes=5)
UNREADABLE = "unreadable_answer"


class CountedVariant(BaseModel):
    """One line of the shop's answer about its stock."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sku: Sku
    available: Stock


class Counted(BaseModel):
    """The shop's answer about its stock."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    as_of: AwareDatetime
    variants: tuple[CountedVariant, ...]


class RestStorefront:
    """The Storefront port over HTTP."""

    def __init__(self, *, base_url: str, token: str) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    def find_product(self, product_id: str) -> Product | None:
        response = self._ask("GET", f"/v1/products/{quote(product_id, safe='')}")
        return None if response.status_code == 404 else parse_product(response, product_id)

    def availability(self, skus: Sequence[str]) -> list[Availability]:
        response = self._ask("POST", "/v1/availability", {"skus": list(skus)})
        return parse_availability(response, skus)

    def _ask(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        try:
            response = self._client.request(method, path, json=body)
        except httpx2.TransportError as error:
            # Asking changes nothing, so it does not matter how far the question came.
            raise Unavailable(f"the shop did not answer: {type(error).__name__}") from error
        if refusal := parse_refusal(response):
            raise refusal
        return response


def parse_refusal(response: httpx2.Response) -> PortError | None:
    """What an answer means for the caller; None when it holds what was asked for, or says that there is none (404)."""
    status = response.status_code
    if status in (200, 404):
        return None
    if status in (401, 403):
        return Unavailable(f"the shop answers {status}: is its token right?", retry_after=AFTER_MISCONFIGURATION)
    if status == 429 or status >= 500:
        return Unavailable(f"the shop answers {status}", retry_after=_retry_after(response))
    return Rejected(f"http_{status}", f"the shop answers {status}")


def parse_product(response: httpx2.Response, product_id: str) -> Product:
    """The product. Raises Rejected (`unreadable_answer`) when it is none, or another one."""
    try:
        product = Product.model_validate_json(response.content)
    except ValidationError as invalid:
        raise Rejected(UNREADABLE, f"the shop's product cannot be used: {_first(invalid)}") from None
    if product.product_id != product_id:
        raise Rejected(UNREADABLE, f"the shop was asked for {product_id} and answers about another product")
    return product


def parse_availability(response: httpx2.Response, skus: Sequence[str]) -> list[Availability]:
    """What the shop counts of those SKUs. Raises Rejected (`unreadable_answer`)."""
    try:
        counted = Counted.model_validate_json(response.content)
    except ValidationError as invalid:
        raise Rejected(UNREADABLE, f"the shop's stock cannot be used: {_first(invalid)}") from None
    asked = set(skus)
    return [
        Availability(sku=each.sku, available=each.available, as_of=counted.as_of, source=NewsSource.ASKED)
        for each in counted.variants
        if each.sku in asked
    ]


def _first(invalid: ValidationError) -> str:
    found: Any = invalid.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"


def _retry_after(response: httpx2.Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else None
