"""Everybody who calls in a replay, each with their own API key, and the shop's account at its payment provider."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import httpx2

from cli.failures import CommandFailed
from domain.cases import Role

# The API answers within 10 s, or says that the answer comes later.
ANSWER_SECONDS = 30.0
# An answer that does not come in this time, however often the call is repeated, will not come.
PATIENCE_SECONDS = 180.0
BUSY = (429, 503)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
PAGE = 100

Json = dict[str, Any]


class Unanswered(CommandFailed):
    """A call got no answer although it was repeated for minutes."""


@dataclass(frozen=True)
class Answer:
    """What a call was answered."""

    status: int
    body: Json


class Callers:
    """Calls that are repeated with the same keys until they are answered. For many threads at once."""

    def __init__(
        self,
        address: str,
        keys: dict[Role, str],
        *,
        provider: str,
        provider_key: str,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._clients = {role: _client(address, key, transport) for role, key in keys.items()}
        self._provider = _client(provider, provider_key, transport)
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.repeated = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (*self._clients.values(), self._provider):
            client.close()

    def require_reachable(self) -> None:
        """Somebody answers at both addresses; raises CommandFailed otherwise, without patience."""
        for client in (next(iter(self._clients.values())), self._provider):
            try:
                client.get("/")
            except httpx2.TransportError as error:
                reason = f"Nobody answers at {client.base_url} ({type(error).__name__}): does `aftercart up` run there?"
                raise CommandFailed(reason) from None

    def call(
        self, role: Role, method: str, path: str, body: Json | None = None, *, what: str, key: str | None = None
    ) -> Answer:
        """The API's answer, whatever its status; `what` names the call in the profile. Raises Unanswered."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._patiently(what, self._clients[role], method, path, json=body, headers=headers)

    def capture(self, amount_minor: int, currency: str, *, key: str) -> str:
        """The customer has paid by card; the provider's reference of the payment, the same for the same key."""
        form = {
            "amount": str(amount_minor),
            "currency": currency.lower(),
            "payment_method": "pm_card_visa",
            "confirm": "true",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        }
        headers = {"Idempotency-Key": key}
        answer = self._patiently("capture", self._provider, "POST", "/v1/payment_intents", data=form, headers=headers)
        if answer.status != 200:
            raise CommandFailed(f"the payment provider answered {answer.status}: {answer.body}")
        return str(answer.body["id"])

    def refunds(self) -> Iterator[Json]:
        """Every refund that the provider has made, newest first."""
        params: dict[str, Any] = {"limit": PAGE}
        while True:
            page = self._patiently("list refunds", self._provider, "GET", "/v1/refunds", params=params).body
            yield from page["data"]
            if not page["has_more"]:
                return
            params["starting_after"] = page["data"][-1]["id"]

    def _patiently(self, what: str, client: httpx2.Client, method: str, path: str, **request: Any) -> Answer:
        give_up, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                answer = client.request(method, path, **request)
            except httpx2.TransportError as error:
                reason, wait = type(error).__name__, pause
            else:
                self._count(what, time.monotonic() - began)
                if answer.status_code not in BUSY:
                    return Answer(answer.status_code, answer.json())
                reason, wait = str(answer.status_code), float(answer.headers.get("Retry-After", pause))
            if time.monotonic() + wait > give_up:
                raise Unanswered(f"{method} {path} was not answered for {PATIENCE_SECONDS:.0f} s, last: {reason}")
            with self._lock:
                self.repeated += 1
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _count(self, what: str, seconds: float) -> None:
        with self._lock:
            self.calls[what] += 1
            self.seconds[what] += seconds


def _client(address: str, key: str, transport: httpx2.BaseTransport | None) -> httpx2.Client:
    return httpx2.Client(
        base_url=address,
        headers={"Authorization": f"Bearer {key}"},
        timeout=ANSWER_SECONDS,
        transport=transport,
        # Servers of this machine or of the shop: a proxy of the environment must not come between.
        trust_env=False,
    )
