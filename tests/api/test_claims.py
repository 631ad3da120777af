"""Claims over HTTP: filed with evidence, decided, appealed, listed; goods registered; and bad input refused plainly."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from domain.policies import AbuseRules, Answer, ClaimRuling, Rule, WarrantyTerms
from domain.policies.abuse import NoReceiptRule, VelocityRule
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy, an_order, an_order_line

PHOTO = {"reference": "photos/mug.jpg", "media_type": "image/jpeg", "size_bytes": 1000}


def a_claim(**more: Any) -> dict[str, Any]:
    """One broken mug."""
    lines = [{"line_id": "1", "quantity": 1}]
    return {"order_id": "A-1001", "problem": "damaged", "lines": lines, "evidence": [PHOTO]} | more


def file(house: House, asked: dict[str, Any] | None = None, *, key: str = "k-1") -> Any:
    """The storefront files a claim."""
    return house.to(Role.STOREFRONT).post("/v1/claims", json=asked or a_claim(), headers={"Idempotency-Key": key})


def say(house: House, number: str, what: str, body: dict[str, Any], role: Role = Role.SUPERVISOR) -> Any:
    """Somebody says something about the claim."""
    return house.to(role).post(f"/v1/claims/{number}/{what}", json=body)


def test_a_claim_is_filed_once(house: House) -> None:
    """Sent twice it is one claim with the same answer; its order shows it, and its unit is taken."""
    house.has_order()
    first, again = file(house), file(house)
    assert first.status_code == again.status_code == 201, first.text
    assert first.json() == again.json()
    assert first.headers["Location"] == f"/v1/claims/{first.json()['number']}"
    assert (first.json()["state"], first.json()["charged_to"]) == ("in_review", "carrier")
    order = house.to(Role.AGENT).get("/v1/orders/A-1001").json()
    assert [(case["kind"], case["units"]) for case in order["cases"]] == [("claim", {})]
    assert order["units"][0]["free"] == 1
    assert problem_of(file(house, a_claim(note="other"))) == "idempotency-key-reused"


def test_a_claim_is_decided_in_the_queue(house: House) -> None:
    """It waits in the queue of approvals; approved there, the refund is in the ledger and the claim says so."""
    house.has_order()
    number = file(house).json()["number"]
    supervisor = house.to(Role.SUPERVISOR)
    (waiting,) = supervisor.get("/v1/approvals").json()["approvals"]
    assert (waiting["approval"], waiting["decide_at"]) == (
        f"{number}.claim",
        f"/v1/claims/{number}/approval_decided",
    )
    body = {"approvals": [waiting["approval"]], "decision": "approve", "action": "review"}
    told = supervisor.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": "d-1"}).json()
    seen = house.to(Role.WAREHOUSE).get(f"/v1/claims/{number}").json()
    assert told["applied"] == 1, told
    assert (seen["state"], seen["total_minor"], len(seen["payouts"])) == ("refunding", 1200, 1)


def test_a_denial_is_appealed(house: House) -> None:
    """Denied, it shows the reason and the way out; appealed, it is with a person again and cannot be appealed twice."""
    house.has_order()
    number = file(house).json()["number"]
    silent = say(house, number, "approval_decided", {"decision": "refuse"})
    denied = say(house, number, "approval_decided", {"decision": "refuse", "note": "Not our mug."})
    assert (problem_of(silent), silent.json()["code"]) == ("event-refused", "reason_missing")
    assert denied.json()["case"]["state"] == "denied"
    assert denied.json()["case"]["denials"][0]["reason"] == "Not our mug."
    appealed = say(house, number, "appeal_requested", {"note": "It is."}, Role.STOREFRONT)
    twice = say(house, number, "appeal_requested", {"note": "It is!"}, Role.STOREFRONT)
    assert appealed.json()["case"]["state"] == "in_review"
    assert twice.json()["code"] == "nothing_to_appeal"
    names = [entry["event"] for entry in house.to(Role.AGENT).get(f"/v1/claims/{number}/timeline").json()["entries"]]
    assert names == ["claim.filed", "claim.in_review", "approval_decided.refused", "approval_decided", "appeal_requested",
                     "appeal_requested.refused"]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"evidence": [PHOTO | {"media_type": "application/zip"}]}, "evidence-not-usable"),
        ({"evidence": [PHOTO | {"size_bytes": 26_000_000}]}, "evidence-not-usable"),
        ({"evidence": [PHOTO] * 21}, "invalid-request"),
        ({"problem": "ugly"}, "invalid-request"),
        ({"wish": "refund_part"}, "invalid-request"),
        ({"lines": []}, "invalid-request"),
        ({"lines": [{"line_id": "9", "quantity": 1}]}, "claim-refused"),
        ({"lines": [{"line_id": "1", "quantity": 3}]}, "claim-refused"),
        ({"order_id": "none"}, "order-not-found"),
    ],
)
def test_bad_claims(house: House, change: dict[str, Any], problem: str) -> None:
    """Wrong or too much evidence, an unknown problem, goods that were never sold: refused with what to do."""
    house.has_order()
    assert problem_of(file(house, a_claim(**change))) == problem


def test_more_than_was_paid(house: House) -> None:
    """A part above the price is refused with what is left; nothing is planned."""
    house.has_order()
    number = file(house).json()["number"]
    above = say(house, number, "approval_decided", {"decision": "reduce", "amount_minor": 1201})
    assert (problem_of(above), above.json()["code"]) == ("event-refused", "refund_exceeds_balance")
    assert above.json()["case"]["payouts"] == []


def test_claims_are_listed(house: House) -> None:
    """Newest first, filtered by what they wait for, page by page; an unknown one is not found."""
    house.has_order()
    numbers = [file(house, a_claim(note=note), key=note).json()["number"] for note in ("one", "two")]
    agent = house.to(Role.AGENT)
    page = agent.get("/v1/claims", params={"waiting_for": "review", "limit": 1}).json()
    rest = agent.get("/v1/claims", params={"waiting_for": "review", "cursor": page["next_cursor"]}).json()
    assert sorted(each["number"] for each in (*page["claims"], *rest["claims"])) == sorted(numbers)
    assert agent.get("/v1/claims", params={"open": False}).json()["claims"] == []
    assert problem_of(agent.get("/v1/claims", params={"cursor": "x"})) == "invalid-request"
    assert problem_of(agent.get("/v1/claims/2222-2222")) == "claim-not-found"


def test_a_claim_explains_itself(house: House) -> None:
    """Which rule all but granted it and what would have, who decided, each amount; computed again it is the same."""
    small = Rule(rule="small", when="value_minor <= 2000 && evidence > 0", then=ClaimRuling(answer=Answer.ACCEPT))
    house.records.put_policy(MERCHANT, a_policy(claims=(small,)))
    house.has_order()
    number = file(house, a_claim(evidence=[])).json()["number"]
    say(house, number, "approval_decided", {"decision": "reduce", "amount_minor": 500, "note": "A scratch."})
    told = house.to(Role.AUDITOR).get(f"/v1/claims/{number}/explanation").json()
    verdict, line, review, remedy, authority = told["decisions"][:5]
    assert (verdict["outcome"], verdict["inputs"]["evidence"], verdict["policy_version"]) == ("in_review", 0, 2)
    assert (line["line_id"], line["inputs"]["problem"], line["nearest_miss"]["rule"]) == (
        "1",
        "damaged",
        "claims.small",
    )
    assert line["nearest_miss"]["unmet"] == ["evidence > 0 (evidence is 0)"]
    assert "With a photo or other evidence it would be granted by the rules." in line["would_change_it"]
    assert (review["decision"], remedy["outcome"], remedy["inputs"]["amount_minor"]) == ("review", "refund_part", 500)
    assert (authority["decision"], authority["outcome"]) == ("authority", "a_person_decides")
    assert [amount["amount_minor"] for amount in told["reimbursement"]["amounts"]] == [500]
    again = told["recomputation"]
    assert (again["equal"], again["computed"], again["without_basis"]) == (
        True,
        ["claim", "reimbursement", "payouts 1"],
        [],
    )
    assert house.to(Role.AUDITOR).get(f"/v1/cases/{number}/explanation").json() == told
    assert problem_of(house.to(Role.AUDITOR).get("/v1/claims/2222-2222/explanation")) == "claim-not-found"


def test_claims_are_noticed(house: House) -> None:
    """The second parcel that never came is left to a person: the customer hears one neutral sentence, the shop sees why, and
    the third return of the month is noticed too."""
    rules = AbuseRules(no_receipt_claims=NoReceiptRule(on=True, claims=2), velocity=VelocityRule(on=True, returns=3))
    granted = (Rule(rule="lost", when='problem == "missing"', then=ClaimRuling(answer=Answer.ACCEPT)),)
    house.records.put_policy(MERCHANT, a_policy(claims=granted, abuse=rules))
    for name in ("A-1001", "A-1002"):
        house.has_order(an_order(name))
    first = file(house, a_claim(problem="missing")).json()
    second = file(house, a_claim(problem="missing", order_id="A-1002"), key="k-2").json()
    assert [each["state"] for each in (first, second)] == ["awaiting_approval", "in_review"]
    assert [each["rule"] for each in second["reasons"]] == ["further_check"]
    assert "never came" not in str(second)
    seen = house.to(Role.SUPERVISOR).get(f"/v1/claims/{second['number']}/signals").json()["request"]
    assert (seen["decided_by"], seen["readings"][1]["figures"]) == ("no_receipt_claims", {"claims": 2})
    waiting = house.to(Role.SUPERVISOR).get("/v1/approvals").json()["approvals"]
    assert "abuse.no_receipt_claims" in [each["rule"] for item in waiting for each in item["reasons"]]
    again = house.to(Role.AUDITOR).get(f"/v1/claims/{second['number']}/explanation").json()["recomputation"]
    assert (again["equal"], again["computed"]) == (True, ["claim"])
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    asked = {"order_id": "A-1001", "lines": lines}
    returned = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": "r"}).json()
    assert (returned["state"], returned["reasons"][0]["rule"]) == ("in_review", "further_check")


def test_goods_that_nobody_asked_for(house: House) -> None:
    """A parcel for a claim that asks for no goods is parked for a person, and nothing is lost."""
    house.has_order()
    number = file(house).json()["number"]
    told = say(house, number, "item_received", {}, Role.WAREHOUSE)
    assert told.status_code == 202
    timeline = house.to(Role.AGENT).get(f"/v1/claims/{number}/timeline").json()["entries"]
    assert timeline[-1]["facts"]["code"] == "goods_not_asked_for"


def test_goods_are_registered(house: House) -> None:
    """A radio by its serial number, once: again it is the same, for somebody else it is taken; mugs have no warranty."""
    terms = (Rule(rule="radios", when='category == "electronics"', then=WarrantyTerms(days=730)),)
    house.records.put_policy(MERCHANT, a_policy(warranties=terms))
    radio = an_order_line("2", category="electronics", serial_numbers=("SN-1", "SN-2"))
    house.has_order(an_order(lines=(an_order_line("1"), radio)))
    shop = house.to(Role.STOREFRONT)
    body = {"order_id": "A-1001", "line_id": "2", "registered_by": "c-1"}
    first, again = shop.put("/v1/warranties/SN-1", json=body), shop.put("/v1/warranties/SN-1", json=body)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert (first.json()["serial_number"], first.json()["until"][:10]) == ("SN-1", "2028-03-04")
    assert shop.get("/v1/warranties/SN-1").json() == first.json()
    assert problem_of(shop.put("/v1/warranties/SN-1", json=body | {"registered_by": "c-2"})) == "warranty-taken"
    assert problem_of(shop.put("/v1/warranties/SN-9", json=body)) == "warranty-refused"
    assert problem_of(shop.put("/v1/warranties/A-1001/1", json=body | {"line_id": "1"})) == "warranty-refused"
    assert problem_of(shop.get("/v1/warranties/SN-2")) == "warranty-not-found"
    lines = [{"line_id": "2", "quantity": 1, "serial_number": "SN-1"}]
    claim = file(house, a_claim(problem="defective", lines=lines)).json()
    assert claim["lines"][0]["in_warranty"] is True
