"""Refused news about returns and exchanges: at the wrong moment, from the wrong person, or about goods too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.cases import Role
from domain.policies import Checklist, RefundMoment, RefundTiming, Statute, StatutePack, always
from domain.replacement_shipments.case import Goods
from tests.api.deciders import decide, inspected, pounds, rules, somebody, waiting
from tests.api.house import House
from tests.api.refusals.spoken import Said, change, coded, noted, refusal
from tests.api.test_abuse import ask as ask_again
from tests.api.test_abuse import decide as judge
from tests.api.test_abuse import refused as suspected
from tests.api.test_abuse import watches
from tests.api.test_exceptions import late
from tests.api.test_exchanges import ask as asked_exchange
from tests.api.test_exchanges import open_shop
from tests.builders import ASKED, MERCHANT, a_policy, an_order, an_order_line, received
from tests.exchanges import an_exchange_policy
from tests.goods import a_product, a_variant

FEES: dict[str, Any] = {"fees": {"return_shipping": {"minor": {"GBP": 500}}}, "note": "Two parcels came."}
LATER = (ASKED + timedelta(days=14)).isoformat()


def cancelling(house: House) -> Iterator[Said]:
    """Too late to cancel: it was, or the goods are here, or the money is on its way."""
    shop, dock = house.to(Role.STOREFRONT), house.to(Role.WAREHOUSE)
    order = house.has_order(an_order(lines=(an_order_line(quantity=9),)))
    here = house.has_return(order=order, key="here")
    dock.post(f"/v1/returns/{here}/item_received", json={})
    yield refusal(shop.post(f"/v1/returns/{here}/cancel_requested"))
    off = house.has_return(order=order, key="off")
    change(house, off, cancelled_at=ASKED)
    yield refusal(shop.post(f"/v1/returns/{off}/cancel_requested"))
    at_once = always(RefundTiming(at=RefundMoment.FIRST_SCAN))
    house.records.put_policy(MERCHANT, a_policy(refund_timing=at_once, statutes=()))
    paid = house.has_return(order=order, key="paid")
    dock.post(f"/v1/returns/{paid}/label_scanned", json={})
    yield refusal(shop.post(f"/v1/returns/{paid}/cancel_requested"))


def goods_too_late(house: House) -> Iterator[Said]:
    """What comes to a settled or a closed return is for a person."""
    dock = house.to(Role.WAREHOUSE)
    rma = house.has_return(order=house.has_order(an_order(lines=(an_order_line(quantity=3),))))
    inspected(house, rma)
    dock.post(f"/v1/returns/{rma}/item_received", json=received(("1", 1)))
    yield noted(house, f"/v1/returns/{rma}")
    change(house, rma, closed_at=ASKED)
    told = dock.post(f"/v1/returns/{rma}/label_scanned", json={}).json()
    kept = house.records.reads.event(MERCHANT, told["event_id"])
    assert kept is not None
    assert kept.answer is not None
    yield Said(kept.answer.code, told["detail"])


def deciding(house: House) -> Iterator[Said]:
    """A decision that is not theirs, not now, or not so."""
    rules(house, two_above=pounds(110))
    rma = waiting(house)
    sue, ann = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.AGENT, "ann")
    shop = house.to(Role.STOREFRONT)
    yield refusal(decide(ann, rma))
    yield refusal(decide(sue, rma, expected_minor=1))
    yield refusal(decide(sue, rma, subject="request"))
    yield refusal(decide(sue, rma, "reduce", amount_minor=12000))
    yield refusal(decide(sue, rma, "ask_evidence"))
    yield refusal(decide(sue, rma, exception=7))
    decide(sue, rma, "ask_evidence", note="A photo, please.")
    yield refusal(decide(sue, rma))
    shop.post(f"/v1/returns/{rma}/evidence_given", json={"note": "Here."})
    yield refusal(shop.post(f"/v1/returns/{rma}/evidence_given", json={"note": "And another."}))
    sue.post(f"/v1/approvals/{rma}.refund/claimed")
    yield refusal(decide(somebody(house, Role.SUPERVISOR, "otto"), rma))
    assert decide(sue, rma).status_code == 200
    yield refusal(decide(sue, rma))
    sue.post("/v1/delegations", json={"delegate": "ann", "ends_at": LATER})
    yield refusal(decide(ann, rma))
    sue.post(f"/v1/approvals/{rma}.refund/released")
    assert decide(somebody(house, Role.SUPERVISOR, "otto"), rma).status_code == 200
    yield refusal(decide(somebody(house, Role.SUPERVISOR, "una"), rma))


def inspecting(house: House) -> Iterator[Said]:
    """Counts, serial numbers and checks that do not fit what came."""
    lines = (an_order_line("1", quantity=9), an_order_line("2", serial_numbers=("SN-1",), quantity=1))
    rma = house.has_return(order=house.has_order(an_order(lines=lines)), quantity=3)
    dock = house.to(Role.WAREHOUSE)

    def inspect(line_id: str = "1", quantity: int = 1, condition: str = "as_new", **more: Any) -> Any:
        units = [{"line_id": line_id, "quantity": quantity, "condition": condition, "grade": "A", **more}]
        return dock.post(f"/v1/returns/{rma}/inspection_recorded", json={"units": units})

    yield refusal(inspect("2"))
    yield refusal(inspect())
    dock.post(
        f"/v1/returns/{rma}/item_received", json=received(("1", 2)) | {"missing": [{"line_id": "1", "quantity": 1}]}
    )
    yield refusal(inspect(quantity=4))
    yield refusal(inspect(quantity=3))
    yield refusal(inspect(checks=[{"check": "It ticks", "passed": True}]))
    assert inspect(quantity=2).status_code == 200
    inspect(condition="not_in_parcel", accepted=False)
    yield refusal(inspect())
    yield refusal(inspect(condition="used"))


def inspecting_closely(house: House) -> Iterator[Said]:
    """A checklist that is not answered, and a serial number that was never sold."""
    radio = an_order_line("1", category="electronics", serial_numbers=("SN-1", "SN-2"))
    checks = always(Checklist(checks=("It switches on",)))
    house.records.put_policy(MERCHANT, a_policy(checklists=checks))
    rma = house.has_return(order=house.has_order(an_order(lines=(radio,))))
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received", json={})
    unit = {"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}
    address = f"/v1/returns/{rma}/inspection_recorded"
    yield refusal(dock.post(address, json={"units": [unit]}))
    answered = unit | {"checks": [{"check": "It switches on", "passed": True}]}
    other = answered | {"found": {"serial_number": "SN-9"}}
    yield refusal(dock.post(address, json={"units": [other]}))


def deciding_beside_the_refund(house: House) -> Iterator[Said]:
    """Who asked does not decide; requests are not lowered; exceptions come first."""
    order = house.has_order(an_order(lines=(an_order_line(quantity=9),)))
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    jo, sue = somebody(house, Role.SUPERVISOR, "jo"), somebody(house, Role.SUPERVISOR, "sue")
    rules(house, refund_above=pounds(5))
    body = {"order_id": order.order_id, "lines": lines}
    own = jo.post("/v1/returns", json=body, headers={"Idempotency-Key": "own"}).json()["rma"]
    inspected(house, own)
    yield refusal(decide(jo, own))
    refused = late(house)
    wish = somebody(house, Role.AGENT, "ann").post(
        f"/v1/returns/{refused}/exception_requested", json={"note": "ill"}, headers={"Idempotency-Key": "w"}
    )
    yield refusal(decide(sue, wish.json()["rma"], "reduce", amount_minor=1))
    house.records.put_policy(MERCHANT, a_policy(statutes=()))
    house.has_order(order)
    rma = house.has_return(order=order, key="fees")
    somebody(house, Role.AGENT, "ann2").post(f"/v1/returns/{rma}/fees_requested", json=FEES)
    yield refusal(decide(sue, rma, "ask_evidence", exception=1, note="why?"))
    inspected(house, rma)
    yield refusal(decide(sue, rma))
    decide(sue, rma, exception=1)
    yield refusal(house.to(Role.AGENT).post(f"/v1/returns/{rma}/fees_requested", json=FEES))


def fees_against_the_law(house: House) -> Iterator[Said]:
    """The law forbids fees on a withdrawal."""
    house.records.put_policy(MERCHANT, a_policy(statutes=(Statute(pack=StatutePack.UK_WITHDRAWAL),)))
    rma = house.has_return()
    yield refusal(house.to(Role.AGENT).post(f"/v1/returns/{rma}/fees_requested", json=FEES))


def exchanging(house: House) -> Iterator[Said]:
    """An exchange that was called off, whose goods are here, or whose new goods leave."""
    shop, dock = open_shop(house), house.to(Role.WAREHOUSE)
    off = shop.post("/v1/returns", json=asked_exchange(), headers={"Idempotency-Key": "one"}).json()["rma"]
    exchange = house.records.reads.return_case(MERCHANT, off).case
    change(house, off, exchange.ref.kind, cancelled_at=ASKED)
    yield refusal(shop.post(f"/v1/returns/{off}/cancel_requested"))
    sent = shop.post("/v1/returns", json=asked_exchange(), headers={"Idempotency-Key": "two"}).json()["rma"]
    going = house.records.reads.return_case(MERCHANT, sent).case
    assert going.exchange is not None
    goods = (Goods(sku="MUG-L-BLUE", quantity=1),)
    leaves = going.exchange.model_copy(update={"let_go": goods, "let_go_at": ASKED})
    change(house, sent, going.ref.kind, exchange=leaves)
    yield refusal(shop.post(f"/v1/returns/{sent}/cancel_requested"))
    change(house, sent, going.ref.kind, exchange=going.exchange)
    dock.post(f"/v1/returns/{sent}/item_received", json={})
    back = shop.post(f"/v1/returns/{sent}/cancel_requested")
    assert back.status_code == 200, back.text
    yield refusal(shop.post(f"/v1/returns/{sent}/cancel_requested"))


def wishing_for_an_exchange(house: House) -> Iterator[Said]:
    """Goods, or a way of exchanging, that the shop does not offer."""
    shop = open_shop(house)
    house.records.put_policy(MERCHANT, an_exchange_policy(in_advance=False))
    asked = {**asked_exchange(), "in_advance": True}
    yield from _found(shop.post("/v1/exchanges/quote", json=asked))
    house.records.put_policy(MERCHANT, an_exchange_policy().model_copy(update={"exchanges": ()}))
    yield from _found(shop.post("/v1/exchanges/quote", json=asked_exchange()))
    house.records.put_policy(MERCHANT, an_exchange_policy())
    house.records.put_product(MERCHANT, a_product("cup", a_variant("CUP")))
    yield from _found(shop.post("/v1/exchanges/quote", json=asked_exchange("CUP")))
    yield from _found(shop.post("/v1/exchanges/quote", json=asked_exchange("MUG-S-RED")))
    yield from _found(shop.post("/v1/exchanges/quote", json=asked_exchange(wanted=[])))


def splitting(house: House) -> Iterator[Said]:
    """An exchange is promised as a whole; of a return only what is undecided goes its own way."""
    shop, agent = open_shop(house), house.to(Role.AGENT)
    swap = shop.post("/v1/returns", json=asked_exchange(), headers={"Idempotency-Key": "one"}).json()["rma"]
    yield refusal(agent.post(f"/v1/returns/{swap}/split", json={}))
    mugs = house.has_order(an_order("A-7", lines=(an_order_line(quantity=9),)))
    rma = house.has_return(order=mugs, key="mugs", quantity=3)
    too_many = {"lines": [{"line_id": "1", "quantity": 4}]}
    yield refusal(agent.post(f"/v1/returns/{rma}/split", json=too_many))
    inspected(house, rma, quantity=3)
    yield refusal(agent.post(f"/v1/returns/{rma}/split", json={}))


def appealing(house: House) -> Iterator[Said]:
    """What cannot be appealed, any more or again."""
    shop = house.to(Role.STOREFRONT)
    rma = suspected(house)
    appeal = shop.post(f"/v1/returns/{rma}/appeal", json={"note": "Please look."}).json()["rma"]
    judge(house, appeal, "refuse")
    yield coded(shop.post(f"/v1/returns/{appeal}/appeal", json={"note": "Again."}))
    watches(house, velocity={"returns": 2, "outcome": "refuse"})
    open_one = house.has_return(order=house.has_order(an_order("A-7", customer=an_order().customer.model_copy(
        update={"customer_id": "c-9"}))), key="seven")  # fmt: skip
    yield coded(shop.post(f"/v1/returns/{open_one}/appeal", json={"note": "But."}))
    house.has_order(an_order("A-8"))
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    third = shop.post(
        "/v1/returns", json={"order_id": "A-8", "lines": lines}, headers={"Idempotency-Key": "eight"}
    ).json()
    house.clock.advance(timedelta(days=31))
    yield coded(shop.post(f"/v1/returns/{third['case']['rma']}/appeal", json={"note": "I was away."}))


def hearing_an_appeal(house: House) -> Iterator[Said]:
    """Who refused does not hear it."""
    watches(house, velocity={"returns": 2})
    ask_again(house, 1)
    rma = ask_again(house, 2).json()["rma"]
    judge(house, rma, "refuse")
    appeal = house.to(Role.AGENT).post(f"/v1/returns/{rma}/appeal", json={"note": "They called."}).json()["rma"]
    yield refusal(judge(house, appeal, "approve"))


def _found(quote: Any) -> Iterator[Said]:
    (line,) = quote.json()["lines"]
    yield from (Said(each["rule"], each["detail"], each["way_out"]) for each in line["findings"])


WALKS = {
    cancelling: ("already_received", "already_cancelled", "already_refunded"),
    goods_too_late: ("after_settlement", "case_closed"),
    deciding: (
        *(
            "no_authority",
            "amount_changed",
            "another_matter",
            "amount_not_lower",
            "question_missing",
            "nothing_to_decide",
        ),
        *("waits_for_customer", "nothing_asked", "claimed_by_another", "second_person_needed"),
        *("lender_cannot_approve", "already_decided"),
    ),
    deciding_beside_the_refund: (
        *("requester_cannot_approve", "nothing_to_reduce", "no_evidence_for_exception", "exception_pending"),
        "already_paid",
    ),
    inspecting: (
        *("line_not_on_return", "not_received", "more_than_received", "reported_missing", "unknown_check"),
        *("already_inspected", "contradicts_inspection"),
    ),
    inspecting_closely: ("checklist_incomplete", "serial_number_differs"),
    fees_against_the_law: ("law_forbids_fees",),
    exchanging: ("already_cancelled", "already_shipping", "already_received"),
    wishing_for_an_exchange: (
        *("advance_not_offered", "exchange_not_offered", "other_product_not_offered", "goods_out_of_stock"),
        "nothing_wanted",
    ),
    splitting: ("exchange_not_splittable", "more_than_undecided", "nothing_to_split"),
    appealing: ("appealed_before", "not_refused", "appeal_too_late"),
    hearing_an_appeal: ("refused_it_before",),
}
