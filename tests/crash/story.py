"""One return, played over the public API by someone who never gives up: the same call again with the same key."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx2

from cli.first_start import DemoKeys
from domain.cases import Role

GIVE_UP_SECONDS = 150.0
BETWEEN_TRIES_SECONDS = 0.3
PRICE_MINOR = 9900

STEPS = ("open", "scan", "receive", "inspect", "approve")
SETTLED_IN = {"open": "authorized", "scan": "in_transit", "receive": "received", "inspect": "awaiting_approval"}


@dataclass
class Player:
    """Plays one order's return; `rma` is known once it was opened."""

    api: str
    keys: DemoKeys
    order_id: str
    payment: str
    rma: str = ""

    def sell(self) -> None:
        """The order is on record, paid by the payment that the provider holds."""
        address = {"name": "Sam Example", "street1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA"}
        order = {
            "order_id": self.order_id,
            "currency": "GBP",
            "placed_at": "2026-11-01T10:00:00Z",
            "lines": [{"line_id": "1", "sku": "LAMP", "quantity": 1, "unit_price_minor": PRICE_MINOR}],
            "payments": [{"payment_id": "card", "reference": self.payment, "captured_minor": PRICE_MINOR}],
            "customer": {"customer_id": "c-1", "address": address | {"country": "GB"}},
        }
        self._call(Role.STOREFRONT, "PUT", f"/v1/orders/{self.order_id}", order)

    def play(self, step: str) -> None:
        """The step was accepted."""
        if step == "open":
            self._open()
            return
        calls: dict[str, tuple[Role, str, dict[str, Any]]] = {
            "scan": (Role.WAREHOUSE, "label_scanned", {}),
            "receive": (Role.WAREHOUSE, "item_received", {}),
            "inspect": (Role.WAREHOUSE, "inspection_recorded", {"units": [_as_new()]}),
            "approve": (Role.SUPERVISOR, "approval_decided", {"decision": "approve"}),
        }
        role, name, body = calls[step]
        event = {"event_id": f"{self.order_id}:{name}"}
        self._call(role, "POST", f"/v1/returns/{self.rma}/{name}", body | event)

    def settle(self, step: str) -> None:
        """The case has come to where the step leads, and the label is there."""
        self.await_state(SETTLED_IN.get(step, "closed"))

    def await_state(self, state: str) -> None:
        """The return is in that state. Raises AssertionError when it never gets there."""
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while (found := self.view())["state"] != state or (found["label"] is None and state == "authorized"):
            assert time.monotonic() < give_up, f"{self.rma} is {found['state']} and not {state}: {found['next_step']}"
            time.sleep(BETWEEN_TRIES_SECONDS)

    def view(self) -> dict[str, Any]:
        """The return as an agent sees it."""
        return self._call(Role.AGENT, "GET", f"/v1/returns/{self.rma}")

    def ledger(self) -> list[dict[str, Any]]:
        """Its movements of money."""
        entries: list[dict[str, Any]] = self._call(Role.FINANCE, "GET", f"/v1/returns/{self.rma}/ledger")["entries"]
        return entries

    def _open(self) -> None:
        body = {"order_id": self.order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
        self.rma = str(self._call(Role.STOREFRONT, "POST", "/v1/returns", body, key=f"{self.order_id}:open")["rma"])

    def _call(self, role: Role, method: str, path: str, body: Any = None, *, key: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.keys[role]}"} | ({"Idempotency-Key": key} if key else {})
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self._try(method, path, body, headers)
            if answer is not None and answer.status_code < 300:
                found: dict[str, Any] = answer.json()
                return found
            said = answer.text if answer is not None else "no answer"
            assert answer is None or answer.status_code in (429, 503), f"{method} {path}: {answer.status_code} {said}"
            assert time.monotonic() < give_up, f"{method} {path} never worked: {said}"
            time.sleep(BETWEEN_TRIES_SECONDS)

    def _try(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx2.Response | None:
        try:
            with httpx2.Client(base_url=self.api, trust_env=False, timeout=15) as client:
                return client.request(method, path, json=body, headers=headers)
        except httpx2.TransportError:
            return None


def _as_new() -> dict[str, Any]:
    return {"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}
