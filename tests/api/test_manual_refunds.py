"""Money that was paid outside, over HTTP: confirming it is no way round who may approve it."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from domain.cases import Role
from domain.policies import AuthorityRow, May
from tests.api.deciders import decide, pounds, rules, somebody, waiting
from tests.api.house import House
from tests.builders import an_order, an_order_line

PAID = {"method": "bank_transfer", "proof": "FT-2026-03-0043", "paid_on": "2026-03-09"}


def record(client: TestClient, address: str, amount: str) -> Any:
    """What the recorder is told."""
    body = {"amount": amount, "currency": "GBP", "paid": PAID}
    return client.post(f"{address}/manual_refund_recorded", json=body)


def confirm(client: TestClient, address: str) -> Any:
    """What the second person is told."""
    return client.post(f"{address}/manual_refund_decided", json={"decision": "approve"})


def test_a_supervisors_own_gesture_is_not_approved_by_confirming(house: House) -> None:
    """Sue may not approve her own 70.00, so she may not confirm that Ann paid them either; Otto may."""
    house.has_order(an_order(lines=(an_order_line(unit_price_minor=8000),)))
    sue, otto = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.SUPERVISOR, "otto")
    wish = {"kind": "goodwill", "order_id": "A-1001", "amount": "70.00", "currency": "GBP", "why": "late parcel"}
    number = sue.post("/v1/adjustments", json=wish, headers={"Idempotency-Key": "a"}).json()["number"]
    address = f"/v1/adjustments/{number}"
    assert decide(sue, number).status_code == 404, "an adjustment is no return"
    assert record(house.to(Role.AGENT), address, "70.00").status_code == 200
    assert confirm(sue, address).json()["code"] == "requester_cannot_approve"
    assert confirm(otto, address).json()["case"]["approval"]["decided_by"] == "otto"


def test_a_refund_above_the_limit_is_not_split_by_paying_it_outside(house: House) -> None:
    """Supervisors approve up to 50.00 of a refund of 80.00: they confirm no 40.00 of it, and finance confirms both."""
    supervisors = AuthorityRow(rule="sup", role=Role.SUPERVISOR, may=May.APPROVE, up_to=pounds(50))
    rules(house, supervisors, AuthorityRow(rule="fin", role=Role.FINANCE, may=May.APPROVE), refund_above=pounds(50))
    rma = waiting(house, minor=8000)
    ann, sue, fay = house.to(Role.AGENT), house.to(Role.SUPERVISOR), house.to(Role.FINANCE)
    address = f"/v1/returns/{rma}"
    assert decide(sue, rma).json()["code"] == "no_authority"
    said = []
    for _ in range(2):
        assert record(ann, address, "40.00").status_code == 200
        assert confirm(sue, address).json()["code"] == "no_authority"
        said.append(confirm(fay, address).json()["case"]["approval"])
    assert [each["decided_by"] for each in said] == [None, "finance-1"]


def test_what_was_paid_outside_waits_in_the_queue(house: House) -> None:
    """Whoever may confirm it finds it there with its proof, can take it on, and it leaves the list once it is decided."""
    rma = waiting(house, minor=8000)
    ann, sue, otto = (
        house.to(Role.AGENT),
        somebody(house, Role.SUPERVISOR, "sue"),
        somebody(house, Role.SUPERVISOR, "otto"),
    )
    address, row = f"/v1/returns/{rma}", f"{rma}.confirmation_1"
    record(ann, address, "80.00")
    found = {each["approval"]: each for each in sue.get("/v1/approvals").json()["approvals"]}[row]
    assert (found["action"], found["amount_minor"], found["role"]) == ("refund", 8000, "supervisor")
    assert found["decide_at"] == f"{address}/manual_refund_decided"
    assert found["deadline"] is not None
    assert "FT-2026-03-0043" in found["reasons"][0]["detail"]
    many = {"approvals": [row], "decision": "approve", "action": "refund"}
    told = otto.post("/v1/approvals/decisions", json=many, headers={"Idempotency-Key": "b"}).json()["outcomes"]
    assert [each["code"] for each in told] == ["not_equal"], "each proof is looked at"
    assert otto.post(f"/v1/approvals/{row}/claimed").json()["owner"] == "otto"
    assert confirm(sue, address).json()["code"] == "claimed_by_another"
    assert confirm(otto, address).status_code == 200
    assert row not in [each["approval"] for each in sue.get("/v1/approvals").json()["approvals"]]
    seen = sue.get(f"/v1/approvals/{row}").json()
    assert (seen["state"], seen["decided_by"]["name"]) == ("approved", "otto")
