"""Parcels that a claim asks for: split over warehouses by the policy, with papers as a return's, inspected by checklist."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from domain.policies import Checklist, Destination, Policy, ReturnMethod, ReturnMethods, ReturnOffer, Rule, always
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy, an_order, an_order_line

SOFA_AND_MUG = an_order(lines=(an_order_line("1"), an_order_line("2", category="furniture", sku="SOFA")))


def splitting() -> Policy:
    """Sofas go to the north by the customer's own carrier and are looked at closely, the rest to the main warehouse."""
    bulky, north = 'category == "furniture"', ReturnMethods(offer=(ReturnOffer(method=ReturnMethod.OWN_SHIPMENT),))
    return a_policy(
        warehouses=(
            Rule(rule="bulky", when=bulky, then=Destination(warehouse="north")),
            *always(Destination(warehouse="main")),
        ),
        return_methods=(
            Rule(rule="bulky", when='warehouse == "north"', then=north),
            *always(ReturnMethods(offer=(ReturnOffer(method=ReturnMethod.CARRIER_LABEL),))),
        ),
        checklists=(Rule(rule="furniture", when=bulky, then=Checklist(checks=("Legs are on",))),),
    )


def asked_back(house: House, *, goods_back: bool = True) -> str:
    """A sofa and a mug came broken, and a supervisor wants to see both."""
    house.records.put_policy(MERCHANT, splitting())
    house.has_order(SOFA_AND_MUG)
    lines = [{"line_id": "1", "quantity": 1}, {"line_id": "2", "quantity": 1}]
    body = {"order_id": "A-1001", "problem": "damaged", "lines": lines}
    filed = house.to(Role.STOREFRONT).post("/v1/claims", json=body, headers={"Idempotency-Key": "k"})
    number = str(filed.json()["number"])
    if goods_back:
        decided = {"decision": "approve", "goods_back": True}
        answer = house.to(Role.SUPERVISOR).post(f"/v1/claims/{number}/approval_decided", json=decided)
        assert answer.status_code == 200, answer.text
    return number


def test_a_claim_comes_back_in_two_parcels(house: House) -> None:
    """Each to its warehouse, each with its own state; the dock there knows the claim by either."""
    number = asked_back(house)
    client = house.to(Role.WAREHOUSE)
    first, second = client.get(f"/v1/claims/{number}").json()["deliveries"]
    assert [(each["warehouse"], each["method"], each["units"]) for each in (first, second)] == [
        ("main", "carrier_label", [{"line_id": "1", "quantity": 1}]),
        ("north", "own_shipment", [{"line_id": "2", "quantity": 1}]),
    ]
    assert (first["state"], second["state"]) == ("label_follows", "ready")
    client.post("/v1/receipts", json={"scans": [number], "delivery": 2})
    seen = client.get(f"/v1/claims/{number}").json()
    assert [each["state"] for each in seen["deliveries"]] == ["label_follows", "arrived"]
    assert (seen["waiting_for"], seen["lines"][1]["checklist"]) == ("remaining_parcels", ["Legs are on"])


def test_goods_of_a_claim_are_inspected_by_checklist(house: House) -> None:
    """A sofa without a word about its legs is not inspected; with it, it is."""
    number = asked_back(house)
    client = house.to(Role.WAREHOUSE)
    client.post("/v1/receipts", json={"scans": [number]})
    found: dict[str, Any] = {"line_id": "2", "quantity": 1, "condition": "as_new", "grade": "A"}
    address = f"/v1/claims/{number}/inspection_recorded"
    gap = client.post(address, json={"units": [found]})
    assert gap.json()["code"] == "checklist_incomplete"
    whole = client.post(address, json={"units": [found | {"checks": [{"check": "Legs are on", "passed": True}]}]})
    assert whole.status_code == 200, whole.text


@pytest.mark.parametrize(("paper", "kind"), [("packing_slip.pdf", "application/pdf"), ("qr.svg", "image/svg+xml")])
def test_papers_of_a_claim(house: House, paper: str, kind: str) -> None:
    """Printed twice it is the same page."""
    number = asked_back(house)
    client = house.to(Role.STOREFRONT)
    first, second = (client.get(f"/v1/claims/{number}/{paper}") for _ in range(2))
    assert (first.status_code, first.headers["content-type"], first.content) == (200, kind, second.content)


def test_papers_that_there_are_not(house: House) -> None:
    """The label follows, customs sees nothing at home, there is no third parcel: each answer says so."""
    number = asked_back(house)
    client = house.to(Role.STOREFRONT)
    label = client.get(f"/v1/claims/{number}/label", follow_redirects=False)
    assert label.json()["detail"] == f"Delivery 1 of claim {number} has no label: it is label_follows."
    assert problem_of(client.get(f"/v1/claims/{number}/customs_invoice.pdf")) == "no-customs-invoice"
    assert problem_of(client.get(f"/v1/claims/{number}/packing_slip.pdf", params={"delivery": 3})) == "no-such-delivery"
    assert problem_of(client.get("/v1/claims/2222-2222/qr.svg")) == "claim-not-found"


def test_a_claim_without_goods_has_no_papers(house: House) -> None:
    """Nothing is sent while somebody still decides."""
    number = asked_back(house, goods_back=False)
    answer = house.to(Role.STOREFRONT).get(f"/v1/claims/{number}/packing_slip.pdf")
    assert (answer.status_code, problem_of(answer)) == (409, "nothing-comes-back")
    assert answer.json()["detail"] == f"Claim {number} is in review: no goods come back with it."
    assert house.to(Role.AGENT).get(f"/v1/claims/{number}").json()["deliveries"] == []
