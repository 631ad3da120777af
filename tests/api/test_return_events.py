"""News about a return over HTTP: what becomes of it, whoever sends it, whenever, and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.cases import EventOutcome, Role
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import MERCHANT, an_order, an_order_line

UNKNOWN = "2222-2222"
DAMAGED = {"line_id": "1", "quantity": 1, "condition": "damaged", "grade": "D"}
INSPECTED: dict[str, Any] = {"units": [DAMAGED]}
APPROVE: dict[str, Any] = {"decision": "approve"}


def dear_order() -> Any:
    """One line above the amount that a supervisor must approve."""
    return an_order(lines=(an_order_line(unit_price_minor=9000),))


def awaiting_approval(house: House) -> str:
    """A return whose refund waits for a supervisor."""
    rma = house.has_return(order=house.has_order(dear_order()))
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received")
    assert dock.post(f"/v1/returns/{rma}/inspection_recorded", json=INSPECTED).status_code == 200
    return rma


def test_label_scanned(house: House) -> None:
    """A scanner says that the parcel moves; it needs to send nothing but the number."""
    rma = house.has_return()

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/label_scanned")

    assert (answer.status_code, answer.json()["outcome"]) == (202, "kept")
    assert house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()["state"] == "in_transit"


def test_number_as_a_person_types_it(house: House) -> None:
    """Small letters, a blank instead of the hyphen: it is the same return."""
    rma = house.has_return()

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma.lower().replace('-', ' ')}/label_scanned")

    assert answer.json()["outcome"] == "kept"


def test_misread_number(house: House) -> None:
    """A misread number is told at once, with what is wrong."""
    answer = house.to(Role.WAREHOUSE).post("/v1/returns/2222-2223/label_scanned")

    assert (answer.status_code, problem_of(answer)) == (422, "malformed-rma")
    assert "check character" in answer.json()["detail"]


def test_same_scan_twice(house: House) -> None:
    """A scanner that sends twice under its own id is heard once."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)

    answers = [dock.post(f"/v1/returns/{rma}/item_received", json={"event_id": "dock:1"}).json() for _ in range(2)]

    assert [answer["outcome"] for answer in answers] == ["kept", "repeated"]
    assert answers[0]["event_id"] == answers[1]["event_id"]
    assert len(house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()["receipts"]) == 1


def test_id_in_the_header(house: House) -> None:
    """A sender that cannot write a body may name its event in the header."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)

    in_header = dock.post(f"/v1/returns/{rma}/label_scanned", headers={"Idempotency-Key": "scan:1"}).json()
    in_body = dock.post(f"/v1/returns/{rma}/label_scanned", json={"event_id": "scan:1"}).json()

    assert in_header["event_id"] == in_body["event_id"]


@pytest.mark.parametrize(
    "other", [{"units": [{"line_id": "1", "quantity": 2}]}, {"occurred_at": "2026-03-09T10:00:00Z"}]
)
def test_id_of_another_event(house: House, other: dict[str, Any]) -> None:
    """An id used for something else is refused, so that no news is taken for old."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received", json={"event_id": "dock:1"})

    answer = dock.post(f"/v1/returns/{rma}/item_received", json={"event_id": "dock:1", **other})

    assert (answer.status_code, problem_of(answer)) == (422, "event-id-reused")


def test_same_id_in_another_shop(house: House) -> None:
    """Docks of two shops number their events alike; that is no conflict."""
    ours = house.to(Role.WAREHOUSE).post(f"/v1/returns/{UNKNOWN}/label_scanned", json={"event_id": "1"})
    theirs = house.to(Role.WAREHOUSE, merchant=OTHER_MERCHANT).post(
        f"/v1/returns/{UNKNOWN}/item_received", json={"event_id": "1"}
    )

    assert (ours.status_code, theirs.status_code) == (202, 202)


def test_scan_of_unknown_return(house: House) -> None:
    """A parcel that nobody knows is put aside for a person; the scanner goes on."""
    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{UNKNOWN}/item_received", json={"event_id": "dock:9"})

    assert (answer.status_code, answer.json()["outcome"]) == (202, "parked")
    parked = house.records.reads.parked_events(MERCHANT)
    assert [event.event.event_id for event in parked] == [answer.json()["event_id"]]
    again = house.to(Role.WAREHOUSE).post(f"/v1/returns/{UNKNOWN}/item_received", json={"event_id": "dock:9"})
    assert again.json() == answer.json()


def test_scan_of_another_shops_return(house: House) -> None:
    """The return of another shop is as unknown as none, and learns nothing of the scan."""
    rma = house.has_return()

    answer = house.to(Role.WAREHOUSE, merchant=OTHER_MERCHANT).post(f"/v1/returns/{rma}/item_received")

    assert answer.json()["outcome"] == "parked"
    assert house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()["receipts"] == []


def test_scan_of_closed_return(house: House) -> None:
    """A parcel that arrives after the end is put aside for a person, and the timeline says so."""
    rma = house.has_return()
    house.to(Role.STOREFRONT).post(f"/v1/returns/{rma}/cancel_requested")

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/item_received")

    assert answer.json()["outcome"] == "parked"
    entries = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    assert entries[-1]["event"] == "event.parked"


def test_scan_while_temporal_is_down(house: House) -> None:
    """A scan is never lost: it is kept and brought to the return later."""
    rma = house.has_return()
    house.gateway.is_down = True

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/item_received")

    assert (answer.status_code, answer.json()["outcome"]) == (202, "kept")
    kept = house.records.reads.event(MERCHANT, answer.json()["event_id"])
    assert kept is not None
    assert kept.answer is None


def test_scan_before_the_story_runs(house: House) -> None:
    """A scan of a return that is claimed but not started yet waits for it; nobody parks it."""
    house.has_order()
    house.gateway.is_down = True
    asked = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    pending = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": "k"})
    house.gateway.is_down = False

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{pending.json()['rma']}/item_received")

    assert answer.json()["outcome"] == "kept"


def test_inspection(house: House) -> None:
    """The inspector sees at once what the finding leads to."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received")

    answer = dock.post(f"/v1/returns/{rma}/inspection_recorded", json=INSPECTED)

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "applied"
    assert answer.json()["case"]["refund"]["proposed_minor"] == 1200


def test_second_inspection(house: House) -> None:
    """What was inspected is not inspected again: the inspector is told what comes next."""
    rma = awaiting_approval(house)

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/inspection_recorded", json=INSPECTED)

    assert (answer.status_code, problem_of(answer)) == (409, "event-refused")
    refusal = answer.json()
    assert refusal["code"] == "already_inspected"
    assert "supervisor" in refusal["next_step"]
    assert refusal["case"]["state"] == "awaiting_approval"


def test_inspection_before_receipt(house: House) -> None:
    """What has not arrived cannot be inspected."""
    rma = house.has_return()

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/inspection_recorded", json=INSPECTED)

    assert (problem_of(answer), answer.json()["code"]) == ("event-refused", "not_received")


def test_approval(house: House) -> None:
    """A supervisor approves, and the answer shows the refund planned."""
    rma = awaiting_approval(house)

    answer = house.to(Role.SUPERVISOR).post(f"/v1/returns/{rma}/approval_decided", json=APPROVE)

    assert answer.status_code == 200
    assert answer.json()["case"]["payouts"][0]["amount_minor"] == 9000


def test_same_approval_again(house: House) -> None:
    """A supervisor who pressed twice gets the answer of the first time."""
    rma = awaiting_approval(house)
    sue, body = house.to(Role.SUPERVISOR, name="sue"), {**APPROVE, "event_id": "click:1"}

    answers = [sue.post(f"/v1/returns/{rma}/approval_decided", json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["event_id"] == answers[1].json()["event_id"]
    assert len(answers[1].json()["case"]["payouts"]) == 1


def test_second_approver(house: House) -> None:
    """Whoever decides second is told who was first."""
    rma = awaiting_approval(house)
    house.to(Role.SUPERVISOR, name="sue").post(f"/v1/returns/{rma}/approval_decided", json=APPROVE)

    answer = house.to(Role.SUPERVISOR, name="otto").post(f"/v1/returns/{rma}/approval_decided", json=APPROVE)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert "sue" in answer.json()["detail"]


def test_two_approvers_at_once(house: House) -> None:
    """Two supervisors at the same moment: one decides, the other is told."""
    rma = awaiting_approval(house)
    clients = [house.to(Role.SUPERVISOR, name=name) for name in ("sue", "otto")]

    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda client: client.post(f"/v1/returns/{rma}/approval_decided", json=APPROVE), clients)
        )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_approval_under_the_id_of_another(house: House) -> None:
    """Nobody gets another person's approval counted as their own."""
    rma = awaiting_approval(house)
    body = {**APPROVE, "event_id": "click:1"}
    house.to(Role.SUPERVISOR, name="sue").post(f"/v1/returns/{rma}/approval_decided", json=body)

    answer = house.to(Role.SUPERVISOR, name="otto").post(f"/v1/returns/{rma}/approval_decided", json=body)

    assert problem_of(answer) == "event-id-reused"


def test_approval_by_the_requester(house: House) -> None:
    """Whoever asked for the return does not approve it."""
    house.has_order(dear_order())
    sue = house.to(Role.SUPERVISOR, name="sue")
    asked = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    rma = sue.post("/v1/returns", json=asked, headers={"Idempotency-Key": "k"}).json()["rma"]
    dock = house.to(Role.WAREHOUSE)
    dock.post(f"/v1/returns/{rma}/item_received")
    dock.post(f"/v1/returns/{rma}/inspection_recorded", json=INSPECTED)

    answer = sue.post(f"/v1/returns/{rma}/approval_decided", json=APPROVE)

    assert (answer.status_code, problem_of(answer)) == (409, "event-refused")


def test_approval_of_what_changed_meanwhile(house: House) -> None:
    """A supervisor who decides on an old page is stopped, and nothing is kept."""
    rma = awaiting_approval(house)
    sue = house.to(Role.SUPERVISOR)

    stale = sue.post(f"/v1/returns/{rma}/approval_decided", json=APPROVE, headers={"If-Match": '"1"'})
    tag = sue.get(f"/v1/returns/{rma}").headers["ETag"]
    fresh = sue.post(
        f"/v1/returns/{rma}/approval_decided", json={**APPROVE, "event_id": "c:1"}, headers={"If-Match": tag}
    )
    again = sue.post(
        f"/v1/returns/{rma}/approval_decided", json={**APPROVE, "event_id": "c:1"}, headers={"If-Match": tag}
    )

    assert (stale.status_code, problem_of(stale)) == (412, "precondition-failed")
    assert (fresh.status_code, again.status_code) == (200, 200)


def test_approval_of_unknown_return(house: House) -> None:
    """A supervisor who mistook the number is told, and that the decision is kept."""
    answer = house.to(Role.SUPERVISOR).post(f"/v1/returns/{UNKNOWN}/approval_decided", json=APPROVE)

    assert (answer.status_code, problem_of(answer)) == (404, "event-without-return")
    kept = house.records.reads.event(MERCHANT, answer.json()["event_id"])
    assert kept is not None
    assert kept.answer is not None
    assert kept.answer.outcome is EventOutcome.PARKED


def test_approval_of_closed_return(house: House) -> None:
    """On a closed return there is nothing to decide; the answer shows how it ended."""
    rma = house.has_return()
    house.to(Role.STOREFRONT).post(f"/v1/returns/{rma}/cancel_requested")

    answer = house.to(Role.SUPERVISOR).post(f"/v1/returns/{rma}/approval_decided", json=APPROVE)

    assert (answer.status_code, problem_of(answer)) == (409, "return-closed")
    assert answer.json()["case"]["state"] == "cancelled"


@pytest.mark.parametrize("trouble", ["is_down", "has_no_worker"])
def test_approval_without_answer(house: House, trouble: str) -> None:
    """When nobody answers in time, the supervisor learns that it is kept and asks again with the same id."""
    rma = awaiting_approval(house)
    sue, body = house.to(Role.SUPERVISOR), {**APPROVE, "event_id": "click:1"}
    setattr(house.gateway, trouble, True)

    pending = sue.post(f"/v1/returns/{rma}/approval_decided", json=body)
    setattr(house.gateway, trouble, False)
    answer = sue.post(f"/v1/returns/{rma}/approval_decided", json=body)

    assert (pending.status_code, problem_of(pending)) == (503, "outcome-pending")
    assert pending.headers["Retry-After"]
    assert (answer.status_code, answer.json()["event_id"]) == (200, pending.json()["event_id"])


def test_cancel(house: House) -> None:
    """The customer changes their mind before sending anything: the units are free again."""
    rma = house.has_return()

    answer = house.to(Role.STOREFRONT).post(f"/v1/returns/{rma}/cancel_requested")

    assert (answer.status_code, answer.json()["case"]["state"]) == (200, "cancelled")
    assert house.to(Role.AGENT).get("/v1/orders/A-1001").json()["units"][0]["free"] == 2


def test_cancel_too_late(house: House) -> None:
    """Once the warehouse has the goods, it is too late to cancel."""
    rma = house.has_return()
    house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/item_received")

    answer = house.to(Role.STOREFRONT).post(f"/v1/returns/{rma}/cancel_requested")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_received")


@pytest.mark.parametrize(
    ("event", "body", "field"),
    [
        ("item_received", {"units": [{"line_id": "1", "quantity": 0}]}, "units.0.quantity"),
        ("item_received", {"unit": []}, "unit"),
        ("label_scanned", {"occurred_at": "now"}, "occurred_at"),
        ("inspection_recorded", {"units": []}, "units"),
        ("inspection_recorded", {"units": [{**DAMAGED, "grade": "E"}]}, "units.0.grade"),
    ],
)
def test_malformed_event(house: House, event: str, body: dict[str, Any], field: str) -> None:
    """A malformed event is refused with the field that is wrong, and nothing is kept."""
    rma = house.has_return()

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/{event}", json=body)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
