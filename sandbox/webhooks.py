"""Webhooks from the vendors to us: queued with the change that they tell of, delivered until they are taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import unicodedata
from typing import Any

import httpx2

from sandbox.store import Delivery, Document, Store, Transaction

HOOK = "webhook"
# When the webhooks of one kind of event about one payment are sent, if not once and at once.
TIMING = "webhook.timing"
# Quick at first, since on one machine the receiver is usually only restarting; then ever slower, as vendors do.
RETRY_AFTER_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 300)
# The receiver only has to store the event; vendors give up after about this long, too.
ANSWER_WITHIN_SECONDS = 10
LOOK_EVERY_SECONDS = 0.25


def configure(tx: Transaction, vendor: str, *, url: str, secret: str) -> None:
    """From now on the events of that vendor go to `url`, signed with `secret`; an empty address stops them."""
    tx.put(HOOK, {"id": vendor, "url": url, "secret": secret})


def time_deliveries(tx: Transaction, *, payment: str, type: str, after_seconds: list[float]) -> None:
    """From now on Stripe's events of that type about the payment are sent once after each of these times."""
    tx.put(TIMING, {"id": f"{payment}:{type}", "after_seconds": after_seconds})


def queue(tx: Transaction, vendor: str, event: Document, *, payment: str = "") -> None:
    """The event will be delivered, if an address for this vendor is configured; more than once if that was ordered."""
    hook = tx.get(HOOK, vendor)
    if not hook or not hook["url"]:
        return
    timing = tx.get(TIMING, f"{payment}:{event.get('type')}") or {"after_seconds": [0.0]}
    for seconds in timing["after_seconds"]:
        tx.queue_delivery(vendor, event["id"], json.dumps(event), due_at=time.time() + seconds)


def signature_headers(vendor: str, *, body: str, secret: str) -> dict[str, str]:
    """The headers by which the receiver knows that the vendor sent `body`."""
    if vendor == "stripe":
        # Imported late: the client library takes half a second, and a sandbox without webhooks never needs it.
        import stripe

        return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret)}
    if vendor == "warehouse":
        # It calls our API as any caller does: with a key.
        return {"Authorization": f"Bearer {secret}"}
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"X-Hmac-Signature": "hmac-sha256-hex=" + hmac.new(key, body.encode(), hashlib.sha256).hexdigest()}


async def deliver_for_ever(store: Store) -> None:
    """Every queued webhook is sent, in order of its event, and again after a while until it is answered with 2xx."""
    async with httpx2.AsyncClient(timeout=ANSWER_WITHIN_SECONDS) as client:
        while True:
            await deliver_due(store, client)
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def deliver_due(store: Store, client: httpx2.AsyncClient) -> None:
    """Each webhook that is due was tried once."""
    with store.transaction() as tx:
        due = tx.due_deliveries(time.time())
    for delivery in due:
        with store.transaction() as tx:
            hook = tx.get(HOOK, delivery.vendor)
        taken, answer = await _try(client, hook or {}, delivery)
        given_up = not taken and delivery.attempts + 1 > len(RETRY_AFTER_SECONDS)
        wait = 0.0 if taken or given_up else RETRY_AFTER_SECONDS[delivery.attempts]
        with store.transaction() as tx:
            tx.record_attempt(delivery, done=taken or given_up, due_at=time.time() + wait, answer=answer)


async def _try(client: httpx2.AsyncClient, hook: dict[str, Any], delivery: Delivery) -> tuple[bool, str]:
    if not hook.get("url"):
        return True, "no address"
    url, body = _addressed(hook["url"], delivery)
    headers = signature_headers(delivery.vendor, body=body, secret=hook["secret"])
    headers["Content-Type"] = "application/json"
    try:
        response = await client.post(url, content=body, headers=headers)
    except httpx2.HTTPError as failure:
        return False, type(failure).__name__
    return response.is_success, str(response.status_code)


def _addressed(url: str, delivery: Delivery) -> tuple[str, str]:
    """Where the webhook goes and what it says; the warehouse's address contains the case that the news is about."""
    if delivery.vendor != "warehouse":
        return url, delivery.body
    event = json.loads(delivery.body)
    return url.replace("{reference}", event["reference"]), json.dumps(event["news"])
