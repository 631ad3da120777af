"""One request to Stripe's API: who asks, with which parameters, and whether it was asked before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from sandbox import webhooks
from sandbox.ids import epoch, stripe_id
from sandbox.store import Answer, Document, Store, Transaction
from sandbox.stripe.errors import StripeRefusal, malformed
from sandbox.stripe.params import Params, decode

API_VERSION = "2026-10-28.endive"
MAX_KEY_LENGTH = 255
EVENT = "stripe.event"


@dataclass(frozen=True)
class Work:
    """What an endpoint works with."""

    tx: Transaction
    params: Params
    request_id: str = ""
    key: str = ""

    def emit(self, type: str, object: Document) -> None:
        """The event is on record and on its way to the webhook address."""
        event = {
            "id": stripe_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": epoch(),
            "data": {"object": object},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self.request_id or None, "idempotency_key": self.key or None},
            "type": type,
        }
        self.tx.put(EVENT, event)
        payment = object["id"] if object["object"] == "payment_intent" else object.get("payment_intent") or ""
        webhooks.queue(self.tx, "stripe", event, payment=payment)


Endpoint = Callable[[Work], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """A request that was read; `answer` does what it asks."""

    store: Store
    method: str
    path: str
    account: str
    key: str
    encoded: str

    def answer(self, endpoint: Endpoint) -> Response:
        """Effect and remembered answer are committed together; a known key is answered without effect."""
        request_id = stripe_id("req")
        try:
            with self.store.transaction() as tx:
                return self._answer(tx, endpoint, request_id)
        except StripeRefusal as refusal:
            return self._respond(refusal.status, json.dumps(refusal.body), request_id)

    def _answer(self, tx: Transaction, endpoint: Endpoint, request_id: str) -> Response:
        self._refuse_unusable()
        if self._is_repeatable and (earlier := tx.answer("stripe", self._scoped_key)):
            return self._replay(earlier, request_id)
        try:
            status, body = 200, endpoint(Work(tx, Params(decode(self.encoded)), request_id, self.key))
        except StripeRefusal as refusal:
            if not refusal.remembered:
                raise
            status, body = refusal.status, refusal.body
        text = json.dumps(body)
        if self._is_repeatable:
            tx.remember_answer("stripe", self._scoped_key, Answer(self._asked, status, text, request_id))
        return self._respond(status, text, request_id)

    def _refuse_unusable(self) -> None:
        if not self.account.startswith(("sk_", "rk_")):
            raise StripeRefusal("Send a secret API key as bearer token.", status=401, remembered=False)
        if len(self.key) > MAX_KEY_LENGTH:
            raise malformed("The idempotency key is too long.", code="idempotency_key_invalid", param="Idempotency-Key")

    def _replay(self, earlier: Answer, request_id: str) -> Response:
        if earlier.asked != self._asked:
            message = f"The idempotency key '{self.key}' was already used with other parameters or another endpoint."
            raise StripeRefusal(message, type="idempotency_error", remembered=False)
        response = self._respond(earlier.status, earlier.body, request_id)
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = earlier.request_id
        return response

    def _respond(self, status: int, body: str, request_id: str) -> Response:
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if self.key:
            headers["Idempotency-Key"] = self.key
        return Response(body, status_code=status, headers=headers, media_type="application/json")

    @property
    def _is_repeatable(self) -> bool:
        return self.method == "POST" and bool(self.key)

    @property
    def _scoped_key(self) -> str:
        return f"{self.account}:{self.key}"

    @property
    def _asked(self) -> str:
        canonical = json.dumps([self.path, decode(self.encoded)], sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


async def read_call(request: Request) -> Call:
    """The request as Stripe reads it: parameters from the query of a GET or DELETE, from the form of a POST."""
    body = (await request.body()).decode()
    return Call(
        store=request.app.state.store,
        method=request.method,
        path=request.url.path,
        account=request.headers.get("authorization", "").removeprefix("Bearer "),
        key=request.headers.get("idempotency-key", "") if request.method == "POST" else "",
        encoded=body if request.method == "POST" else request.url.query,
    )
