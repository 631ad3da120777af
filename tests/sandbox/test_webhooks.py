"""What happens at a vendor is told to us, signed as that vendor signs, until we have taken it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe
from easypost.util import validate_webhook

from tests.sandbox.server import SandboxServer

SECRET = "whsec_of_the_test"


class Receiver:
    """Our end of the line; `answers` are given in turn, then 200 for ever."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """The webhooks, once so many have come."""
        deadline = time.monotonic() + 10
        while len(self.taken) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.taken


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def test_stripe(sandbox: SandboxServer, receiver: Receiver) -> None:
    """A payment at Stripe reaches us as events that Stripe's own check accepts."""
    sandbox.control("PUT", "/webhooks/stripe", {"url": receiver.url, "secret": SECRET})
    sandbox.pay(5000, "gbp")

    events = [
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        for headers, body in receiver.wait_for(3)
    ]

    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_easypost(sandbox: SandboxServer, receiver: Receiver) -> None:
    """A scan by the carrier reaches us as an event that EasyPost's own check accepts."""
    sandbox.http.post(
        "/easypost/v2/trackers",
        json={"tracker": {"tracking_code": "JD0002"}},
        headers={"Authorization": "Bearer EZTK"},
    )
    sandbox.control("PUT", "/webhooks/easypost", {"url": receiver.url, "secret": "sécret"})
    sandbox.control("POST", "/easypost/trackers/JD0002", {"status": "in_transit"})

    headers, body = receiver.wait_for(1)[0]
    event = validate_webhook(body, headers, "sécret")

    assert event["description"] == "tracker.updated"
    assert event["result"]["status"] == "in_transit"
    assert event["previous_attributes"] == {"status": "pre_transit"}


def test_until_it_is_taken(sandbox: SandboxServer, receiver: Receiver) -> None:
    """When we stumble, the same event comes again with the same id."""
    sandbox.control("PUT", "/webhooks/stripe", {"url": receiver.url, "secret": SECRET})
    receiver.answers = [500]
    sandbox.http.post(
        "/stripe/v1/payment_intents",
        data={"amount": "100", "currency": "gbp"},
        headers={"Authorization": "Bearer sk_test_x"},
    )

    first, second = receiver.wait_for(2)

    assert first[1] == second[1]
    deadline = time.monotonic() + 10
    while not (delivery := sandbox.control("GET", "/webhooks")[0])["done"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (delivery["attempts"], delivery["last_answer"]) == (2, "200")


def test_twice_and_in_the_wrong_order(sandbox: SandboxServer, receiver: Receiver) -> None:
    """Stripe promises neither order nor a single delivery: both can be made to happen for the events of one payment."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.control("PUT", "/webhooks/stripe", {"url": receiver.url, "secret": SECRET})
    late = {"payment": reference, "type": "refund.created", "after_seconds": [1.2, 0.6]}
    sandbox.control("PUT", "/stripe/deliveries", late)
    refund = sandbox.http.post(
        "/stripe/v1/refunds",
        data={"payment_intent": reference, "amount": "100"},
        headers={"Authorization": "Bearer sk_test_x"},
    )
    sandbox.control("POST", f"/stripe/refunds/{refund.json()['id']}", {"status": "failed"})

    events = [
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        for headers, body in receiver.wait_for(4)
    ]

    assert [event.type for event in events] == ["charge.refunded", "refund.failed", "refund.created", "refund.created"]
    assert events[2].id == events[3].id


def test_nobody_asked(sandbox: SandboxServer) -> None:
    """Without an address nothing piles up."""
    sandbox.pay(5000, "gbp")

    assert sandbox.control("GET", "/webhooks") == []
