"""A caller who gets no answer asks again with the same key, as a shop's program should."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from cli.failures import CommandFailed
from cli.replay import callers as callers_module
from cli.replay.callers import Callers, Unanswered
from domain.cases import Role


def callers(answer: Callable[[httpx2.Request], httpx2.Response]) -> Callers:
    """Callers whose requests are answered so."""
    keys = {Role.ADMIN: "ak_1"}
    return Callers("http://api", keys, provider="http://pay", provider_key="sk", transport=httpx2.MockTransport(answer))


@pytest.mark.parametrize("status", [429, 503])
def test_busy(status: int) -> None:
    """Told to come back later, it does, with the same key, until the answer is there."""
    keys: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) < 3:
            return httpx2.Response(status, headers={"Retry-After": "0"}, json={})
        return httpx2.Response(201, json={"rma": "2222-2222"})

    calling = callers(answer)

    assert calling.call(Role.ADMIN, "POST", "/v1/returns", {}, what="open", key="k-1").status == 201
    assert keys == ["k-1"] * 3
    assert calling.repeated == 2


def test_connection_lost() -> None:
    """A connection that breaks is no answer either."""
    tries = 0

    def answer(_request: httpx2.Request) -> httpx2.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise httpx2.ReadError("gone")
        return httpx2.Response(200, json={"id": "pi_1"})

    assert callers(answer).capture(100, "GBP", key="k-1") == "pi_1"


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not wait for ever."""
    monkeypatch.setattr(callers_module, "PATIENCE_SECONDS", 0.3)

    with pytest.raises(Unanswered, match="was not answered"):
        callers(lambda _: httpx2.Response(503, json={})).call(Role.ADMIN, "GET", "/v1/returns/1", what="read")


def test_other_answers_stand() -> None:
    """A refusal is an answer and is not asked for twice."""
    assert callers(lambda _: httpx2.Response(409, json={"code": "late"})).call(
        Role.ADMIN, "GET", "/", what="read"
    ).body == {"code": "late"}


def test_nobody_there() -> None:
    """A wrong address is said at once instead of being tried for minutes."""

    def answer(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(CommandFailed, match=r"Nobody answers at http://api"):
        callers(answer).require_reachable()


def test_all_pages() -> None:
    """All refunds of the provider are read, page by page."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        is_first = "starting_after" not in request.url.params
        return httpx2.Response(200, json={"data": [{"id": "re_2" if is_first else "re_1"}], "has_more": is_first})

    assert [refund["id"] for refund in callers(answer).refunds()] == ["re_2", "re_1"]
