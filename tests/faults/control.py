"""The hands behind the scenes: what the sandbox is told to do, and what it remembers."""

from __future__ import annotations

from typing import Any, Self

import httpx2

from tests.faults.plan import PENDING, PlannedPayment
from tests.faults.troubles import fault

PATIENCE_SECONDS = 60.0


class Control:
    """The control routes of a running sandbox. For many threads at once."""

    def __init__(self, address: str) -> None:
        self._client = httpx2.Client(base_url=f"{address}/_control", timeout=PATIENCE_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def capture(self, planned: PlannedPayment, currency: str) -> str:
        """The customer has paid; the provider's reference."""
        method = "pm_card_pendingRefund" if planned.fate in PENDING else "pm_card_visa"
        body = {"amount": planned.captured_minor, "currency": currency, "payment_method": method}
        return str(self._ask("POST", "/stripe/payments", body)["id"])

    def arm(self, planned: PlannedPayment, reference: str) -> None:
        """The next requests about the payment meet their troubles, and its webhooks come as planned."""
        for trouble in planned.troubles:
            self._ask("POST", "/faults", fault(trouble, payment=reference))
        for type, seconds in planned.deliveries.items():
            body = {"payment": reference, "type": type, "after_seconds": list(seconds)}
            self._ask("PUT", "/stripe/deliveries", body)

    def decide_refund(self, refund: str, status: str) -> None:
        """What the bank made of the refund."""
        self._ask("POST", f"/stripe/refunds/{refund}", {"status": status})

    def silence_webhooks(self) -> None:
        """Events that happen now are told to nobody."""
        self._ask("PUT", "/webhooks/stripe", {"url": "", "secret": ""})

    def forget_keys(self) -> int:
        """The provider knows no idempotency key any more; how many it forgot."""
        return int(self._ask("DELETE", "/stripe/idempotency_keys")["forgotten"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Every webhook and how far it came, in the order of its event."""
        return list(self._ask("GET", "/webhooks"))

    def requests(self) -> list[dict[str, Any]]:
        """Every request to a provider, with the fault that struck it."""
        return list(self._ask("GET", "/requests"))

    def state(self, name: str) -> list[dict[str, Any]]:
        """Everything of one kind that the providers know."""
        return list(self._ask("GET", "/state")[name])

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()
