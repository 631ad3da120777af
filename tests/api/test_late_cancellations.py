"""Exchanges that are called off after their goods were let go, over HTTP: asked for by one, granted by another."""

from __future__ import annotations

from typing import Any

from domain.cases import Role
from tests.api.deciders import decide, inspected, somebody
from tests.api.house import House, problem_of
from tests.api.test_exchanges import ask, open_shop

WHY = {"note": "She has moved."}


def let_go(house: House) -> str:
    """A broken mug is here, and another one was let go for it."""
    shop = open_shop(house)
    body = ask(resolution="replacement", wanted=[], reason="defective")
    opened = shop.post("/v1/exchanges", json=body, headers={"Idempotency-Key": "one"})
    assert opened.status_code == 201, opened.text
    rma = str(opened.json()["rma"])
    assert inspected(house, rma)["state"] == "replacing"
    return rma


def call_back(client: Any, rma: str) -> Any:
    """What the asker is told."""
    return client.post(f"/v1/exchanges/{rma}/late_cancellation_requested", json=WHY)


def test_one_asks_and_another_grants(house: House) -> None:
    """The agent asks with a reason; neither she nor her other key may grant it, a supervisor may, and the queue shows it."""
    rma, ann = let_go(house), somebody(house, Role.AGENT, "ann")
    asked = call_back(ann, rma)
    assert asked.status_code == 200, asked.text
    assert asked.json()["case"]["exceptions"][0]["granted"] is None
    item = ann.get(f"/v1/approvals/{rma}.exception_1").json()
    assert (item["action"], item["amount_minor"], item["state"]) == ("late_cancellation", 1200, "open")
    assert (item["note"], item["rules"]) == (WHY["note"], ["already_shipping"])
    assert decide(ann, rma, exception=1).json()["code"] == "no_authority"
    herself = somebody(house, Role.SUPERVISOR, "ann-sup", owner="ann")
    assert decide(herself, rma, exception=1).json()["code"] == "requester_cannot_approve"
    granted = decide(house.to(Role.SUPERVISOR), rma, exception=1)
    assert granted.status_code == 200, granted.text
    case = granted.json()["case"]
    assert case["exchange"]["recall"]["outcome"] == "asked"
    assert "hold back" in case["next_step"]
    explained = house.to(Role.AUDITOR).get(f"/v1/exchanges/{rma}/explanation").json()
    assert "exception_1" in [each["decision"] for each in explained["decisions"]]
    assert explained["recomputation"]["equal"], explained["recomputation"]


def test_what_is_refused_calls_nothing_back(house: House) -> None:
    """The supervisor says no: the goods go on their way."""
    rma = let_go(house)
    call_back(house.to(Role.AGENT), rma)
    case = decide(house.to(Role.SUPERVISOR), rma, "refuse", exception=1).json()["case"]
    assert (case["state"], case["exchange"]["recall"]) == ("replacing", None)


def test_who_may_not_ask(house: House) -> None:
    """Customers have no authority, and a plain return has no goods to call back."""
    rma = let_go(house)
    assert problem_of(call_back(house.to(Role.STOREFRONT), rma)) == "forbidden"
    plain = house.has_return(key="plain")
    refused = call_back(house.to(Role.AGENT), plain)
    assert (problem_of(refused), refused.json()["code"]) == ("event-refused", "not_for_returns")
