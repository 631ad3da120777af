"""The Payments port with a provider behind it that can be looked into and disturbed: once real, once fake."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from adapters.payments.stripe import StripePayments
from domain.errors import Unavailable
from domain.money import Money
from domain.ports import Payments
from tests.fakes.payments import FakePayments
from tests.sandbox.server import SandboxServer, closed_port


class PaymentsBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Payments: ...

    def capture(self, minor: int, currency: str = "GBP") -> str: ...

    def refunds(self, reference: str) -> list[tuple[int, str]]: ...

    def lose_answer(self) -> None: ...

    def lose_request(self) -> None: ...

    def be_busy(self, seconds: int) -> None: ...

    def unreachable(self) -> Payments: ...

    def pend_next(self) -> None: ...

    def settle(self, key: str) -> None: ...

    def fail(self, key: str) -> None: ...

    def dispute(self, reference: str) -> None: ...

    def forget_keys(self) -> None: ...


class StripeBench:
    """The adapter for Stripe over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = StripePayments(api_base=f"{sandbox.address}/stripe", secret_key="sk_test_contract")

    def capture(self, minor: int, currency: str = "GBP") -> str:
        return self._sandbox.pay(minor, currency)

    def refunds(self, reference: str) -> list[tuple[int, str]]:
        refunds = [refund for refund in self._sandbox.state("refunds") if refund["payment_intent"] == reference]
        return [(refund["amount"], refund["status"].replace("succeeded", "settled")) for refund in refunds]

    def lose_answer(self) -> None:
        self._sandbox.spoil("/v1/refunds$", method="POST", when="after", spoil="drop")

    def lose_request(self) -> None:
        self._sandbox.spoil("/v1/refunds$", method="POST", when="before", spoil="drop")

    def be_busy(self, seconds: int) -> None:
        self._sandbox.spoil("/v1/refunds$", spoil="status", status=429, retry_after=seconds)

    def unreachable(self) -> Payments:
        return StripePayments(api_base=f"http://127.0.0.1:{closed_port()}", secret_key="sk_test_contract")

    def pend_next(self) -> None:
        self._sandbox.control("POST", "/stripe/refunds/pend")

    def settle(self, key: str) -> None:
        self._change(key, status="succeeded")

    def fail(self, key: str) -> None:
        self._change(key, status="failed", failure_reason="expired_or_canceled_card")

    def dispute(self, reference: str) -> None:
        self._sandbox.control("POST", "/stripe/disputes", {"payment_intent": reference})

    def forget_keys(self) -> None:
        self._sandbox.control("DELETE", "/stripe/idempotency_keys")

    def _change(self, key: str, **change: str) -> None:
        refund = next(refund for refund in self._sandbox.state("refunds") if refund["metadata"]["key"] == key)
        self._sandbox.control("POST", f"/stripe/refunds/{refund['id']}", change)


class FakeBench:
    """The fake that the workflow tests use."""

    def __init__(self) -> None:
        self.port = FakePayments()
        self._captured = 0

    def capture(self, minor: int, currency: str = "GBP") -> str:
        self._captured += 1
        self.port.capture(f"pi_{self._captured}", Money(minor=minor, currency=currency))
        return f"pi_{self._captured}"

    def refunds(self, reference: str) -> list[tuple[int, str]]:
        return [(refund.amount.minor, refund.status) for refund in self.port.refunds_of(reference)]

    def lose_answer(self) -> None:
        self.port.faults.lose_answer()

    def lose_request(self) -> None:
        self.port.faults.lose_request()

    def be_busy(self, seconds: int) -> None:
        self.port.faults.fail(Unavailable("busy", retry_after=timedelta(seconds=seconds)))

    def unreachable(self) -> Payments:
        payments = FakePayments()
        payments.faults.fail(Unavailable("down"))
        payments.find_faults.fail(Unavailable("down"))
        return payments

    def pend_next(self) -> None:
        self.port.pend_next()

    def settle(self, key: str) -> None:
        self.port.settle(key)

    def fail(self, key: str) -> None:
        self.port.fail(key, "expired_or_canceled_card")

    def dispute(self, reference: str) -> None:
        self.port.dispute(reference)

    def forget_keys(self) -> None:
        self.port.forget_keys()
