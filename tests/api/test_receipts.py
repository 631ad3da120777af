"""Parcels at the dock over HTTP: whose they are, what is beside, and what waits for a person."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import EventKind, Role
from domain.goods_back.facts import Label
from records.inbox import load_event
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import ASKED, MERCHANT, an_order, an_order_line

MUG = an_order("A-1", lines=(an_order_line("1", sku="MUG", gtin="9506000134352"),))
CAP = an_order("A-2", lines=(an_order_line("1", sku="CAP"),))


def send(house: House, **session: Any) -> Any:
    """What the dock is told."""
    answer = house.to(Role.WAREHOUSE).post("/v1/receipts", json=session)
    assert answer.status_code == 202, answer.text
    return answer.json()


def view(house: House, rma: str) -> Any:
    """The return as an agent sees it."""
    return house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()


def waiting(house: House) -> Any:
    """What waits for a person."""
    return house.to(Role.AGENT).get("/v1/receipts/waiting").json()["receipts"]


def two_returns(house: House) -> tuple[str, str]:
    """A mug and a cap of two orders, each on its return."""
    return house.has_return(order=house.has_order(MUG), key="mug"), house.has_return(
        order=house.has_order(CAP), key="cap"
    )


def test_two_returns_in_one_box(house: House) -> None:
    """Both papers lie in the box: each return gets its own goods, whatever the order of the scans."""
    mug, cap = two_returns(house)

    told = send(house, scans=["CAP", mug, cap, "]C10109506000134352"])

    assert {part["rma"]: part["outcome"] for part in told["parts"]} == {mug: "kept", cap: "kept"}
    assert [view(house, rma)["lines"][0]["reception"] for rma in (mug, cap)] == [{"received": 1}] * 2
    assert view(house, mug)["receipts"][0]["unexpected"] == []


def test_one_return_in_two_boxes(house: House) -> None:
    """Two sessions of one return: after the first, one unit is still to come."""
    rma = house.has_return(order=house.has_order(MUG), quantity=2)
    for state in ("partly_received", "received"):
        send(house, scans=[rma, "MUG"])
        assert view(house, rma)["state"] == state


def test_goods_that_neither_return_expects(house: House) -> None:
    """A teapot is beside the mug: the first return in the box has it as unexpected; nothing gets lost."""
    mug, cap = two_returns(house)
    send(house, scans=[mug, cap], units=[{"sku": "TEAPOT"}, {"sku": "MUG", "quantity": 2}, {"sku": "CAP"}])
    (receipt,) = view(house, mug)["receipts"]
    assert [(unit["sku"], unit["quantity"]) for unit in receipt["unexpected"]] == [("TEAPOT", 1), ("MUG", 1)]
    assert view(house, cap)["lines"][0]["reception"] == {"received": 1}


def test_what_lay_beside_the_goods_waits_for_a_person(house: House) -> None:
    """A cap lies in the box of the mug, too; a person assigns it to its own return, and nothing waits any more."""
    mug, cap = two_returns(house)
    send(house, scans=[mug], units=[{"line_id": "1"}, {"sku": "CAP"}], session_id="morning-7")
    (rest,) = waiting(house)
    assert (rest["rma"], rest["code"], rest["session"]["session_id"]) == (mug, "unexpected_units", "morning-7")
    assert rest["detail"].startswith(f"1 unit lay in the parcel that return {mug} does not expect. Assign")
    address = f"/v1/receipts/{rest['event_id']}/assigned"
    assert house.to(Role.AGENT).post(address, json={"rma": cap}).status_code == 202
    assert [view(house, rma)["lines"][0]["reception"] for rma in (mug, cap)] == [{"received": 1}] * 2
    assert waiting(house) == []


def test_more_of_a_line_than_comes_back(house: House) -> None:
    """Five came of one that was promised: four are told by their number, since their line may be anybody's."""
    rma = house.has_return(order=house.has_order(MUG))
    send(house, scans=[rma], units=[{"line_id": "1", "quantity": 5}])
    (rest,) = waiting(house)
    assert rest["session"]["units"] == [{"sku": "MUG", "quantity": 4}]


def test_known_by_the_number_on_the_parcel(house: House) -> None:
    """No paper, and the carrier's number is that of our label."""
    rma = house.has_return()
    label = Label(
        carrier="UPS", service="Ground", tracking_number="BACK-1", url="", shipment_reference="s", booked_at=ASKED
    )
    with house.records.transaction() as tx:
        ref = house.records.reads.return_case(MERCHANT, rma).case.ref
        progress = house.records.reads.return_case(MERCHANT, rma).progress
        tx.save_case(tx.return_case(ref).with_delivery(1, label=label), progress, [])
    assert [part["rma"] for part in send(house, tracking_number="BACK-1")["parts"]] == [rma]
    assert view(house, rma)["state"] == "received"


def test_known_by_the_order(house: House) -> None:
    """Somebody wrote the order number on the box."""
    rma = house.has_return(order=house.has_order(MUG))
    assert [part["rma"] for part in send(house, order_id="A-1")["parts"]] == [rma]


def test_a_parcel_that_nobody_knows(house: House) -> None:
    """It waits for a person, who finds its return and assigns it; the return has it as the dock told it."""
    rma = house.has_return(order=house.has_order(MUG))
    told = send(house, scans=["MUG"], weight_grams=420, note="no paper")
    assert [(part["rma"], part["outcome"]) for part in told["parts"]] == [(None, "parked")]
    (item,) = waiting(house)
    assert (item["code"], item["session"]["note"]) == ("unidentified_parcel", "no paper")

    answer = house.to(Role.AGENT).post(f"/v1/receipts/{item['event_id']}/assigned", json={"rma": rma.lower()})

    assert (answer.status_code, answer.json()["outcome"]) == (202, "kept")
    (receipt,) = view(house, rma)["receipts"]
    assert (receipt["note"], receipt["weight_grams"], receipt["actor"]["role"]) == ("no paper", 420, "warehouse")
    assert waiting(house) == []
    timeline = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    assert "agent-1 assigned" in " ".join(entry["summary"] for entry in timeline)


def claim(house: House, order_id: str, *, asks: bool = True) -> str:
    """One broken unit of that order is claimed; a supervisor wants to see it before anything is given."""
    lines = [{"line_id": "1", "quantity": 1}]
    asked = {"order_id": order_id, "problem": "damaged", "lines": lines}
    shop = house.to(Role.STOREFRONT)
    number = str(shop.post("/v1/claims", json=asked, headers={"Idempotency-Key": "claim"}).json()["number"])
    if asks:
        body = {"decision": "approve", "goods_back": True}
        answer = house.to(Role.SUPERVISOR).post(f"/v1/claims/{number}/approval_decided", json=body)
        assert answer.status_code == 200, answer.text
    return number


def claim_view(house: House, number: str) -> Any:
    """The claim as an agent sees it."""
    return house.to(Role.AGENT).get(f"/v1/claims/{number}").json()


@pytest.mark.parametrize(
    "session",
    [{"order_id": "A-1"}, {"order_id": "A-1", "units": [{"sku": "MUG"}]}, {"scans": ["{number}", "MUG"]}],
)
def test_goods_of_a_claim(house: House, session: dict[str, Any]) -> None:
    """A broken mug that we asked for comes to the dock, with its paper or known by its order: the claim has it."""
    house.has_order(MUG)
    number = claim(house, "A-1")
    scans = [scan.format(number=number) for scan in session.get("scans", ())]

    (part,) = send(house, **(session | {"scans": scans}))["parts"]

    assert (part["rma"], part["outcome"], "claim" in part["detail"]) == (number, "kept", True)
    assert claim_view(house, number)["lines"][0]["reception"] == {"received": 1}


@pytest.mark.parametrize("by_paper", [True, False])
def test_one_parcel_for_a_claim_and_a_return(house: House, by_paper: bool) -> None:
    """The broken mug and one that was not liked lie in one box: each case has one, and the cap is beside."""
    house.has_order(MUG)
    number = claim(house, "A-1")
    rma = house.has_return(order=MUG)
    named = {"scans": [number, rma]} if by_paper else {"order_id": "A-1"}

    told = send(house, units=[{"sku": "MUG", "quantity": 2}], **named)

    assert {part["rma"]: part["outcome"] for part in told["parts"]} == {number: "kept", rma: "kept"}
    assert claim_view(house, number)["lines"][0]["reception"] == {"received": 1}
    assert view(house, rma)["lines"][0]["reception"] == {"received": 1}


def test_a_claim_that_asks_for_no_goods(house: House) -> None:
    """Its order does not lead to it, and a person cannot assign a box to it; once it asks for the goods they can."""
    house.has_order(MUG)
    number = claim(house, "A-1", asks=False)
    (part,) = send(house, order_id="A-1", note="a mug in pieces")["parts"]
    assert (part["rma"], part["outcome"]) == (None, "parked")
    agent, assigned = house.to(Role.AGENT), f"/v1/receipts/{part['event_id']}/assigned"
    early = agent.post(assigned, json={"rma": number})
    assert (early.status_code, problem_of(early)) == (409, "goods-not-asked-for")
    assert problem_of(agent.post(assigned, json={"rma": "2222-2222"})) == "return-not-found"

    body = {"decision": "approve", "goods_back": True}
    house.to(Role.SUPERVISOR).post(f"/v1/claims/{number}/approval_decided", json=body)
    answer = agent.post(assigned, json={"rma": number})

    assert (answer.status_code, answer.json()["outcome"]) == (202, "kept")
    (receipt,) = claim_view(house, number)["receipts"]
    assert (receipt["note"], receipt["actor"]["role"]) == ("a mug in pieces", "warehouse")
    timeline = agent.get(f"/v1/claims/{number}/timeline").json()["entries"]
    assert "assigned a receipt that waited to this claim" in " ".join(entry["summary"] for entry in timeline)


def test_a_box_for_a_claim_that_is_closed(house: House) -> None:
    """Withdrawn before the box came: it waits, and the closed claim cannot get it."""
    house.has_order(MUG)
    number = claim(house, "A-1")
    house.to(Role.AGENT).post(f"/v1/claims/{number}/cancel_requested")
    (part,) = send(house, scans=[number, "MUG"])["parts"]
    assert (part["rma"], part["outcome"]) == (number, "parked")
    closed = house.to(Role.AGENT).post(f"/v1/receipts/{part['event_id']}/assigned", json={"rma": number})
    assert (closed.status_code, problem_of(closed)) == (409, "claim-closed")


def test_resolved_without_a_return(house: House) -> None:
    """A parcel of the shop next door: what became of it is on record, and it waits no longer."""
    (part,) = send(house, note="for number 7")["parts"]
    agent = house.to(Role.AGENT)
    done = agent.post(f"/v1/receipts/{part['event_id']}/dismissed", json={"note": "Handed to number 7."})
    assert done.status_code == 200
    assert waiting(house) == []
    again = agent.post(f"/v1/receipts/{part['event_id']}/dismissed", json={"note": "Handed to number 7."})
    assert (again.status_code, problem_of(again)) == (404, "receipt-not-waiting")
    kept = house.records.reads.event(MERCHANT, part["event_id"])
    assert kept is not None
    assert kept.answer is not None
    assert kept.answer.detail == "agent-1: Handed to number 7."


def test_the_same_session_twice(house: House) -> None:
    """The dock's network stutters: one session, one answer, although the returns have moved on meanwhile."""
    mug, cap = two_returns(house)
    session = {"event_id": "dock:1", "scans": [mug, cap, "MUG", "CAP"]}
    first, second = send(house, **session), send(house, **session)
    assert [part["event_id"] for part in first["parts"]] == [part["event_id"] for part in second["parts"]]
    assert {part["outcome"] for part in second["parts"]} == {"repeated"}
    assert len(view(house, mug)["receipts"]) == len(view(house, cap)["receipts"]) == 1
    other = house.to(Role.WAREHOUSE).post("/v1/receipts", json=session | {"note": "something else"})
    assert (other.status_code, problem_of(other)) == (422, "event-id-reused")


def test_another_shops_paper(house: House) -> None:
    """A paper of another shop lies in the box: it is no return of ours, and nothing of theirs is told."""
    house.has_order(MUG, merchant=OTHER_MERCHANT)
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    theirs = house.to(Role.STOREFRONT, merchant=OTHER_MERCHANT).post(
        "/v1/returns", json={"order_id": "A-1", "lines": lines}, headers={"Idempotency-Key": "k"}
    )
    (part,) = send(house, scans=[theirs.json()["rma"], "MUG"])["parts"]
    assert part["outcome"] == "parked"
    assert "is known" in part["detail"]
    assert waiting(house)[0]["code"] == "unknown_return"


@pytest.mark.parametrize(
    "session",
    [
        {"units": [{}]},
        {"units": [{"serial_number": "S", "quantity": 2}]},
        {"empty": True, "units": [{"sku": "MUG"}]},
        {"units": [{"sku": "MUG", "quantity": 0}]},
        {"weight_grams": -1},
        {"scans": "MUG"},
    ],
)
def test_what_makes_no_sense(house: House, session: dict[str, Any]) -> None:
    """Units without any name, two units with one serial number, an empty box with goods: told at once."""
    answer = house.to(Role.WAREHOUSE).post("/v1/receipts", json=session)
    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")


def test_nothing_told_is_lost_when_nobody_listens(house: House) -> None:
    """Temporal is down: every return's share is on record, to be brought later."""
    mug, cap = two_returns(house)
    house.gateway.is_down = True
    told = send(house, scans=[mug, cap, "MUG", "CAP"])
    with house.records.writing() as connection:
        events = [load_event(connection, part["event_id"]) for part in told["parts"]]
    assert [event.rma for event in events if event and event.kind is EventKind.ITEM_RECEIVED] == [mug, cap]
