"""What customers were told is read over HTTP: the open dates, one case's, and how they were kept."""

from __future__ import annotations

from datetime import timedelta

from activities.promises import PromiseSteps
from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import ASKED, a_policy, inspected, received

DAY = timedelta(days=1)


def test_a_return_from_word_to_deed(house: House) -> None:
    """The parcel by its date, then the inspection and the refund; each with who told it, and kept when it happened."""
    rma = house.has_return()
    agent, dock = house.to(Role.AGENT), house.to(Role.WAREHOUSE, name="dock-9")

    parcel, label = agent.get(f"/v1/cases/{rma}/promises").json()["promises"]
    assert (label["kind"], label["due_at"]) == ("label_by", "2026-03-11T09:00:00Z")
    assert (parcel["kind"], parcel["state"], parcel["told_by"]["role"]) == ("parcel_by", "open", "system")
    view = agent.get(f"/v1/returns/{rma}").json()
    assert parcel["due_at"] == view["deadline"]
    shown = house.to(Role.STOREFRONT).get(f"/v1/returns/{rma}").json()["promises"]
    assert [(each["kind"], each["due_at"]) for each in shown] == [
        ("label_by", label["due_at"]),
        ("parcel_by", parcel["due_at"]),
    ]

    house.clock.advance(DAY)
    dock.post(f"/v1/returns/{rma}/item_received", json=received(("1", 1)))
    told = {each["kind"]: each for each in agent.get("/v1/promises", params={"rma": rma}).json()["promises"]}
    assert told["parcel_by"]["state"] == "kept"
    assert told["inspection_by"]["told_by"] == {"name": "dock-9", "role": "warehouse"}

    dock.post(f"/v1/returns/{rma}/inspection_recorded", json=inspected(("1", 1)))
    told = {each["kind"]: each for each in agent.get(f"/v1/cases/{rma}/promises").json()["promises"]}
    assert [each["kind"] for each in agent.get(f"/v1/returns/{rma}").json()["promises"]] == ["refund_by"]
    assert told["inspection_by"]["state"] == "kept"
    assert told["refund_by"]["state"] == "open"


def test_missed(house: House) -> None:
    """An inspection that nobody does is found among the broken, and counts; done too late it stays broken."""
    rma = house.has_return()
    dock, agent = house.to(Role.WAREHOUSE), house.to(Role.AGENT)
    dock.post(f"/v1/returns/{rma}/item_received", json=received(("1", 1)))
    house.clock.advance(a_policy().deadlines.inspection.length + DAY)
    steps = PromiseSteps(house.records)
    for due in house.records.queues.due_promises(house.clock.now(), limit=10):
        steps.watch(due, at=house.clock.now())

    missed = agent.get("/v1/promises", params={"state": "broken", "outstanding": True}).json()["promises"]
    assert [(each["rma"], each["kind"]) for each in missed] == [(rma, "inspection_by")]

    dock.post(f"/v1/returns/{rma}/inspection_recorded", json=inspected(("1", 1)))
    answer = agent.get("/v1/promises", params={"state": "broken", "outstanding": True})
    assert answer.json()["promises"] == []
    sums = {each["kind"]: each for each in agent.get("/v1/promises/totals").json()["totals"]}
    assert (sums["inspection_by"]["broken"], sums["parcel_by"]["kept"]) == (1, 1)
    later = {"start": (ASKED + 90 * DAY).isoformat()}
    assert agent.get("/v1/promises/totals", params=later).json()["totals"] == []


def test_pages(house: House) -> None:
    """A long list comes page by page; a cursor of another list is told plainly."""
    order = house.has_order()
    rmas = [house.has_return(order=order, key=key) for key in ("first", "second")]
    agent = house.to(Role.AGENT)
    parcels: dict[str, str | int] = {"kind": "parcel_by", "limit": 1}
    first = agent.get("/v1/promises", params=parcels).json()
    rest = agent.get("/v1/promises", params={**parcels, "cursor": first["next_cursor"]}).json()
    assert sorted(page["promises"][0]["rma"] for page in (first, rest)) == sorted(rmas)
    assert rest["next_cursor"] is None

    for query in ({"cursor": "nonsense"}, {"state": "hoped"}, {"kind": "x"}, {"rma": "0"}, {"colour": "red"}):
        assert problem_of(agent.get("/v1/promises", params=query)) == "invalid-request"
    assert problem_of(agent.get("/v1/cases/3456-789F/promises")) == "return-not-found"
    assert problem_of(agent.get("/v1/cases/nothing/promises")) == "malformed-rma"
