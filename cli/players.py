"""The people and machines of the walk-through, each with their own API key, calling the public API."""

from __future__ import annotations

from typing import Any, Self

import httpx2

from cli.failures import WalkThroughFailed
from cli.first_start import DemoKeys
from config.settings import Settings
from domain.cases import Role

# A person waits this long for an answer; the API itself answers within 10 s, or says that it will be later.
PATIENCE_SECONDS = 20.0


class Players:
    """One HTTP client per role, and one for the payment provider, where the shop captures before it sends an order."""

    def __init__(self, settings: Settings, keys: DemoKeys) -> None:
        self._clients = {role: _client(settings.api.address, key) for role, key in keys.items()}
        provider_key = settings.stripe.secret_key.get_secret_value()
        self._provider = _client(str(settings.stripe.api_base), provider_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (*self._clients.values(), self._provider):
            client.close()

    def call(
        self, role: Role, method: str, path: str, body: Any = None, *, key: str | None = None, expect: int = 200
    ) -> dict[str, Any]:
        """What the API answers. Raises WalkThroughFailed when it is not the expected status."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self._clients[role].request(method, path, json=body, headers=headers)
        if answer.status_code != expect:
            raise WalkThroughFailed(f"{method} {path} answered {answer.status_code} instead of {expect}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def capture(self, amount_minor: int, currency: str) -> str:
        """The customer has paid by card; the provider's reference of the payment."""
        form = {
            "amount": str(amount_minor),
            "currency": currency.lower(),
            "payment_method": "pm_card_visa",
            "confirm": "true",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        }
        answer = self._provider.post("/v1/payment_intents", data=form)
        if answer.status_code != 200:
            raise WalkThroughFailed(f"the payment provider answered {answer.status_code}: {answer.text}")
        return str(answer.json()["id"])


def _client(address: str, key: str) -> httpx2.Client:
    # Servers of this machine: a proxy of the environment must not come between.
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.Client(base_url=address, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)
