"""What the shop is asked and what is made of its answers."""

from __future__ import annotations

import inspect
import json
from typing import Any

import httpx2
import pytest

from adapters.storefronts.rest import RestStorefront, parse_availability, parse_product, parse_refusal
from domain.errors import PortError, Rejected, Unavailable
from tests.goods import a_product
from tests.sandbox.server import SandboxServer

COUNTED = {"as_of": "2026-03-09T08:00:00Z", "variants": [{"sku": "A", "available": 2, "warehouse": "main"}]}


def test_call(sandbox: SandboxServer) -> None:
    """The shop is asked for a product under its id, however that is written."""
    RestStorefront(base_url=f"{sandbox.address}/shop", token="adapter").find_product("red mug#1")

    assert [seen["path"] for seen in sandbox.requests("")][-1] == "/shop/v1/products/red mug#1"


def test_parsed_answers() -> None:
    """A product as we take it, and stock with the moment at which it was counted; what was not asked for is left out."""
    product = a_product()
    told = httpx2.Response(200, content=product.model_dump_json().encode())
    counted = COUNTED | {"variants": [*COUNTED["variants"], {"sku": "B", "available": 1}]}

    assert parse_product(told, "mug") == product
    (known,) = parse_availability(httpx2.Response(200, json=counted), ["A"])
    assert (known.sku, known.available, known.as_of.isoformat()) == ("A", 2, "2026-03-09T08:00:00+00:00")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"{}",
        json.dumps(COUNTED | {"as_of": "yesterday"}).encode(),
        json.dumps(COUNTED | {"variants": [{"sku": "A", "available": -1}]}).encode(),
    ],
)
def test_answer_that_cannot_be_used(answer: bytes) -> None:
    """Whatever is not as the contract says is refused with its place, and taken for nothing else."""
    with pytest.raises(Rejected) as refused:
        parse_availability(httpx2.Response(200, content=answer), ["A"])

    assert refused.value.code == "unreadable_answer"
    with pytest.raises(Rejected):
        parse_product(httpx2.Response(200, content=answer), "mug")


def test_another_product() -> None:
    """An answer about another product than the one asked for is not kept under its name."""
    with pytest.raises(Rejected, match="another product"):
        parse_product(httpx2.Response(200, content=a_product("cup").model_dump_json().encode()), "mug")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, None),
        (404, None),
        (401, Unavailable),
        (403, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (400, Rejected),
        (302, Rejected),
    ],
)
def test_parsed_error(status: int, expected: type[PortError] | None) -> None:
    """A busy or broken shop is asked again later, one that refuses is not."""
    refusal = parse_refusal(httpx2.Response(status))

    assert (type(refusal) if refusal else None) is expected


TRANSPORT_ERRORS = [
    kind for _, kind in inspect.getmembers(httpx2, inspect.isclass) if issubclass(kind, httpx2.TransportError)
]


@pytest.mark.parametrize("kind", TRANSPORT_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_transport(kind: type[httpx2.TransportError], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can happen on the wire means asking again later: asking changes nothing."""
    shop = RestStorefront(base_url="http://127.0.0.1:9", token="adapter")

    def fail(*_: Any, **__: Any) -> httpx2.Response:
        raise kind("on the wire")

    monkeypatch.setattr(shop._client, "request", fail)

    with pytest.raises(Unavailable):
        shop.find_product("mug")
