"""The Warehouse port with a warehouse behind it that can be looked into and disturbed: once real, once fake."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from adapters.warehouse.rest import RestWarehouse
from domain.errors import Unavailable
from domain.policies import Disposition
from domain.ports import Warehouse
from tests.fakes.warehouse import FakeWarehouse
from tests.sandbox.server import SandboxServer, closed_port


class WarehouseBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Warehouse: ...

    def counts(self, sku: str) -> tuple[int, int]: ...

    def lose_answer(self) -> None: ...

    def lose_request(self) -> None: ...

    def be_busy(self, seconds: int) -> None: ...

    def unreachable(self) -> Warehouse: ...


class RestBench:
    """The adapter for our own contract over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = RestWarehouse(base_url=f"{sandbox.address}/warehouse", token="contract")

    def counts(self, sku: str) -> tuple[int, int]:
        stock = next((stock for stock in self._sandbox.state("stock") if stock["sku"] == sku), None)
        counts = stock["warehouses"]["main"] if stock else {"available": 0, "quarantined": 0}
        return counts["available"], counts["quarantined"]

    def lose_answer(self) -> None:
        self._sandbox.spoil("/v1/dispositions$", when="after", spoil="drop")

    def lose_request(self) -> None:
        self._sandbox.spoil("/v1/dispositions$", when="before", spoil="drop")

    def be_busy(self, seconds: int) -> None:
        self._sandbox.spoil("/v1/dispositions$", spoil="status", status=503, retry_after=seconds)

    def unreachable(self) -> Warehouse:
        return RestWarehouse(base_url=f"http://127.0.0.1:{closed_port()}", token="contract")


class FakeBench:
    """The fake that the workflow tests use."""

    def __init__(self) -> None:
        self.port = FakeWarehouse()

    def counts(self, sku: str) -> tuple[int, int]:
        return self.port.stock[sku, Disposition.RESTOCK], self.port.stock[sku, Disposition.QUARANTINE]

    def lose_answer(self) -> None:
        self.port.faults.lose_answer()

    def lose_request(self) -> None:
        self.port.faults.lose_request()

    def be_busy(self, seconds: int) -> None:
        self.port.faults.fail(Unavailable("busy", retry_after=timedelta(seconds=seconds)))

    def unreachable(self) -> Warehouse:
        warehouse = FakeWarehouse()
        warehouse.faults.fail(Unavailable("down"))
        return warehouse
