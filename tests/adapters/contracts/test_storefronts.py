"""Whichever shop is asked, the answer is what it has now, and a shop that does not answer is asked again later."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import pytest

from adapters.storefronts.rest import RestStorefront
from domain.catalogue import NewsSource, Product
from domain.catalogue.ports import Storefront
from domain.errors import Rejected, Unavailable
from tests.fakes.storefront import FakeStorefront
from tests.goods import a_product
from tests.sandbox.server import SandboxServer, closed_port


class StorefrontBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Storefront: ...

    def sell(self, product: Product) -> None: ...

    def restock(self, sku: str, available: int) -> None: ...

    def be_busy(self, seconds: int) -> None: ...

    def refuse(self) -> None: ...

    def unreachable(self) -> Storefront: ...


class RestBench:
    """The adapter for our own contract over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = RestStorefront(base_url=f"{sandbox.address}/shop", token="contract")

    def sell(self, product: Product) -> None:
        self._sandbox.control("PUT", f"/shop/products/{product.product_id}", product.model_dump(mode="json"))

    def restock(self, sku: str, available: int) -> None:
        self._sandbox.control("PUT", f"/shop/stock/{sku}", {"available": available})

    def be_busy(self, seconds: int) -> None:
        self._sandbox.spoil("/shop/", spoil="status", status=503, retry_after=seconds)

    def refuse(self) -> None:
        self._sandbox.spoil("/shop/", spoil="status", status=422)

    def unreachable(self) -> Storefront:
        return RestStorefront(base_url=f"http://127.0.0.1:{closed_port()}", token="contract")


class FakeBench:
    """The fake that other tests use."""

    def __init__(self) -> None:
        self.port = FakeStorefront()

    def sell(self, product: Product) -> None:
        self.port.products[product.product_id] = product
        self.port.stock |= {each.sku: each.available for each in product.variants if each.available is not None}

    def restock(self, sku: str, available: int) -> None:
        self.port.stock[sku] = available

    def be_busy(self, seconds: int) -> None:
        self.port.faults.fail(Unavailable("busy", retry_after=timedelta(seconds=seconds)))

    def refuse(self) -> None:
        self.port.faults.fail(Rejected("http_422"))

    def unreachable(self) -> Storefront:
        shop = FakeStorefront()
        shop.faults.fail(Unavailable("down"))
        return shop


@pytest.fixture(params=["rest", "fake"])
def bench(request: pytest.FixtureRequest) -> StorefrontBench:
    """Each shop in turn."""
    return FakeBench() if request.param == "fake" else RestBench(request.getfixturevalue("sandbox"))


def test_product(bench: StorefrontBench) -> None:
    """The product comes back as the shop sells it, with the stock of this moment and since when it is so."""
    bench.sell(a_product())
    bench.restock("MUG-S-BLUE", 9)

    found = bench.port.find_product("mug")

    assert found is not None
    assert found.as_of is not None
    assert found.variants[0].available == 9
    assert found.variants[3].available is None
    assert found.title == "Stoneware mug"


def test_product_id_with_a_slash(bench: StorefrontBench) -> None:
    """Shops number products as they like."""
    bench.sell(a_product("2026/mug"))

    found = bench.port.find_product("2026/mug")

    assert found is not None
    assert found.product_id == "2026/mug"


def test_no_such_product(bench: StorefrontBench) -> None:
    """A product that the shop does not sell is none, and no error."""
    assert bench.port.find_product("mug") is None


def test_availability(bench: StorefrontBench) -> None:
    """Each SKU that the shop counts is answered once; what it does not count is left out, which is not 0."""
    bench.sell(a_product())

    found = bench.port.availability(["MUG-S-BLUE", "MUG-S-RED", "MUG-L-RED", "MUG-S-BLUE"])

    assert {each.sku: each.available for each in found} == {"MUG-S-BLUE": 4, "MUG-S-RED": 0}
    assert len(found) == 2
    assert {each.source for each in found} == {NewsSource.ASKED}


def test_busy(bench: StorefrontBench) -> None:
    """A shop that asks for patience gets it."""
    bench.be_busy(7)

    with pytest.raises(Unavailable) as busy:
        bench.port.find_product("mug")

    assert busy.value.retry_after == timedelta(seconds=7)


def test_refused(bench: StorefrontBench) -> None:
    """A question that the shop refuses is not asked again and again."""
    bench.refuse()

    with pytest.raises(Rejected):
        bench.port.availability(["MUG"])


def test_down(bench: StorefrontBench) -> None:
    """A shop that cannot be reached is asked again later."""
    with pytest.raises(Unavailable):
        bench.unreachable().availability(["MUG"])
