"""News of scanners and docks over HTTP: what becomes of it, whenever it comes, and however often."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import MERCHANT, an_order, an_order_line

UNKNOWN = "2222-2222"
DAMAGED = {"line_id": "1", "quantity": 1, "condition": "damaged", "grade": "D"}


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
    """A box that arrives after the end opens a return of its own, and the timeline says so."""
    rma = house.has_return()
    house.to(Role.STOREFRONT).post(f"/v1/returns/{rma}/cancel_requested")

    answer = house.to(Role.WAREHOUSE).post(f"/v1/returns/{rma}/item_received")

    assert answer.json()["outcome"] == "kept"
    linked = [each for each in house.to(Role.AGENT).get("/v1/returns").json()["returns"] if each["rma"] != rma]
    assert [each["state"] for each in linked] == ["received"]
    entries = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    assert linked[0]["rma"] in entries[-1]["summary"]


def test_scan_of_refused_return(house: House) -> None:
    """A box for a return that was refused is put aside for a person, and the timeline says so."""
    house.has_order(an_order(lines=(an_order_line(final_sale=True),)))
    asked = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    refused = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": "first"})
    rma = refused.json()["case"]["rma"]

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
