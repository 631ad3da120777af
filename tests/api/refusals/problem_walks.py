"""Every kind of problem, provoked by somebody who wanted something sensible, and did it wrongly or at the wrong time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.encryption import EncryptionCodec, encode_json
from api.rate_limits import RateLimits
from config.keys import key_ring
from config.policies import DEFAULT
from domain.cases import CaseKind, CaseRef, Role
from domain.errors import Rejected
from domain.policies import Rule, WarrantyTerms
from tests.api.deciders import somebody, waiting
from tests.api.house import OTHER_MERCHANT, House
from tests.api.test_claims import PHOTO, a_claim, file
from tests.api.test_errors import answer_to
from tests.api.test_payment_events import DISPUTE
from tests.api.test_payment_events import send as tell_stripe
from tests.api.test_replacement_shipments import TOLD, promised
from tests.api.test_replacement_shipments import tell as tell_shipment
from tests.builders import ASKED, MERCHANT, a_policy, an_order, an_order_line
from tests.fakes.storefront import FakeStorefront
from tests.goods import a_product

Answers = Iterator[Any]
NOBODY = "2222-2222"
ONE: list[dict[str, Any]] = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]


def numbers_that_are_unknown(house: House) -> Answers:
    """Each address answers that there is no such thing, and where to look."""
    agent, finance = house.to(Role.AGENT), house.to(Role.FINANCE)
    yield agent.get("/v1/orders/none")
    yield agent.get(f"/v1/returns/{NOBODY}")
    yield finance.get(f"/v1/payment_issues/{NOBODY}")
    yield agent.get(f"/v1/replacement_shipments/{NOBODY}")
    yield finance.get(f"/v1/adjustments/{NOBODY}")
    yield agent.get(f"/v1/claims/{NOBODY}")
    yield agent.get("/v1/warranties/SN-1")
    yield agent.get("/v1/approvals/none")
    yield house.to(Role.SUPERVISOR).post("/v1/delegations/none/ended")
    yield house.to(Role.ADMIN).post("/v1/listings/none/ended")
    yield finance.post("/v1/payment_events/none/released")
    yield agent.post("/v1/receipts/none/dismissed", json={"note": "Gone."})
    yield agent.get("/v1/policies/9")
    yield finance.get("/v1/credit_notes/CN-1")
    yield agent.get("/v1/products/none")
    yield house.nobody.get("/v2")
    gift = {"order_id": "none", "lines": ONE, "gift": {"code": "X"}}
    yield house.to(Role.STOREFRONT).post("/v1/returns/quote", json=gift)
    dock = house.to(Role.WAREHOUSE)
    found = {"units": [{"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}]}
    yield dock.post(f"/v1/returns/{NOBODY}/inspection_recorded", json=found)
    yield agent.get("/v1/returns/nonsense")


def keys_and_roles(house: House) -> Answers:
    """Without a key, with the wrong one, too often, with an unknown method, or unsigned."""
    yield house.nobody.get("/v1/returns")
    yield house.to(Role.WAREHOUSE).post("/v1/adjustments", json={})
    yield house.to(Role.AGENT).delete("/v1/returns")
    yield house.nobody.post("/v1/webhooks/stripe", content=b"{}")
    services = house.app.state.services
    house.app.state.services = replace(services, limits=RateLimits("1/hour"))
    client = house.to(Role.AGENT)
    client.get("/v1/returns")
    yield client.get("/v1/returns")
    house.app.state.services = services


def bodies_and_keys(house: House) -> Answers:
    """A body that is too large or malformed, a key that is missing or of another request."""
    shop = house.to(Role.STOREFRONT)
    order = house.has_order()
    body = {"order_id": order.order_id, "lines": ONE}
    yield shop.post("/v1/returns/quote", content=b" " * 5_000_000)
    yield shop.post("/v1/returns/quote", json={"lines": []})
    yield shop.post("/v1/returns", json=body)
    rma = shop.post("/v1/returns", json=body, headers={"Idempotency-Key": "k"}).json()["rma"]
    yield shop.post("/v1/returns", json=body | {"lines": [ONE[0] | {"quantity": 2}]}, headers={"Idempotency-Key": "k"})
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/label_scanned", json={"event_id": "e-1"})
    yield dock.post(f"/v1/returns/{rma}/item_received", json={"event_id": "e-1"})
    plastic = {"instruments": [{"instrument_id": "c", "method": "card", "reference": "4242 4242 4242 4242"}]}
    yield shop.put("/v1/customers/c-1/instruments", json=plastic)


def refused_requests(house: House) -> Answers:
    """What the rules or the order stand against."""
    shop, order = house.to(Role.STOREFRONT), house.has_order()
    nine = {"order_id": order.order_id, "lines": [ONE[0] | {"quantity": 9}]}
    yield shop.post("/v1/returns", json=nine, headers={"Idempotency-Key": "k"})
    yield file(house, a_claim(lines=[{"line_id": "9", "quantity": 1}]), key="c")
    yield file(house, a_claim(evidence=[PHOTO | {"media_type": "application/zip"}]), key="e")
    much = {"kind": "goodwill", "order_id": order.order_id, "amount": "99.00", "currency": "GBP", "why": "late"}
    yield house.to(Role.AGENT).post("/v1/adjustments", json=much, headers={"Idempotency-Key": "g"})
    spend = {"reference": "c-1", "amount_minor": 1500, "currency": "GBP", "order_id": "A-2002"}
    yield shop.post("/v1/credit_spends", json=spend, headers={"Idempotency-Key": "s"})
    yield house.to(Role.SUPERVISOR).post("/v1/policies", json={"document": "windows: soon"})
    house.has_return(order=order, key="r")
    less = an_order(lines=(an_order_line("2"),)).model_dump(mode="json")
    yield shop.put(f"/v1/orders/{order.order_id}", json=less)
    yield shop.put(f"/v1/orders/{order.order_id}", json=less, headers={"If-Match": '"99"'})
    elsewhere = house.to(Role.STOREFRONT, merchant="nowhere")
    house.records.put_order("nowhere", an_order())
    yield elsewhere.post("/v1/returns/quote", json={"order_id": "A-1001", "lines": ONE})


def closed_cases(house: House) -> Answers:
    """Nothing changes any more on what is closed; the word is kept for a person."""
    agent, sue = house.to(Role.AGENT), somebody(house, Role.SUPERVISOR, "sue")
    rma = house.has_return(order=house.has_order(an_order(lines=(an_order_line(quantity=9),))))
    agent.post(f"/v1/returns/{rma}/cancel_requested")
    yield agent.post(f"/v1/returns/{rma}/cancel_requested")
    number = file(house).json()["number"]
    agent.post(f"/v1/claims/{number}/cancel_requested", json={})
    yield agent.post(f"/v1/claims/{number}/cancel_requested", json={})
    shipment = promised(house, units=2, **TOLD)
    tell_shipment(house, shipment, state="delivered")
    yield agent.post(f"/v1/replacement_shipments/{shipment.rma}/cancel_requested", json={})
    yield _closed_adjustment(house)
    yield _closed_issue(house)
    open_one = house.has_return(key="open")
    yield agent.post(f"/v1/returns/{open_one}/approval_decided", json={"decision": "approve"})
    yield agent.post(f"/v1/returns/{open_one}/appeal", json={"note": "But why?"})
    wish = {"Idempotency-Key": "w"}
    yield agent.post(f"/v1/returns/{open_one}/exception_requested", json={"note": "ill"}, headers=wish)
    taken = waiting(house, order_id="A-7", key="seven")
    sue.post(f"/v1/approvals/{taken}.refund/claimed")
    yield somebody(house, Role.SUPERVISOR, "otto").post(f"/v1/approvals/{taken}.refund/claimed")
    ends = (ASKED + timedelta(days=1)).isoformat()
    lent = sue.post("/v1/delegations", json={"delegate": "ann", "ends_at": ends}).json()["delegation_id"]
    yield somebody(house, Role.AGENT, "ann").post(f"/v1/delegations/{lent}/ended")
    version = sue.post("/v1/policies", json={"document": DEFAULT.read_text()}).json()["version"]["version"]
    yield sue.post(f"/v1/policies/{version}/activate", json={"effective_from": "2020-01-01T00:00:00Z"})


def goods_and_papers(house: House) -> Answers:
    """Goods that are not as told, and papers that there are not."""
    house.has_order(an_order(lines=(an_order_line(sku="MUG-S-BLUE"),)))
    shop, agent = house.to(Role.STOREFRONT), house.to(Role.AGENT)
    yield agent.get("/v1/orders/A-1001/lines/9/alternatives")
    shop.put("/v1/products/mug", json=a_product().model_dump(mode="json"))
    yield shop.put("/v1/products/cup", json=a_product("cup").model_dump(mode="json"))
    rma = house.has_return()
    yield shop.get(f"/v1/returns/{rma}/packing_slip.pdf", params={"delivery": 3})
    far = {"order_id": "A-1001", "lines": [ONE[0] | {"quantity": 9}]}
    refused = shop.post("/v1/returns", json=far, headers={"Idempotency-Key": "far"}).json()["case"]["rma"]
    yield shop.get(f"/v1/returns/{refused}/packing_slip.pdf")
    house.to(Role.WAREHOUSE).post("/v1/receipts", json={"note": "no paper", "units": [{"sku": "MUG-S-BLUE"}]})
    (receipt,) = agent.get("/v1/receipts/waiting").json()["receipts"]
    claim = file(house, key="goods").json()["number"]
    yield agent.post(f"/v1/receipts/{receipt['event_id']}/assigned", json={"rma": claim})
    yield shop.get(f"/v1/returns/{rma}/label", follow_redirects=False)
    yield shop.get(f"/v1/returns/{rma}/customs_invoice.pdf")
    yield house.to(Role.ADMIN, merchant=OTHER_MERCHANT).post("/v1/products/mug/asked")
    fake, services = FakeStorefront(house.clock), house.app.state.services
    house.app.state.services = replace(services, storefronts={MERCHANT: fake}.get)
    fake.faults.fail(Rejected("unreadable_answer", "the shop's product cannot be used: title: too long"))
    yield agent.post("/v1/products/mug/asked")
    house.app.state.services = services
    terms = (Rule(rule="radios", when='category == "electronics"', then=WarrantyTerms(days=730)),)
    house.records.put_policy(MERCHANT, a_policy(warranties=terms))
    radio = an_order_line("2", category="electronics", serial_numbers=("SN-1",))
    house.has_order(an_order("A-2", lines=(an_order_line("1"), radio)))
    body = {"order_id": "A-2", "line_id": "2", "registered_by": "c-1"}
    yield shop.put("/v1/warranties/SN-9", json=body)
    shop.put("/v1/warranties/SN-1", json=body)
    yield shop.put("/v1/warranties/SN-1", json=body | {"registered_by": "c-2"})


def parts_that_are_away(house: House) -> Answers:
    """No worker, no Temporal, no key for a payload, an accident of ours, no database."""
    house.has_order()
    asked = {"order_id": "A-1001", "lines": ONE}
    shop, admin = house.to(Role.STOREFRONT), house.to(Role.ADMIN)
    house.gateway.has_no_worker = True
    yield shop.post("/v1/returns", json=asked, headers={"Idempotency-Key": "k"})
    house.gateway.is_down = True
    yield house.nobody.get("/readyz")
    yield admin.post("/codec/decode", content=_of_another_installation(house))
    yield answer_to(ZeroDivisionError("oops"))
    house.lose_database()
    yield shop.get("/v1/returns")


def _closed_adjustment(house: House) -> Any:
    asked: dict[str, Any] = {
        "kind": "goodwill",
        "order_id": "A-1001",
        "amount": "2.00",
        "currency": "GBP",
        "why": "late",
    }
    asked |= {"paid_outside": {"method": "bank_transfer", "proof": "FT-43", "paid_on": "2026-03-09"}}
    opened = house.to(Role.AGENT).post("/v1/adjustments", json=asked, headers={"Idempotency-Key": "g"})
    address = f"/v1/adjustments/{opened.json()['number']}/manual_refund_decided"
    house.to(Role.FINANCE).post(address, json={"decision": "approve"})
    return house.to(Role.FINANCE).post(address, json={"decision": "approve"})


def _closed_issue(house: House) -> Any:
    finance = house.to(Role.FINANCE)
    tell_stripe(house, DISPUTE)
    number = finance.get("/v1/payment_issues").json()["payment_issues"][0]["number"]
    _start(house, number)
    address = f"/v1/payment_issues/{number}/resolution_decided"
    finance.post(address, json={"resolution": "write_off"})
    return finance.post(address, json={"resolution": "write_off"})


def _start(house: House, number: str) -> None:
    asyncio.run(house.gateway.open(CaseRef(merchant=MERCHANT, rma=number, kind=CaseKind.PAYMENT_ISSUE)))


def _of_another_installation(house: House) -> str:
    clear = {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImhlbGxvIg=="}]}
    hidden = asyncio.run(encode_json(EncryptionCodec(key_ring(house.settings)), json.dumps(clear).encode()))
    return hidden.replace("bG9jYWw=", "b3RoZXI=")


WALKS: dict[Callable[[House], Answers], tuple[str, ...]] = {
    numbers_that_are_unknown: (
        *("order-not-found", "return-not-found", "payment-issue-not-found", "replacement-shipment-not-found"),
        *("adjustment-not-found", "claim-not-found", "warranty-not-found", "approval-not-found"),
        *("delegation-not-found", "listing-not-found", "payment-event-not-parked", "receipt-not-waiting"),
        *("policy-version-not-found", "credit-note-not-found", "product-not-found", "not-found", "gift-not-found"),
        *("event-without-return", "malformed-rma"),
    ),
    keys_and_roles: ("unauthenticated", "forbidden", "method-not-allowed", "webhook-refused", "too-many-requests"),
    bodies_and_keys: (
        *("too-large", "invalid-request", "idempotency-key-missing", "idempotency-key-reused", "event-id-reused"),
        "card-number-refused",
    ),
    refused_requests: (
        *("return-refused", "claim-refused", "evidence-not-usable", "amount-refused", "credit-too-low"),
        *("policy-invalid", "order-in-use", "precondition-failed", "policy-missing"),
    ),
    closed_cases: (
        *("return-closed", "claim-closed", "replacement-shipment-closed", "adjustment-closed"),
        *("payment-issue-closed", "event-refused", "appeal-not-possible", "nothing-to-except", "approval-taken"),
        *("not-yours-to-lend", "policy-not-activated"),
    ),
    goods_and_papers: (
        *(
            "order-line-not-found",
            "sku-taken",
            "no-such-delivery",
            "nothing-comes-back",
            "goods-not-asked-for",
            "no-label",
            "no-customs-invoice",
        ),
        *("shop-not-connected", "shop-answer-unusable", "warranty-refused", "warranty-taken"),
    ),
    parts_that_are_away: ("outcome-pending", "not-ready", "payload-unreadable", "internal-error", "unavailable"),
}
