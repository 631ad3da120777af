"""The Fulfilment port with a warehouse behind it that can be looked into and disturbed: once real, once fake."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from adapters.warehouse.fulfilment import RestFulfilment
from domain.errors import Unavailable
from domain.fulfilment_port import Fulfilment
from domain.replacement_shipments.case import DeliveryState
from tests.fakes.fulfilment import FakeFulfilment
from tests.sandbox.server import SandboxServer, closed_port


class FulfilmentBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Fulfilment: ...

    def has(self, sku: str, units: int) -> None: ...

    def free(self, sku: str) -> int: ...

    def shipments(self) -> int: ...

    def hand_over(self, key: str, *units: tuple[str, int]) -> str: ...

    def move(self, key: str, delivery: str, state: DeliveryState) -> None: ...

    def pack(self, key: str) -> None: ...

    def lose_answer(self) -> None: ...

    def lose_request(self) -> None: ...

    def be_busy(self, seconds: int) -> None: ...

    def unreachable(self) -> Fulfilment: ...


class RestFulfilmentBench:
    """The adapter for our own contract over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = RestFulfilment(base_url=f"{sandbox.address}/warehouse", token="contract")

    def has(self, sku: str, units: int) -> None:
        self._sandbox.control("PUT", f"/warehouse/stock/{sku}", {"available": units})

    def free(self, sku: str) -> int:
        stock = next(stock for stock in self._sandbox.state("stock") if stock["sku"] == sku)
        return int(stock["warehouses"]["main"]["available"])

    def shipments(self) -> int:
        return len(self._sandbox.state("replacements"))

    def hand_over(self, key: str, *units: tuple[str, int]) -> str:
        packed = [{"sku": sku, "quantity": quantity} for sku, quantity in units]
        return str(self._sandbox.control("POST", f"/warehouse/shipments/{key}/parcels", {"units": packed})["id"])

    def move(self, key: str, delivery: str, state: DeliveryState) -> None:
        self._sandbox.control("POST", f"/warehouse/shipments/{key}/parcels/{delivery}", {"state": state})

    def pack(self, key: str) -> None:
        self._sandbox.control("POST", f"/warehouse/shipments/{key}/packed")

    def lose_answer(self) -> None:
        self._sandbox.spoil("^/warehouse/", when="after", spoil="drop")

    def lose_request(self) -> None:
        self._sandbox.spoil("^/warehouse/", when="before", spoil="drop")

    def be_busy(self, seconds: int) -> None:
        self._sandbox.spoil("^/warehouse/", spoil="status", status=503, retry_after=seconds)

    def unreachable(self) -> Fulfilment:
        return RestFulfilment(base_url=f"http://127.0.0.1:{closed_port()}", token="contract")


class FakeFulfilmentBench:
    """The fake that the workflow tests use."""

    def __init__(self) -> None:
        self.port = FakeFulfilment()

    def has(self, sku: str, units: int) -> None:
        self.port.free[sku] = units

    def free(self, sku: str) -> int:
        return self.port.free[sku]

    def shipments(self) -> int:
        return len(self.port.sent)

    def hand_over(self, key: str, *units: tuple[str, int]) -> str:
        return self.port.hand_over(key, *units)

    def move(self, key: str, delivery: str, state: DeliveryState) -> None:
        self.port.move(key, delivery, state)

    def pack(self, key: str) -> None:
        self.port.packed.add(key)

    def lose_answer(self) -> None:
        self.port.faults.lose_answer()

    def lose_request(self) -> None:
        self.port.faults.lose_request()

    def be_busy(self, seconds: int) -> None:
        self.port.faults.fail(Unavailable("busy", retry_after=timedelta(seconds=seconds)))

    def unreachable(self) -> Fulfilment:
        warehouse = FakeFulfilment()
        warehouse.faults.fail(Unavailable("down"))
        return warehouse
