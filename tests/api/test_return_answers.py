"""The word of inspectors, supervisors and customers over HTTP: each is told at once what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.cases import EventOutcome, Role
from tests.api.house import House, problem_of
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
