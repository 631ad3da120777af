"""Refused news about claims, warranties and replacement shipments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.cases import CaseKind, Role
from domain.policies import Action, AuthorityRow, May, Rule, WarrantyTerms
from tests.api.deciders import pounds, rules, somebody
from tests.api.house import House
from tests.api.refusals.spoken import Said, change, coded, noted, refusal
from tests.api.test_claims import PHOTO, a_claim, file
from tests.api.test_replacement_shipments import TOLD, promised
from tests.builders import ASKED, MERCHANT, a_policy, an_order, an_order_line

TWO_LINES = [{"line_id": "1", "quantity": 1}, {"line_id": "2", "quantity": 1}]


def _decide(house: House, number: str, name: str = "sue", **said: Any) -> Any:
    return somebody(house, Role.SUPERVISOR, name).post(
        f"/v1/claims/{number}/approval_decided", json={"decision": "approve", **said}
    )


def deciding_claims(house: House) -> Iterator[Said]:
    """A denial without its reason; a part without amount or line; who denied decides no more."""
    house.has_order(an_order(lines=(an_order_line("1"), an_order_line("2"))))
    shop = house.to(Role.STOREFRONT)
    number = file(house, a_claim(lines=TWO_LINES)).json()["number"]
    yield refusal(_decide(house, number, decision="refuse"))
    yield refusal(_decide(house, number, decision="reduce"))
    yield refusal(_decide(house, number, decision="reduce", amount_minor=100))
    yield refusal(_decide(house, number, decision="reduce", amount_minor=100, line_id="9"))
    yield refusal(_decide(house, number, decision="reduce", amount_minor=999900, line_id="1"))
    yield refusal(shop.post(f"/v1/claims/{number}/appeal_requested", json={"note": "No."}))
    yield refusal(shop.post(f"/v1/claims/{number}/appeal_requested", json={"note": "No."}))
    _decide(house, number, decision="refuse", note="Not ours.")
    yield refusal(shop.post(f"/v1/claims/{number}/appeal_requested", json={"note": " "}))
    shop.post(f"/v1/claims/{number}/appeal_requested", json={"note": "It is."})
    yield refusal(_decide(house, number))
    photos = [PHOTO | {"reference": f"p-{each}"} for each in range(20)]
    yield refusal(shop.post(f"/v1/claims/{number}/evidence_given", json={"evidence": photos}))
    bad = [PHOTO | {"media_type": "application/zip"}]
    yield refusal(shop.post(f"/v1/claims/{number}/evidence_given", json={"evidence": bad}))


def giving(house: House) -> Iterator[Said]:
    """Who proposed does not approve; what is on its way is not made smaller or withdrawn; goods nobody asked for."""
    gifts = (Action.RETURNLESS_REFUND,)
    little = AuthorityRow(rule="little", role=Role.SUPERVISOR, may=May.APPROVE, actions=gifts, up_to=pounds(5))
    much = AuthorityRow(rule="much", role=Role.FINANCE, may=May.APPROVE, actions=gifts)
    rules(house, little, much, refund_above=pounds(5))
    house.has_order()
    shop = house.to(Role.STOREFRONT)
    number = file(house).json()["number"]
    house.to(Role.WAREHOUSE).post(f"/v1/claims/{number}/item_received", json={})
    yield noted(house, f"/v1/claims/{number}")
    assert _decide(house, number).json()["case"]["waiting_for"] == "approval"
    her_other_key = somebody(house, Role.FINANCE, "sue-books", owner="sue")
    address = f"/v1/claims/{number}/approval_decided"
    yield refusal(her_other_key.post(address, json={"decision": "approve"}))
    assert house.to(Role.FINANCE).post(address, json={"decision": "approve"}).status_code == 200
    yield refusal(shop.post(f"/v1/claims/{number}/cancel_requested", json={}))
    other = file(house, key="other").json()["number"]
    change(house, other, CaseKind.CLAIM, cancelled_at=ASKED)
    yield refusal(shop.post(f"/v1/claims/{other}/cancel_requested", json={}))


def claiming_nothing(house: House) -> Iterator[Said]:
    """Everything that was paid went back already."""
    house.has_order(an_order(lines=(an_order_line(quantity=1),)))
    number = file(house).json()["number"]
    asked = {"kind": "goodwill", "order_id": "A-1001", "amount": "12.00", "currency": "GBP", "why": "late"}
    house.to(Role.AGENT).post("/v1/adjustments", json=asked, headers={"Idempotency-Key": "all"})
    yield refusal(_decide(house, number, remedy="refund"))


def registering(house: House) -> Iterator[Said]:
    """Goods that are not on the order, were never sold, have no warranty, or whose warranty is over."""
    terms = (Rule(rule="radios", when='category == "electronics"', then=WarrantyTerms(days=30)),)
    house.records.put_policy(MERCHANT, a_policy(warranties=terms))
    radio = an_order_line("2", category="electronics", serial_numbers=("SN-1", "SN-2"))
    house.has_order(an_order(lines=(an_order_line("1"), radio)))
    shop = house.to(Role.STOREFRONT)
    body = {"order_id": "A-1001", "line_id": "2", "registered_by": "c-1"}
    yield coded(shop.put("/v1/warranties/SN-9", json=body))
    yield coded(shop.put("/v1/warranties/A-1001/1", json=body | {"line_id": "1"}))
    yield coded(shop.put("/v1/warranties/A-1001/7", json=body | {"line_id": "7"}))
    house.clock.advance(timedelta(days=60))
    yield coded(shop.put("/v1/warranties/SN-1", json=body))


def shipping(house: House) -> Iterator[Said]:
    """A shipment that leaves, or was let go of, is not cancelled."""
    agent = house.to(Role.AGENT)
    leaving = promised(house, **TOLD)
    yield refusal(agent.post(f"/v1/replacement_shipments/{leaving.rma}/cancel_requested", json={}))
    change(house, leaving.rma, leaving.kind, handing_over_at=None, handed_over_at=None, reserved_at=ASKED)
    agent.post(f"/v1/replacement_shipments/{leaving.rma}/cancel_requested", json={})
    yield refusal(agent.post(f"/v1/replacement_shipments/{leaving.rma}/cancel_requested", json={}))


WALKS = {
    deciding_claims: (
        *("reason_missing", "amount_missing", "line_missing", "unknown_line", "refund_exceeds_balance"),
        *("nothing_to_appeal", "nothing_to_appeal", "reason_missing", "denier_cannot_decide"),
        *("too_much_evidence", "evidence_not_usable"),
    ),
    giving: ("goods_not_asked_for", "proposer_cannot_approve", "already_given", "already_cancelled"),
    claiming_nothing: ("nothing_left",),
    registering: ("serial_not_sold", "no_warranty", "unknown_line", "warranty_over"),
    shipping: ("already_shipping", "already_released"),
}
