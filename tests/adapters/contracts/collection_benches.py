"""The Collections port with a provider behind it that can be looked into and disturbed: once real, once fake."""

from __future__ import annotations

from typing import Protocol

from adapters.payments.stripe_collections import StripeCollections
from domain.collection_port import Collections
from domain.errors import Unavailable
from tests.fakes.collections import FakeCollections
from tests.sandbox.server import SandboxServer, closed_port


class CollectionsBench(Protocol):
    """What a contract test needs beside the port."""

    @property
    def port(self) -> Collections: ...

    def confirm(self, key: str) -> None: ...

    def lapse(self, key: str) -> None: ...

    def declined_instrument(self) -> str: ...

    def lose_answer(self, call: str) -> None: ...

    def lose_request(self, call: str) -> None: ...

    def forget_keys(self) -> None: ...

    def captured(self) -> list[int]: ...

    def asked(self) -> int: ...

    def unreachable(self) -> Collections: ...


_PATHS = {"request": "/v1/payment_intents$", "capture": "/capture$", "cancel": "/cancel$"}


class StripeBench:
    """The adapter for Stripe over a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self.port = StripeCollections(api_base=f"{sandbox.address}/stripe", secret_key="sk_test_contract")

    def confirm(self, key: str) -> None:
        self._sandbox.control("POST", f"/stripe/payment_intents/{self._intent(key)}/confirm", {})

    def lapse(self, key: str) -> None:
        self._sandbox.control("POST", f"/stripe/payment_intents/{self._intent(key)}/lapse")

    def declined_instrument(self) -> str:
        return "pm_card_chargeDeclined"

    def lose_answer(self, call: str) -> None:
        self._sandbox.spoil(_PATHS[call], method="POST", when="after", spoil="drop")

    def lose_request(self, call: str) -> None:
        self._sandbox.spoil(_PATHS[call], method="POST", when="before", spoil="drop")

    def forget_keys(self) -> None:
        self._sandbox.control("DELETE", "/stripe/idempotency_keys")

    def captured(self) -> list[int]:
        return [
            intent["amount_received"] for intent in self._sandbox.state("payment_intents") if intent["amount_received"]
        ]

    def asked(self) -> int:
        return len(self._sandbox.state("payment_intents"))

    def unreachable(self) -> Collections:
        return StripeCollections(api_base=f"http://127.0.0.1:{closed_port()}", secret_key="sk_test_contract")

    def _intent(self, key: str) -> str:
        intents = self._sandbox.state("payment_intents")
        return next(str(intent["id"]) for intent in intents if intent["metadata"]["key"] == key)


class FakeBench:
    """The fake that the workflow tests use."""

    def __init__(self) -> None:
        self.port = FakeCollections()

    def confirm(self, key: str) -> None:
        self.port.confirm(key)

    def lapse(self, key: str) -> None:
        self.port.lapse(key)

    def declined_instrument(self) -> str:
        self.port.decline_next()
        return "pm_declined"

    def lose_answer(self, call: str) -> None:
        self.port.faults.lose_answer()

    def lose_request(self, call: str) -> None:
        self.port.faults.lose_request()

    def forget_keys(self) -> None:
        self.port.forget_keys()

    def captured(self) -> list[int]:
        return self.port.captured()

    def asked(self) -> int:
        return len(self.port.made)

    def unreachable(self) -> Collections:
        collections = FakeCollections()
        collections.faults.fail(Unavailable("down"), times=3)
        collections.find_faults.fail(Unavailable("down"))
        return collections
