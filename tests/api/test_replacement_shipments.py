"""Replacement shipments over HTTP: the warehouse tells, agents look and cancel, and the order shows it all."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from domain.cases import CaseRef, EventKind, Role
from domain.replacement_shipments.case import Goods, ReplacementShipment, shipment_key
from domain.replacement_shipments.opening import ShipmentPlan, open_shipment
from domain.stories import derive_progress
from tests.api.house import House, problem_of
from tests.builders import ASKED, MERCHANT, STOREFRONT

TOLD: dict[str, Any] = {"reserved_at": ASKED, "handing_over_at": ASKED, "handed_over_at": ASKED}
PARCEL = {"delivery_id": "dlv_1", "state": "shipped", "units": [{"sku": "MUG-BLUE", "quantity": 2}]}


def promised(house: House, *, units: int = 10, ship_at_once: bool = True, **facts: Any) -> CaseRef:
    """A running shipment that a return promised, after those facts."""
    case = CaseRef(merchant=MERCHANT, rma=house.has_return())
    goods = (Goods(sku="MUG-BLUE", quantity=units),)
    plan = ShipmentPlan(number_in_case=1, goods=goods, warehouse="main", ship_at_once=ship_at_once)
    with house.records.transaction() as tx:
        make = partial(open_shipment, for_case=tx.return_case(case), plan=plan, actor=STOREFRONT, at=ASKED)
        ref, _ = tx.open_replacement_shipment(MERCHANT, shipment_key(case, 1), make)
    asyncio.run(house.gateway.open(ref))
    with house.records.transaction() as tx:
        shipment: ReplacementShipment = tx.replacement_shipment(ref).with_facts(**facts)
        policy = tx.policy(MERCHANT, shipment.policy_version).policy
        tx.save_case(shipment, derive_progress(shipment, policy), ())
    return ref


def tell(house: House, ref: CaseRef, **changes: Any) -> Any:
    """The warehouse tells of a parcel."""
    client = house.to(Role.WAREHOUSE)
    return client.post(f"/v1/replacement_shipments/{ref.rma}/shipment_changed", json=PARCEL | changes)


def test_two_of_ten(house: House) -> None:
    """The agent sees on the shipment and on the order what came, what is missing and for which case it is."""
    ref = promised(house, **TOLD)

    assert tell(house, ref).json()["outcome"] == "kept"
    tell(house, ref, state="delivered", tracking_number="SB001", carrier="Post")

    agent = house.to(Role.AGENT)
    view = agent.get(f"/v1/replacement_shipments/{ref.rma}").json()
    assert (view["state"], view["waiting_for"]) == ("partly_shipped", "dispatch")
    assert view["goods"] == [{"sku": "MUG-BLUE", "quantity": 10, "shipped": 2, "delivered": 2, "remaining": 8}]
    assert view["deliveries"][0]["tracking_number"] == "SB001"
    order = agent.get("/v1/orders/A-1001").json()
    assert order["replacement_shipments"] == [view]
    (asked,) = [case for case in order["cases"] if case["kind"] == "return"]
    assert view["for_case"] == {"kind": "return", "rma": asked["rma"]}


def test_timeline(house: House) -> None:
    """Each move of a parcel is on the timeline with who told it, and no address is."""
    ref = promised(house, **TOLD)
    tell(house, ref)

    timeline = house.to(Role.AGENT).get(f"/v1/replacement_shipments/{ref.rma}/timeline")

    told = timeline.json()["entries"][-1]
    assert (told["event"], told["actor"]["role"]) == ("shipment_changed", "warehouse")
    assert "Example Street" not in timeline.text


def test_news_twice(house: House) -> None:
    """The same news twice is one; the id of another is refused."""
    ref = promised(house, **TOLD)

    first, again = tell(house, ref, event_id="news-1"), tell(house, ref, event_id="news-1")

    assert [each.json()["outcome"] for each in (first, again)] == ["kept", "repeated"]
    assert problem_of(tell(house, ref, event_id="news-1", state="lost")) == "event-id-reused"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "stolen"}, "state"),
        ({"delivery_id": ""}, "delivery_id"),
        ({"units": [{"sku": "MUG-BLUE", "quantity": 0}]}, "units.0.quantity"),
        ({"units": [{"sku": "", "quantity": 1}]}, "units.0.sku"),
        ({"tracking_number": "x" * 65}, "tracking_number"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_malformed(house: House, changes: dict[str, Any], field: str) -> None:
    """Malformed news is refused with the field, and nothing is kept."""
    ref = promised(house, **TOLD)

    answer = tell(house, ref, **changes)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert field in [each["field"] for each in answer.json()["errors"]]


def test_news_of_nothing(house: House) -> None:
    """News of a shipment that is unknown or has ended is kept and shown to a person."""
    ref = promised(house, units=2, **TOLD)
    unknown = CaseRef(merchant=MERCHANT, rma=house.has_return(key="other"))
    assert tell(house, unknown).json()["outcome"] == "parked"

    tell(house, ref, state="delivered")
    assert house.to(Role.AGENT).get(f"/v1/replacement_shipments/{ref.rma}").json()["state"] == "delivered"

    assert tell(house, ref, state="returned").json()["outcome"] == "parked"


def test_cancel(house: House) -> None:
    """An agent takes the goods back before they leave; the case that promised them is told."""
    ref = promised(house, ship_at_once=False, reserved_at=ASKED)
    cancel = f"/v1/replacement_shipments/{ref.rma}/cancel_requested"

    answer = house.to(Role.AGENT).post(cancel, json={"note": "She prefers her money."})

    assert answer.status_code == 200, answer.text
    assert (answer.json()["case"]["state"], answer.json()["case"]["may_be_cancelled"]) == ("releasing", False)
    due = house.records.queues.due_events(ASKED.replace(year=2999), limit=10)
    assert [each.event.kind for each in due] == [EventKind.REPLACEMENT_CHANGED]
    assert problem_of(house.to(Role.AGENT).post(cancel, json={})) == "event-refused"


def test_too_late_to_cancel(house: House) -> None:
    """Once the warehouse was told to ship, the agent is told why it cannot be taken back."""
    ref = promised(house, **TOLD)

    answer = house.to(Role.AGENT).post(f"/v1/replacement_shipments/{ref.rma}/cancel_requested", json={})

    assert (answer.status_code, problem_of(answer)) == (409, "event-refused")
    assert answer.json()["code"] == "already_shipping"


def test_cancel_what_has_ended(house: House) -> None:
    """A shipment that has arrived is not cancelled, and one that never was is unknown."""
    ref = promised(house, units=2, **TOLD)
    tell(house, ref, state="delivered")
    agent = house.to(Role.AGENT)

    ended = agent.post(f"/v1/replacement_shipments/{ref.rma}/cancel_requested", json={})
    unknown = agent.post("/v1/replacement_shipments/3456-789F/cancel_requested", json={})

    assert (ended.status_code, problem_of(ended)) == (409, "replacement-shipment-closed")
    assert (unknown.status_code, problem_of(unknown)) == (404, "replacement-shipment-not-found")


def test_list(house: House) -> None:
    """The list shows what is on its way and for which order; a broken cursor is a mistake of the caller."""
    ref = promised(house, **TOLD)
    agent = house.to(Role.AGENT)

    def numbers(query: str) -> list[str]:
        page = agent.get(f"/v1/replacement_shipments{query}").json()
        return [each["number"] for each in page["replacement_shipments"]]

    assert numbers("") == numbers("?open=true&state=shipping&waiting_for=dispatch&order_id=A-1001") == [ref.rma]
    assert numbers("?open=false") == numbers("?state=lost") == []
    assert problem_of(agent.get("/v1/replacement_shipments?cursor=nonsense")) == "invalid-request"
    assert problem_of(agent.get("/v1/replacement_shipments?state=stolen")) == "invalid-request"


def test_not_modified(house: House) -> None:
    """Who has the present version is told so in a word."""
    ref = promised(house, **TOLD)
    agent, address = house.to(Role.AGENT), f"/v1/replacement_shipments/{ref.rma}"
    tag = agent.get(address).headers["ETag"]

    assert agent.get(address, headers={"If-None-Match": tag}).status_code == 304
    tell(house, ref)
    assert agent.get(address, headers={"If-None-Match": tag}).status_code == 200
