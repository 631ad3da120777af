"""Sends messages to the merchants' systems, signed by the Standard Webhooks rules, until they are taken."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import structlog
from standardwebhooks import Webhook

from config.groups import Webhooks
from dispatch.loops import Turn, finish_all
from domain.ports import Clock
from records.database import SqlRecords
from records.models import OutboxMessage

log = structlog.get_logger()

BATCH = 50
# The waits that the Standard Webhooks specification proposes: two and a half days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)
# A receiver should take a message and work on it later; one that thinks longer than this is asked again.
PATIENCE = timedelta(seconds=10)
# Longer than a whole batch to one slow receiver takes, so that no second sender starts on the same messages.
LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class OutboxSender:
    """One turn sends what is due; merchants do not wait for each other, messages of one merchant go in order."""

    records: SqlRecords
    webhooks: Webhooks
    client: httpx2.AsyncClient
    clock: Clock

    async def turn(self) -> Turn:
        """How many messages were dealt with, and whether more may be due. Raises Unavailable."""
        now = self.clock.now()
        leased = await asyncio.to_thread(self.records.queues.lease_messages, now, until=now + LEASE, limit=BATCH)
        of_merchant: defaultdict[str, list[OutboxMessage]] = defaultdict(list)
        for message in leased:
            of_merchant[message.merchant].append(message)
        await finish_all(self._send_all(merchant, messages) for merchant, messages in of_merchant.items())
        return Turn(handled=len(leased), more=len(leased) == BATCH)

    async def _send_all(self, merchant: str, messages: list[OutboxMessage]) -> None:
        if merchant not in self.webhooks.urls:
            ids = [message.message_id for message in messages]
            reason = "the merchant has no webhook address"
            await asyncio.to_thread(self.records.queues.mark_kept, ids, reason=reason)
            return
        for message in messages:
            await self._send(message)

    async def _send(self, message: OutboxMessage) -> None:
        problem = await self._post(message)
        keys = {"merchant": message.merchant, "rma": message.rma, "message_id": message.message_id}
        if not problem:
            await asyncio.to_thread(self.records.queues.mark_sent, message.message_id)
            log.info("message.sent", **keys, topic=message.topic)
        elif message.attempts >= len(WAITS):
            reason = f"given up after {message.attempts + 1} tries: {problem}"
            await asyncio.to_thread(self.records.queues.mark_kept, [message.message_id], reason=reason)
            log.error("message.given_up", **keys, topic=message.topic, problem=problem)
        else:
            until = self.clock.now() + WAITS[message.attempts]
            await asyncio.to_thread(self.records.queues.delay_message, message.message_id, until=until, error=problem)
            log.warning("message.delayed", **keys, topic=message.topic, problem=problem, tries=message.attempts + 1)

    async def _post(self, message: OutboxMessage) -> str:
        """Why the receiver did not take the message; empty when it did. Holds nothing that the receiver wrote."""
        body = body_of(message)
        headers = sign(message, body, secret=self._secret(message.merchant), at=self.clock)
        try:
            answer = await self.client.post(
                self.webhooks.urls[message.merchant], content=body, headers=headers, timeout=PATIENCE.total_seconds()
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return type(error).__name__
        return "" if answer.is_success else f"HTTP {answer.status_code}"

    def _secret(self, merchant: str) -> str:
        return self.webhooks.secrets[merchant].get_secret_value()


def body_of(message: OutboxMessage) -> str:
    """The message as Standard Webhooks spells it: type, time and data; the same text on every try."""
    facts = {"merchant": message.merchant, **message.facts}
    return json.dumps(
        {"type": message.topic, "timestamp": message.created_at.isoformat(), "data": facts}, ensure_ascii=False
    )


def sign(message: OutboxMessage, body: str, *, secret: str, at: Clock) -> dict[str, str]:
    """The headers by which the receiver knows the message for ours, fresh, and new or repeated."""
    now = at.now()
    return {
        "content-type": "application/json",
        "user-agent": "Aftercart",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message.message_id, now, body),
    }
