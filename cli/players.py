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
    """One HTTP client per role; one for the payment provider, where customers pay; one for what the sandbox is told to do."""

    def __init__(self, settings: Settings, keys: DemoKeys) -> None:
        self._clients = {role: _client(settings.api.address, key) for role, key in keys.items()}
        provider_key = settings.stripe.secret_key.get_secret_value()
        self._provider = _client(str(settings.stripe.api_base), provider_key)
        self._sandbox = _client(settings.sandbox.address, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (*self._clients.values(), self._provider, self._sandbox):
            client.close()

    def call(
        self,
        role: Role,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        expect: int | tuple[int, ...] = 200,
    ) -> dict[str, Any]:
        """What the API answers. Raises WalkThroughFailed when it is none of the expected statuses."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self._clients[role].request(method, path, json=body, headers=headers)
        if answer.status_code not in (expect if isinstance(expect, tuple) else (expect,)):
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
        return str(self._pay("/v1/payment_intents", form)["id"])

    def confirm(self, reference: str) -> None:
        """The customer has confirmed by card what they are asked to pay, as the storefront's page lets them."""
        self._pay(f"/v1/payment_intents/{reference}/confirm", {"payment_method": "pm_card_visa"})

    def direct(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What the sandbox says once its warehouse or carrier did so. Raises WalkThroughFailed when it did not."""
        answer = self._sandbox.request(method, f"/_control{path}", json=body)
        if answer.is_error:
            raise WalkThroughFailed(f"the sandbox answered {answer.status_code} to {path}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def _pay(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        answer = self._provider.post(path, data=form)
        if answer.status_code != 200:
            raise WalkThroughFailed(f"the payment provider answered {answer.status_code}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found


def _client(address: str, key: str) -> httpx2.Client:
    # Servers of this machine: a proxy of the environment must not come between.
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx2.Client(base_url=address, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)
