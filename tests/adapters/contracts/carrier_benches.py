"""The Carrier port with a carrier behind it that can be looked into and disturbed: once real, once fake."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from adapters.carriers.easypost import EasyPostCarrier
from domain.errors import Unavailable
from domain.goods_back.facts import Label
from domain.ports import Carrier
from tests.adapters.builders import MAIN_WAREHOUSE
from tests.fakes.carriers import FakeCarrier
from tests.sandbox.server import SandboxServer, closed_port


class CarrierBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Carrier: ...

    def paid_labels(self) -> int: ...

    def voided_labels(self) -> int: ...

    def lose_answer(self) -> None: ...

    def lose_request(self) -> None: ...

    def be_busy(self) -> None: ...

    def unreachable(self) -> Carrier: ...

    def scan(self, label: Label) -> None: ...

    def pay_back(self, label: Label) -> None: ...


class EasyPostBench:
    """The adapter for EasyPost over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = self._connect(sandbox.address)

    def paid_labels(self) -> int:
        return sum(shipment["postage_label"] is not None for shipment in self._sandbox.state("shipments"))

    def voided_labels(self) -> int:
        return sum(shipment["refund_status"] == "submitted" for shipment in self._sandbox.state("shipments"))

    def lose_answer(self) -> None:
        self._sandbox.spoil("/(buy|refund)$", method="POST", when="after", spoil="drop")

    def lose_request(self) -> None:
        self._sandbox.spoil("/(buy|refund)$", method="POST", when="before", spoil="drop")

    def be_busy(self) -> None:
        self._sandbox.spoil("/v2/", spoil="status", status=429)

    def unreachable(self) -> Carrier:
        return self._connect(f"http://127.0.0.1:{closed_port()}")

    def scan(self, label: Label) -> None:
        self._sandbox.control("POST", f"/easypost/trackers/{label.tracking_number}", {"status": "in_transit"})

    def pay_back(self, label: Label) -> None:
        self._sandbox.control("POST", f"/easypost/refunds/{label.tracking_number}", {"status": "refunded"})

    @staticmethod
    def _connect(address: str) -> EasyPostCarrier:
        return EasyPostCarrier(
            api_base=f"{address}/easypost/v2", api_key="EZTKcontract", warehouses={"main": MAIN_WAREHOUSE}
        )


class FakeBench:
    """The fake that the workflow tests use."""

    def __init__(self) -> None:
        self.port = FakeCarrier(home=MAIN_WAREHOUSE.country)

    def paid_labels(self) -> int:
        return len(self.port.labels)

    def voided_labels(self) -> int:
        return len(self.port.voided)

    def lose_answer(self) -> None:
        self.port.faults.lose_answer()
        self.port.void_faults.lose_answer()

    def lose_request(self) -> None:
        self.port.faults.lose_request()
        self.port.void_faults.lose_request()

    def be_busy(self) -> None:
        self.port.faults.fail(Unavailable("busy", retry_after=timedelta(seconds=7)))

    def unreachable(self) -> Carrier:
        carrier = FakeCarrier()
        carrier.faults.fail(Unavailable("down"))
        carrier.void_faults.fail(Unavailable("down"))
        return carrier

    def scan(self, label: Label) -> None:
        self.port.scan(label.shipment_reference)

    def pay_back(self, label: Label) -> None:
        self.port.pay_back(label.shipment_reference)
