"""Messages to a shop's systems arrive signed, once where that is possible, and are never lost on our side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from config.groups import Webhooks
from dispatch.loops import Turn
from dispatch.outbox_sender import WAITS, OutboxSender
from records.database import SqlRecords
from tests.dispatch.fakes import Receiver, a_receiver
from tests.fakes.clock import FakeClock
from tests.records.builders import MERCHANT, a_case, an_order

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The shop's server."""
    with a_receiver() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """A client that no proxy of the environment comes between."""
    async with httpx2.AsyncClient(trust_env=False) as opened:
        yield opened


@pytest.fixture
def now() -> FakeClock:
    """The present: messages are dated by the records themselves, and receivers refuse old signatures."""
    return FakeClock(datetime.now(UTC) + timedelta(seconds=1))


@pytest.fixture
def sender(records: SqlRecords, receiver: Receiver, client: httpx2.AsyncClient, now: FakeClock) -> OutboxSender:
    """A sender for a shop with an address."""
    webhooks = Webhooks(urls={MERCHANT: receiver.url}, secrets={MERCHANT: SecretStr(SECRET)})
    return OutboxSender(records, webhooks, client, now)


def _announce(records: SqlRecords, *topics: str, merchant: str = MERCHANT) -> None:
    records.put_order(merchant, an_order())
    ref = a_case(records)
    with records.transaction() as tx:
        for topic in topics:
            tx.announce(ref, topic, {"rma": ref.rma, "state": topic})


async def test_a_message_arrives_signed(sender: OutboxSender, records: SqlRecords, receiver: Receiver) -> None:
    """The shop can check that a message is ours and unchanged, and reads what happened to which return."""
    _announce(records, "return.authorized")
    assert await sender.turn() == Turn(handled=1)
    ((headers, body),) = receiver.got
    message = Webhook(SECRET).verify(body, headers)
    assert (message["type"], message["data"]["state"]) == ("return.authorized", "return.authorized")
    assert message["data"]["merchant"] == MERCHANT
    assert headers["webhook-id"].startswith("msg_")
    assert await sender.turn() == Turn(handled=0)


async def test_messages_of_a_return_arrive_in_order(
    sender: OutboxSender, records: SqlRecords, receiver: Receiver
) -> None:
    """A shop hears of the authorization before it hears of the refund."""
    topics = [f"return.step-{number}" for number in range(10)]
    _announce(records, *topics)
    await sender.turn()
    assert [json.loads(body)["type"] for _, body in receiver.got] == topics


async def test_a_message_that_was_not_taken_is_sent_again(
    sender: OutboxSender, records: SqlRecords, receiver: Receiver, now: FakeClock
) -> None:
    """A shop whose server stumbles gets the same message, with the same id, later."""
    _announce(records, "return.authorized")
    receiver.statuses = [500, 429]
    for wait in (timedelta(0), WAITS[0] - timedelta(seconds=1), timedelta(seconds=1), WAITS[1]):
        now.advance(wait)
        await sender.turn()
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert (len(ids), len(set(ids))) == (3, 1)
    assert len({body for _, body in receiver.got}) == 1
    now.advance(timedelta(days=1))
    assert await sender.turn() == Turn(handled=0)


async def test_a_message_that_is_never_taken_is_kept(
    sender: OutboxSender, records: SqlRecords, receiver: Receiver, now: FakeClock
) -> None:
    """After two and a half days of tries the message stays with us, with the reason."""
    _announce(records, "return.authorized")
    receiver.statuses = [503] * 20
    for wait in (timedelta(0), *WAITS, timedelta(days=9)):
        now.advance(wait)
        await sender.turn()
    assert len(receiver.got) == len(WAITS) + 1
    assert await asyncio.to_thread(_kept_reasons, records) == ["given up after 9 tries: HTTP 503"]


async def test_a_shop_without_an_address_finds_its_messages_kept(
    records: SqlRecords, client: httpx2.AsyncClient, now: FakeClock
) -> None:
    """Nothing is sent anywhere by default; the messages are there to be read."""
    _announce(records, "return.authorized", "return.closed")
    assert await OutboxSender(records, Webhooks(), client, now).turn() == Turn(handled=2)
    assert _kept_reasons(records) == ["the merchant has no webhook address"] * 2


async def test_a_server_that_is_away_costs_only_time(
    records: SqlRecords, client: httpx2.AsyncClient, now: FakeClock
) -> None:
    """A shop's server that cannot be reached gets its messages when it is back."""
    with a_receiver() as gone:
        url = gone.url
    webhooks = Webhooks(urls={MERCHANT: url}, secrets={MERCHANT: SecretStr(SECRET)})
    _announce(records, "return.authorized")
    sender = OutboxSender(records, webhooks, client, now)
    assert await sender.turn() == Turn(handled=1)
    now.advance(WAITS[0])
    assert await sender.turn() == Turn(handled=1)
    assert _kept_reasons(records) == []


async def test_two_senders_do_not_send_twice(sender: OutboxSender, records: SqlRecords, receiver: Receiver) -> None:
    """Two dispatch processes share the work."""
    _announce(records, *(f"return.step-{number}" for number in range(20)))
    await asyncio.gather(*(sender.turn() for _ in range(4)))
    assert len(receiver.got) == 20


def _kept_reasons(records: SqlRecords) -> list[str]:
    return [message.last_error for message in records.reads.kept_messages(MERCHANT)]
