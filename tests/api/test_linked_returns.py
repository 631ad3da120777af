"""Returns that go on in another one: a box after the end, and part of a return that goes its own way."""

from __future__ import annotations

from domain.cases import Role
from domain.policies import LateArrival
from tests.api.house import House, problem_of
from tests.api.test_receipts import MUG, send, view, waiting
from tests.builders import MERCHANT, a_policy


def test_a_box_after_the_end(house: House) -> None:
    """The return was cancelled and the box comes all the same: a return goes on with it by itself, and both say so.

    The same session again opens nothing more.
    """
    rma = house.has_return(order=house.has_order(MUG))
    house.to(Role.AGENT).post(f"/v1/returns/{rma}/cancel_requested")
    session = {"scans": [rma, "MUG"], "session_id": "s-1", "event_id": "dock-1", "weight_grams": 420}
    (part,) = send(house, **session)["parts"]
    (again,) = send(house, **session)["parts"]
    assert ([part["outcome"], again["outcome"]], waiting(house)) == (["kept", "repeated"], [])
    (linked,) = linked_to(house, rma)
    seen = view(house, linked)
    assert (seen["follows"], seen["state"], seen["lines"][0]["reception"]) == (rma, "received", {"received": 1})
    assert seen["receipts"][0]["weight_grams"] == 420
    told = [house.to(Role.AGENT).get(f"/v1/returns/{name}/timeline").json()["entries"] for name in (rma, linked)]
    assert linked in " ".join(entry["summary"] for entry in told[0])
    assert rma in " ".join(entry["summary"] for entry in told[1])


def linked_to(house: House, rma: str) -> list[str]:
    """The returns that go on from that one."""
    listed = house.to(Role.AGENT).get("/v1/returns").json()["returns"]
    return [each["rma"] for each in listed if view(house, each["rma"])["follows"] == rma]


def test_a_person_is_asked_about_late_boxes(house: House) -> None:
    """The policy says so: the box waits, a new return for the goods is opened, and gets it."""
    house.records.put_policy(MERCHANT, a_policy(late_arrivals=LateArrival.ASK))
    rma = house.has_return(order=house.has_order(MUG))
    house.to(Role.AGENT).post(f"/v1/returns/{rma}/cancel_requested")
    (part,) = send(house, scans=[rma, "MUG"])["parts"]
    assert (part["rma"], part["outcome"]) == (rma, "parked")
    closed = house.to(Role.AGENT).post(f"/v1/receipts/{part['event_id']}/assigned", json={"rma": rma})
    assert (closed.status_code, problem_of(closed)) == (409, "return-closed")

    again = house.has_return(order=MUG, key="again")
    house.to(Role.AGENT).post(f"/v1/receipts/{part['event_id']}/assigned", json={"rma": again})

    assert view(house, again)["lines"][0]["reception"] == {"received": 1}


def test_late_goods_that_another_return_holds(house: House) -> None:
    """Both mugs are in a second return by now: what comes under the first number waits for a person."""
    rma = house.has_return(order=house.has_order(MUG))
    house.to(Role.AGENT).post(f"/v1/returns/{rma}/cancel_requested")
    house.has_return(order=MUG, key="again", quantity=2)
    (part,) = send(house, scans=[rma, "MUG"])["parts"]
    assert (part["outcome"], waiting(house)[0]["code"]) == ("parked", "case_closed")


def test_split(house: House) -> None:
    """One of two is here and refused: the other goes its own way, with its receipt, and neither is held twice."""
    rma = house.has_return(order=house.has_order(MUG), quantity=2)
    send(house, scans=[rma, "MUG", "MUG"])
    found = {"units": [{"line_id": "1", "quantity": 1, "condition": "used", "grade": "D", "accepted": False}]}
    house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/inspection_recorded", json=found)

    agent = house.to(Role.AGENT)
    too_many = agent.post(f"/v1/returns/{rma}/split", json={"lines": [{"line_id": "1", "quantity": 2}]})
    answer = agent.post(f"/v1/returns/{rma}/split", json={"event_id": "split-1", "note": "It takes long."})
    again = agent.post(f"/v1/returns/{rma}/split", json={"event_id": "split-1", "note": "It takes long."})

    assert (too_many.status_code, too_many.json()["code"]) == (409, "more_than_undecided")
    assert (answer.status_code, again.status_code) == (200, 200), answer.text
    (split,) = answer.json()["case"]["split_off"]
    old, new = view(house, rma), view(house, split["rma"])
    assert [each["lines"][0]["quantity"] for each in (old, new)] == [1, 1]
    assert (new["follows"], new["lines"][0]["reception"], new["state"]) == (rma, {"received": 1}, "received")
    assert old["lines"][0]["reception"] == {"received": 1}
    with house.records.transaction() as tx:
        assert tx.units_in_cases(MERCHANT, "A-1") == {"1": 2}
    nothing = agent.post(f"/v1/returns/{rma}/split", json={})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_split")
