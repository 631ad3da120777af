"""People who decide, and returns that wait for them."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from domain.cases import Actor, Role
from domain.policies import AmountByCurrency, ApprovalRules, AuthorityRow
from tests.api.house import House
from tests.builders import MERCHANT, a_policy, an_order, an_order_line


def pounds(amount: int) -> AmountByCurrency:
    """A limit of so many pounds."""
    return AmountByCurrency(minor={"GBP": 100 * amount})


def rules(house: House, *rows: AuthorityRow, **limits: Any) -> None:
    """The shop's policy has these limits and rows from now on."""
    limits.setdefault("refund_above", pounds(100))
    house.records.put_policy(MERCHANT, a_policy(approval=ApprovalRules(matrix=rows, **limits)))


def somebody(house: House, role: Role, name: str, *, owner: str = "") -> TestClient:
    """A client with a key of that name, of that person."""
    client = house.to(role)
    key, _ = house.records.add_api_key(MERCHANT, Actor(name=name, role=role, owner=owner))
    client.headers["Authorization"] = f"Bearer {key}"
    return client


def inspected(house: House, rma: str, *, quantity: int = 1) -> dict[str, Any]:
    """The return once its goods are back and found as new."""
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received", json={})
    found = {"line_id": "1", "quantity": quantity, "condition": "as_new", "grade": "A"}
    answer = dock.post(f"/v1/returns/{rma}/inspection_recorded", json={"units": [found]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["case"])


def waiting(house: House, *, minor: int = 12000, order_id: str = "A-1001", key: str = "first") -> str:
    """A return whose refund of one unit at that price needs approval."""
    order = house.has_order(an_order(order_id, lines=(an_order_line(unit_price_minor=minor, quantity=1),)))
    rma = house.has_return(order=order, key=key)
    assert inspected(house, rma)["state"] == "awaiting_approval"
    return rma


def decide(client: TestClient, rma: str, decision: str = "approve", **more: Any) -> Any:
    """What the decider is told."""
    return client.post(f"/v1/returns/{rma}/approval_decided", json={"decision": decision, **more})
