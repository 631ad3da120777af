"""Abuse signals over HTTP: what customers are told, what the shop's people see, the lists, and being heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, an_order, an_order_line, inspected
from tests.domain.risk.builders import a_watchful_policy

SHOP, DOCK, AGENT, SUPERVISOR, ADMIN = Role.STOREFRONT, Role.WAREHOUSE, Role.AGENT, Role.SUPERVISOR, Role.ADMIN
SECOND_RETURN: dict[str, Any] = {"returns": 2}
WITHOUT_LAW: dict[str, Any] = {"statutes": ()}


def watches(house: House, **switched: Any) -> None:
    """The shop switches signals on, in a country without a law of withdrawal."""
    house.records.put_policy(MERCHANT, a_watchful_policy(**switched).model_copy(update=WITHOUT_LAW))


def ask(house: House, number: int, *, path: str = "", **order: Any) -> Any:
    """The answer to the customer's request to send one unit of another order back."""
    house.has_order(an_order(f"A-{number}", **order))
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    body = {"order_id": f"A-{number}", "lines": lines}
    return house.to(SHOP).post(f"/v1/returns{path}", json=body, headers={"Idempotency-Key": f"k-{number}"})


def refused(house: House) -> str:
    """A return that was refused since it was the second in a month."""
    watches(house, velocity=SECOND_RETURN | {"outcome": "refuse"})
    assert ask(house, 1).status_code == 201
    answer = ask(house, 2)
    assert problem_of(answer) == "return-refused"
    return str(answer.json()["case"]["rma"])


def decide(house: House, rma: str, decision: str, *, name: str = "sue") -> Any:
    """A supervisor decides."""
    body = {"decision": decision, "note": "looked at it"}
    return house.to(SUPERVISOR, name=name).post(f"/v1/returns/{rma}/approval_decided", json=body)


@pytest.mark.parametrize(("outcome", "verdict"), [("review", "in_review"), ("refuse", "refused")])
def test_quote_and_answer_agree_and_give_nothing_away(house: House, outcome: str, verdict: str) -> None:
    """The quote says what opening would say; neither says what was noticed, to nobody who asks for the customer."""
    watches(house, velocity=SECOND_RETURN | {"outcome": outcome})
    assert ask(house, 1, path="/quote").json()["verdict"] == "authorized"
    assert ask(house, 1).json()["verdict"] == "authorized"

    quote, answer = ask(house, 2, path="/quote"), ask(house, 2)

    case = answer.json().get("case", answer.json())
    assert quote.json()["verdict"] == case["verdict"] == verdict
    timeline = house.to(SHOP).get(f"/v1/returns/{case['rma']}/timeline")
    told = quote.text + answer.text + timeline.text + house.to(SHOP).get(f"/v1/returns/{case['rma']}").text
    assert not [word for word in ("velocity", "fraud", "signal", "noticed") if word in told.lower()]
    assert house.to(SHOP).get(f"/v1/returns/{case['rma']}/signals").status_code == 403


def test_evidence_for_the_people_of_the_shop(house: House) -> None:
    """An agent reads what was noticed with its figures, and so does whoever decides in the queue."""
    watches(house, velocity=SECOND_RETURN)
    ask(house, 1)
    rma = ask(house, 2).json()["rma"]

    signals = house.to(AGENT).get(f"/v1/returns/{rma}/signals").json()
    assert (signals["request"]["outcome"], signals["request"]["decided_by"]) == ("review", "velocity")
    assert signals["request"]["readings"][0]["figures"] == {"returns": 2}
    (waiting,) = house.to(SUPERVISOR).get("/v1/approvals").json()["approvals"]
    assert "abuse.velocity" in {reason["rule"] for reason in waiting["reasons"]}
    explained = house.to(SUPERVISOR).get(f"/v1/returns/{rma}/explanation").json()
    assert "abuse.velocity" in str(explained["decisions"][0]["matched"])
    assert explained["recomputation"]["equal"] is True


def test_a_customer_on_record(house: House) -> None:
    """Support sees what a customer bought and sent back, each signal with its threshold, and their returns."""
    watches(house, return_rate={}, velocity=SECOND_RETURN)
    ask(house, 1)
    house.clock.advance(timedelta(minutes=1))
    ask(house, 2)

    told = house.to(AGENT).get("/v1/customers/c-1/signals").json()

    (pounds,) = told["currencies"]
    figures = {name: pounds[name] for name in ("orders", "bought_minor", "bought_units", "returned_minor", "returns")}
    assert figures == {"orders": 2, "bought_minor": 4800, "bought_units": 4, "returned_minor": 2400, "returns": 2}
    assert {each["signal"]: each["fired"] for each in pounds["readings"]} == {"return_rate": False, "velocity": True}
    assert [each["outcome"] for each in told["returns"]] == ["review", "allow"]
    nobody = house.to(AGENT).get("/v1/customers/never-heard-of/signals").json()
    assert (nobody["currencies"], nobody["returns"], nobody["listings"]) == ([], [], [])


def test_shared_address(house: House) -> None:
    """A second account at one address is noticed; no answer and no figure holds the address."""
    watches(house, shared_address={"accounts": 2})
    other = an_order().customer.model_copy(update={"customer_id": "c-2"})
    assert ask(house, 1).json()["verdict"] == "authorized"

    answer = ask(house, 2, customer=other)

    assert answer.json()["verdict"] == "in_review"
    signals = house.to(AGENT).get(f"/v1/returns/{answer.json()['rma']}/signals")
    assert signals.json()["request"]["readings"][0]["figures"] == {"accounts": 2}
    assert "Example Street" not in signals.text


def test_a_guest_has_a_history(house: House) -> None:
    """Without an account, the same e-mail address is the same customer; the address itself is nowhere shown."""
    watches(house, velocity=SECOND_RETURN)
    guest = an_order().customer.model_copy(update={"customer_id": ""})
    ask(house, 1, customer=guest)
    rma = ask(house, 2, customer=guest).json()["rma"]

    account = house.to(AGENT).get(f"/v1/returns/{rma}/signals").json()["request"]["account"]

    assert account.startswith("guest:")
    assert house.to(AGENT).get(f"/v1/customers/{account}/signals").json()["currencies"][0]["returns"] == 2


def test_lists(house: House) -> None:
    """Blocked, allowed, cleared: each counts from the next request on, until it ends or is ended, and stays on record."""
    watches(house, velocity=SECOND_RETURN | {"outcome": "refuse"})
    ask(house, 1)
    supervisor = house.to(SUPERVISOR, name="sue")

    def put(**entry: Any) -> str:
        answer = supervisor.post("/v1/customers/c-1/listings", json={"reason": "spoke with them", **entry})
        assert answer.status_code == 201, answer.text
        assert answer.json()["made_by"]["name"] == "sue"
        return str(answer.json()["listing_id"])

    def verdict() -> str:
        return str(ask(house, 2, path="/quote").json()["verdict"])

    assert verdict() == "refused"
    cleared = put(kind="clear", signal="velocity", until=(house.clock.now() + timedelta(days=1)).isoformat())
    assert verdict() == "authorized"
    blocked = put(kind="block")
    put(kind="allow")
    assert verdict() == "refused"
    ended = supervisor.post(f"/v1/listings/{blocked}/ended").json()
    assert ended["ended_by"]["name"] == "sue"
    assert supervisor.post(f"/v1/listings/{blocked}/ended").json() == ended
    assert verdict() == "authorized"
    everything = house.to(AGENT).get("/v1/listings", params={"customer_id": "c-1"}).json()["listings"]
    assert {each["kind"] for each in everything} == {"block", "allow", "clear"}
    assert [each["listing_id"] for each in house.to(AGENT).get("/v1/listings?kind=clear").json()["listings"]] == [
        cleared
    ]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"kind": "clear", "reason": "no signal"}, "signal"),
        ({"kind": "block", "signal": "velocity", "reason": "a signal"}, "signal"),
        ({"kind": "allow", "reason": "over already", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"kind": "allow"}, "body.reason"),
        ({"kind": "grey", "reason": "no such list"}, "body.kind"),
    ],
)
def test_bad_entries(house: House, entry: dict[str, Any], field: str) -> None:
    """An entry that says nothing sensible is refused, with the field that is wrong."""
    answer = house.to(SUPERVISOR).post("/v1/customers/c-1/listings", json=entry)

    assert problem_of(answer) == "invalid-request"
    assert answer.json()["errors"][0]["field"].removeprefix("body.") == field.removeprefix("body.")


def test_unknown_entry(house: House) -> None:
    """Who ends an entry that never was is told where the ids are."""
    assert problem_of(house.to(ADMIN).post("/v1/listings/lst_9/ended")) == "listing-not-found"


def test_appeal(house: House) -> None:
    """The customer says why; a supervisor grants it; the units are theirs to send, and the refusal says what came of it."""
    rma = refused(house)
    body = {"note": "A present for my sister.", "evidence": ["upload-1.jpg"]}

    answer = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json=body)

    assert (answer.status_code, answer.json()["verdict"]) == (201, "in_review")
    again = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json=body)
    assert again.json() == answer.json()
    appeal = answer.json()["rma"]
    (waiting,) = house.to(SUPERVISOR).get("/v1/approvals").json()["approvals"]
    assert waiting["note"] == "A present for my sister."
    assert decide(house, appeal, "approve").json()["case"]["state"] == "authorized"
    events = [each["event"] for each in house.to(AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]]
    assert events[-2:] == ["return.appealed", "appeal.granted"]


def test_another_appeal(house: House) -> None:
    """A refusal is heard once: a second appeal, and one against the appeal's own refusal, are told so."""
    rma = refused(house)
    appeal = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json={"note": "Please look."}).json()["rma"]

    second = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json={"note": "Please look again."})
    assert (problem_of(second), appeal in second.json()["detail"]) == ("appeal-not-possible", True)
    assert decide(house, appeal, "refuse").json()["case"]["state"] == "refused"
    third = house.to(SHOP).post(f"/v1/returns/{appeal}/appeal", json={"note": "And again."})
    assert (problem_of(third), third.json()["code"]) == ("appeal-not-possible", "appealed_before")


def test_who_refused_does_not_hear_the_appeal(house: House) -> None:
    """Sue refused the request; she may not decide on the appeal, Otto may."""
    watches(house, velocity=SECOND_RETURN)
    ask(house, 1)
    rma = ask(house, 2).json()["rma"]
    assert decide(house, rma, "refuse").json()["case"]["state"] == "refused"
    appeal = house.to(AGENT).post(f"/v1/returns/{rma}/appeal", json={"note": "They called."}).json()["rma"]

    by_sue = decide(house, appeal, "approve")

    assert (problem_of(by_sue), by_sue.json()["code"]) == ("event-refused", "refused_it_before")
    assert decide(house, appeal, "approve", name="otto").json()["case"]["state"] == "authorized"


def test_appeals_that_cannot_be(house: House) -> None:
    """What was not refused, what a rule about goods refused, and what was refused long ago: each is told its way out."""
    rma = refused(house)
    house.clock.advance(timedelta(days=31))
    late = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json={"note": "I was away."})
    assert (problem_of(late), late.json()["code"]) == ("appeal-not-possible", "appeal_too_late")
    too_late = ask(house, 3).json()["case"]["rma"]
    by_rule = house.to(SHOP).post(f"/v1/returns/{too_late}/appeal", json={"note": "But why?"})
    assert (problem_of(by_rule), "exception" in by_rule.json()["detail"]) == ("appeal-not-possible", True)


def test_a_parcel_that_is_too_light(house: House) -> None:
    """120 g for a mug of 400 g: the refund waits for a person, who reads both weights; the customer reads neither."""
    watches(house, weight_mismatch={"outcome": "refuse"})
    rma = ask(house, 1, lines=(an_order_line(weight_grams=400),)).json()["rma"]
    dock = house.to(DOCK)
    parcel = {"units": [{"line_id": "1", "quantity": 1}], "weight_grams": 120}
    assert dock.post(f"/v1/returns/{rma}/item_received", json=parcel).status_code == 202

    seen = dock.post(f"/v1/returns/{rma}/inspection_recorded", json=inspected(("1", 1)))

    case = house.to(SHOP).get(f"/v1/returns/{rma}")
    assert (seen.status_code, case.json()["state"]) == (200, "awaiting_approval")
    assert "120 g" not in case.text
    signals = house.to(AGENT).get(f"/v1/returns/{rma}/signals").json()
    assert signals["goods"]["readings"][0]["figures"] == {"parcel_grams": 120, "goods_grams": 400}
    (waiting,) = house.to(SUPERVISOR).get("/v1/approvals").json()["approvals"]
    assert "120 g" in str(waiting["reasons"])


def test_an_appeal_after_the_goods_went_back(house: House) -> None:
    """The refund was refused and the goods sent back: granted an appeal, the customer may send them once more."""
    watches(house, worn_goods={"units": 1})
    rma = ask(house, 1).json()["rma"]
    dock = house.to(DOCK)
    dock.post(f"/v1/returns/{rma}/item_received", json={})
    dock.post(f"/v1/returns/{rma}/inspection_recorded", json=inspected(("1", 1), condition="used", grade="C"))
    decide(house, rma, "refuse")
    house.gateway.put_away(rma)

    answer = house.to(SHOP).post(f"/v1/returns/{rma}/appeal", json={"note": "It came like that."})

    assert (answer.status_code, answer.json()["verdict"]) == (201, "in_review")


def test_another_address(house: House) -> None:
    """The carrier tells that the parcel goes elsewhere: the refund for an empty dock is looked at by a person."""
    watches(house, tracking_elsewhere={})
    rma = ask(house, 1).json()["rma"]
    dock = house.to(DOCK)
    dock.post(f"/v1/returns/{rma}/label_scanned", json={"to_other_address": True})
    dock.post(f"/v1/returns/{rma}/item_received", json={})
    dock.post(f"/v1/returns/{rma}/inspection_recorded", json=inspected(("1", 1)))

    assert house.to(SHOP).get(f"/v1/returns/{rma}").json()["state"] == "awaiting_approval"


def test_returns_by_signal(house: House) -> None:
    """The shop's people list the returns on which a signal was seen, with the other filters; the storefront may not."""
    watches(house, velocity=SECOND_RETURN, worn_goods={"units": 1})
    first, second = (ask(house, number).json()["rma"] for number in (1, 2))
    dock = house.to(DOCK)
    dock.post(f"/v1/returns/{first}/item_received", json={})
    dock.post(f"/v1/returns/{first}/inspection_recorded", json=inspected(("1", 1), condition="used", grade="C"))

    def listed(query: str) -> list[str]:
        return [each["rma"] for each in house.to(AGENT).get(f"/v1/returns?{query}").json()["returns"]]

    assert (listed("signal=velocity"), listed("signal=worn_goods")) == ([second], [first])
    assert listed("signal=velocity&order_id=A-1") == listed("signal=shared_address") == []
    assert problem_of(house.to(AGENT).get("/v1/returns?signal=mood")) == "invalid-request"
    assert problem_of(house.to(SHOP).get("/v1/returns?signal=velocity")) == "forbidden"
