"""The sandbox can be told to fail, precisely and only as often as asked."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from tests.sandbox.server import SandboxServer

KEY = {"Authorization": "Bearer sk_test_faults"}


def refund(sandbox: SandboxServer, reference: str, **options: Any) -> httpx2.Response:
    """Stripe's answer to a refund of 1.00."""
    body = {"payment_intent": reference, "amount": "100"}
    return httpx2.post(f"{sandbox.address}/stripe/v1/refunds", data=body, headers=KEY, **options)


def made(sandbox: SandboxServer) -> int:
    """How many refunds exist."""
    return len(sandbox.state("refunds"))


def test_error_before_the_work(sandbox: SandboxServer) -> None:
    """An error is answered in Stripe's shape, and nothing was done."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", spoil="status", status=503, code="outage")

    answer = refund(sandbox, reference)

    assert answer.status_code == 503
    assert answer.json()["error"]["type"] == "api_error"
    assert made(sandbox) == 0
    assert refund(sandbox, reference).status_code == 200


def test_error_after_the_work(sandbox: SandboxServer) -> None:
    """The refund was made although the answer is an error."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", when="after", spoil="status")

    assert refund(sandbox, reference).status_code == 500
    assert made(sandbox) == 1


@pytest.mark.parametrize(("when", "refunds"), [("before", 0), ("after", 1)])
def test_dropped_connection(sandbox: SandboxServer, when: str, refunds: int) -> None:
    """The line goes dead, before or after the refund was made."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", when=when, spoil="drop")

    with pytest.raises(httpx2.TransportError):
        refund(sandbox, reference)

    assert made(sandbox) == refunds


def test_work_after_the_client_has_left(sandbox: SandboxServer) -> None:
    """A slow Stripe may make the refund after we have stopped waiting."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", delay_seconds=0.4)

    with pytest.raises(httpx2.ReadTimeout):
        refund(sandbox, reference, timeout=0.1)
    assert made(sandbox) == 0

    deadline = time.monotonic() + 10
    while not made(sandbox) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert made(sandbox) == 1


def test_the_third_of_four(sandbox: SandboxServer) -> None:
    """A fault can let requests pass first, and ends by itself."""
    reference = sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", skip=2, spoil="status")

    assert [refund(sandbox, reference).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_other_paths_and_methods(sandbox: SandboxServer) -> None:
    """A fault hits only what it names."""
    sandbox.spoil("/v1/refunds$", method="POST", spoil="status")

    assert httpx2.get(f"{sandbox.address}/stripe/v1/refunds", headers=KEY).status_code == 200
    assert httpx2.get(f"{sandbox.address}/healthz").json() == {"status": "ok"}


def test_one_payment_among_others(sandbox: SandboxServer) -> None:
    """A fault can be about one payment alone, so that a plan of faults holds whatever else happens at the same time."""
    first, second = sandbox.pay(5000, "gbp"), sandbox.pay(5000, "gbp")
    sandbox.spoil("/v1/refunds$", method="POST", about=second, spoil="status")
    sandbox.spoil("/v1/refunds$", method="GET", about=first, spoil="status", status=503)

    assert [refund(sandbox, reference).status_code for reference in (first, second, second)] == [200, 500, 200]
    asked = [
        httpx2.get(f"{sandbox.address}/stripe/v1/refunds", params={"payment_intent": reference}, headers=KEY)
        for reference in (second, first, first)
    ]
    assert [answer.status_code for answer in asked] == [200, 503, 200]


def test_shapes_of_other_vendors(sandbox: SandboxServer) -> None:
    """An injected error looks like that vendor's own."""
    sandbox.spoil("/easypost/", spoil="status", status=429, retry_after=3)
    sandbox.spoil("/warehouse/", spoil="status", status=503, code="stocktaking")

    limited = httpx2.get(f"{sandbox.address}/easypost/v2/shipments")
    closed = httpx2.get(f"{sandbox.address}/warehouse/v1/stock/MUG-01")

    assert (limited.json()["error"]["code"], limited.headers["Retry-After"]) == ("RATE_LIMITED", "3")
    assert closed.json()["code"] == "stocktaking"


def test_faults_can_be_dropped(sandbox: SandboxServer) -> None:
    """Faults that were planned too many can be taken back."""
    sandbox.spoil("/v1/", spoil="status", times=50)

    assert sandbox.control("DELETE", "/faults") == {"dropped": 1}
    assert httpx2.get(f"{sandbox.address}/stripe/v1/refunds", headers=KEY).status_code == 200


def test_misspelt_fault(sandbox: SandboxServer) -> None:
    """A fault with a typing mistake is refused, so that no test passes for want of its fault."""
    answer = sandbox.http.post("/_control/faults", json={"path": "/v1/", "tmies": 2})

    assert answer.status_code == 422
