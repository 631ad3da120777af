"""Deciding many at once: each is decided as it was looked at, and nothing else of its case with it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.cases import Role
from records.approval_reads import ApprovalReads
from records.approvals import StoredApproval
from tests.api.deciders import decide, inspected, somebody, waiting
from tests.api.house import House
from tests.builders import MERCHANT, a_policy, an_order, an_order_line, reviewed


def decide_many(client: TestClient, *approvals: str, action: str, key: str = "batch", **more: Any) -> list[Any]:
    """What came of each."""
    body = {"approvals": list(approvals), "decision": "approve", "action": action, **more}
    answer = client.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    return [(each["outcome"], each["code"]) for each in answer.json()["outcomes"]]


def test_a_decided_request_does_not_approve_the_refund_that_waits_now(house: House) -> None:
    """The request was approved and its refund waits: who names the request in a batch decides nothing."""
    policy = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    house.records.put_policy(MERCHANT, policy)
    order = house.has_order(an_order(lines=(an_order_line(unit_price_minor=12000),)))
    rma = house.has_return(order=order)
    sue, otto = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.SUPERVISOR, "otto")
    assert decide(otto, rma).status_code == 200
    assert inspected(house, rma)["waiting_for"] == "approval"
    told = decide_many(sue, f"{rma}.request", action="review", at_most_minor=20000)
    assert told == [("refused", "already_decided")]
    assert house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()["waiting_for"] == "approval"
    assert decide(sue, rma, subject="request").json()["code"] == "another_matter"
    assert decide(sue, rma, subject="refund").json()["case"]["state"] == "refunding"


def test_an_amount_that_changes_under_the_batch_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It came to 110.00 when it was looked up and to 120.00 when its case was asked: nothing is decided."""
    rma = waiting(house, minor=12000)
    reads = ApprovalReads.approval

    def a_moment_ago(self: ApprovalReads, merchant: str, number: str, subject: str) -> StoredApproval | None:
        found = reads(self, merchant, number, subject)
        assert found is not None
        return found.model_copy(update={"item": found.item.model_copy(update={"amount_minor": 11000})})

    sue = somebody(house, Role.SUPERVISOR, "sue")
    with monkeypatch.context() as patched:
        patched.setattr(ApprovalReads, "approval", a_moment_ago)
        told = decide_many(sue, f"{rma}.refund", action="refund", at_most_minor=11000)
    assert told == [("refused", "amount_changed")]
    again = decide_many(sue, f"{rma}.refund", action="refund", at_most_minor=11000)
    assert again == told, "the same request is told the same, whatever it comes to now"
    assert decide_many(sue, f"{rma}.refund", action="refund", key="next") == [("applied", "applied")]


def test_what_a_decider_saw_counts_for_adjustments_and_claims_too(house: House) -> None:
    """Another amount than the one that waits, or another part of the case, and nothing is decided."""
    house.has_order(an_order(lines=(an_order_line(unit_price_minor=8000),)))
    wish = {"kind": "goodwill", "order_id": "A-1001", "amount": "70.00", "currency": "GBP", "why": "late parcel"}
    number = house.to(Role.AGENT).post("/v1/adjustments", json=wish, headers={"Idempotency-Key": "a"}).json()["number"]
    broken = {"order_id": "A-1001", "problem": "damaged", "lines": [{"line_id": "1", "quantity": 1}], "wish": "refund"}
    claim = house.to(Role.STOREFRONT).post("/v1/claims", json=broken, headers={"Idempotency-Key": "c"}).json()["number"]
    sue = somebody(house, Role.SUPERVISOR, "sue")
    for address, subject in ((f"/v1/adjustments/{number}", "adjustment"), (f"/v1/claims/{claim}", "claim")):
        for seen, code in (({"expected_minor": 6999}, "amount_changed"), ({"subject": "refund"}, "another_matter")):
            told = sue.post(f"{address}/approval_decided", json={"decision": "approve", "subject": subject} | seen)
            assert (told.status_code, told.json().get("code")) == (409, code), told.text
    (row,) = [each for each in sue.get("/v1/approvals").json()["approvals"] if each["approval"] == f"{claim}.claim"]
    seen = {"decision": "approve", "subject": "claim", "expected_minor": row["amount_minor"]}
    assert sue.post(f"/v1/claims/{claim}/approval_decided", json=seen).status_code == 200
    assert decide_many(sue, f"{number}.adjustment", action="goodwill", at_most_minor=7000) == [("applied", "applied")]
