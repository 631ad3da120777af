"""Authority over HTTP: limits that cannot be got round, the queue, and what deciders can say."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import Actor, Role
from domain.policies import AuthorityRow, May
from tests.api.deciders import decide, inspected, pounds, rules, somebody, waiting
from tests.api.house import House, problem_of
from tests.builders import ASKED, MERCHANT, an_order, an_order_line

FORTY = 4000


def test_three_refunds_of_forty_are_caught(house: House) -> None:
    """Forty and forty pass under a limit of a hundred; the third makes 120 and waits for somebody."""
    rules(house)
    order = house.has_order(an_order(lines=(an_order_line(unit_price_minor=FORTY, quantity=4),)))
    first, second, third = (inspected(house, house.has_return(order=order, key=key)) for key in ("a", "b", "c"))
    assert [first["state"], second["state"]] == ["refunding", "refunding"]
    assert third["state"] == "awaiting_approval"
    assert {reason["rule"] for reason in third["approval"]["reasons"]} == {"split_above_limit"}
    assert "for the same order" in third["approval"]["reasons"][0]["detail"]
    explained = house.to(Role.AUDITOR).get(f"/v1/returns/{third['rma']}/explanation").json()
    assert explained["recomputation"]["equal"], explained["recomputation"]


def test_what_somebody_approved_does_not_count_again(house: House) -> None:
    """Once the third is approved, the two before it are still the only ones without approval."""
    rules(house, refund_above=pounds(50))
    order = house.has_order(an_order(lines=(an_order_line(unit_price_minor=FORTY, quantity=4),)))
    inspected(house, house.has_return(order=order, key="a"))
    second = inspected(house, house.has_return(order=order, key="b"))
    assert decide(house.to(Role.SUPERVISOR), second["rma"]).status_code == 200
    third = inspected(house, house.has_return(order=order, key="c"))
    assert "With the 40.00 GBP refunded" in third["approval"]["reasons"][0]["detail"]


def test_one_person_with_two_keys_is_one_person(house: House) -> None:
    """Jo asks at the agents' desk and may not approve with her supervisor's key."""
    order = house.has_order(an_order(lines=(an_order_line(unit_price_minor=12000),)))
    lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
    desk = somebody(house, Role.AGENT, "jo-desk", owner="jo")
    opened = desk.post(
        "/v1/returns", json={"order_id": order.order_id, "lines": lines}, headers={"Idempotency-Key": "k"}
    )
    rma = opened.json()["rma"]
    inspected(house, rma)
    refused = decide(somebody(house, Role.SUPERVISOR, "jo-super", owner="Jo"), rma)
    assert (refused.status_code, refused.json()["code"]) == (409, "requester_cannot_approve")
    assert decide(house.to(Role.SUPERVISOR), rma).status_code == 200


def test_two_people_above_the_second_limit(house: House) -> None:
    """The first approval pays nothing; the same person is refused; the second, by somebody else, pays."""
    rules(house, two_above=pounds(110))
    rma = waiting(house)
    sue, otto = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.SUPERVISOR, "otto")
    first = decide(sue, rma).json()["case"]
    assert (first["state"], first["approval"]["still_needed"], first["approval"]["first_by"]) == (
        "awaiting_approval",
        1,
        "sue",
    )
    assert decide(sue, rma).json()["code"] == "second_person_needed"
    assert decide(otto, rma).json()["case"]["state"] == "refunding"


def test_the_matrix_says_how_much_a_supervisor_may_approve(house: House) -> None:
    """Up to 110 a supervisor, above it finance: the refusal names who may."""
    supervisors = AuthorityRow(rule="supervisors", role=Role.SUPERVISOR, may=May.APPROVE, up_to=pounds(110))
    finance = AuthorityRow(rule="finance", role=Role.FINANCE, may=May.APPROVE)
    rules(house, supervisors, finance)
    rma = waiting(house)
    refused = decide(house.to(Role.SUPERVISOR), rma).json()
    assert refused["code"] == "no_authority"
    assert "Ask somebody with the role finance or admin" in refused["detail"]
    assert decide(house.to(Role.FINANCE), rma).status_code == 200


def test_the_queue_shows_what_waits_and_why(house: House) -> None:
    """Action, amount, role, deadline and reason, without the worker; decided ones leave the list and stay readable."""
    large, small = waiting(house, minor=12000), waiting(house, minor=11000, order_id="A-1002", key="second")
    reader = house.to(Role.AGENT)
    house.gateway.has_no_worker = True
    listed = reader.get("/v1/approvals").json()["approvals"]
    assert {item["approval"] for item in listed} == {f"{large}.refund", f"{small}.refund"}
    one = reader.get(f"/v1/approvals/{large}.refund").json()
    assert (one["action"], one["amount_minor"], one["role"], one["state"]) == ("refund", 12000, "supervisor", "open")
    assert one["deadline"] is not None
    assert one["reasons"][0]["rule"] == "refund_above_limit"
    page = reader.get("/v1/approvals", params={"limit": 1}).json()
    rest = reader.get("/v1/approvals", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert {page["approvals"][0]["rma"], rest["approvals"][0]["rma"]} == {large, small}
    assert rest["next_cursor"] is None
    house.gateway.has_no_worker = False
    decide(house.to(Role.SUPERVISOR), small)
    assert [item["rma"] for item in reader.get("/v1/approvals").json()["approvals"]] == [large]
    assert reader.get(f"/v1/approvals/{small}.refund").json()["state"] == "approved"
    assert problem_of(reader.get("/v1/approvals", params={"cursor": "x"})) == "invalid-request"
    assert problem_of(reader.get("/v1/approvals/nothing")) == "approval-not-found"


def test_who_takes_an_approval_on_has_it(house: House) -> None:
    """A second claim and a decision by somebody else are told who has it; released, it is free again."""
    rma = waiting(house)
    sue, otto = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.SUPERVISOR, "otto")
    assert sue.post(f"/v1/approvals/{rma}.refund/claimed").json()["owner"] == "sue"
    assert sue.get("/v1/approvals", params={"owner": "Sue"}).json()["approvals"][0]["rma"] == rma
    taken = otto.post(f"/v1/approvals/{rma}.refund/claimed")
    assert (taken.status_code, problem_of(taken)) == (409, "approval-taken")
    assert "sue has taken" in taken.json()["detail"]
    assert decide(otto, rma).json()["code"] == "claimed_by_another"
    assert otto.post(f"/v1/approvals/{rma}.refund/released").json()["owner"] == ""
    assert decide(otto, rma).status_code == 200
    assert problem_of(sue.post(f"/v1/approvals/{rma}.refund/claimed")) == "approval-taken"
    events = [each["event"] for each in sue.get(f"/v1/returns/{rma}/timeline").json()["entries"]]
    assert [event for event in events if event.startswith("approval.")] == ["approval.claimed", "approval.released"]


def test_who_may_not_decide_takes_nothing_on(house: House) -> None:
    """Finance has no voice in this refund and cannot keep it from the supervisors; standing in for one, they can."""
    rma = waiting(house)
    finance, sue = somebody(house, Role.FINANCE, "fay"), somebody(house, Role.SUPERVISOR, "sue")
    refused = finance.post(f"/v1/approvals/{rma}.refund/claimed")
    assert (refused.status_code, problem_of(refused)) == (403, "forbidden")
    assert "supervisor" in refused.json()["detail"]
    ends = (ASKED + timedelta(days=3)).isoformat()
    assert sue.post("/v1/delegations", json={"delegate": "fay", "ends_at": ends}).status_code == 201
    assert finance.post(f"/v1/approvals/{rma}.refund/claimed").status_code == 200


def test_a_lowered_refund_is_shared_over_all_lines(house: House) -> None:
    """100.00 of 120.00: one line says so, the lines sum to it, and computing it again gives the same."""
    rma = waiting(house)
    sue = house.to(Role.SUPERVISOR)
    for amount, code in ((12000, "amount_not_lower"), (None, "amount_not_lower")):
        assert decide(sue, rma, "reduce", amount_minor=amount).json()["code"] == code
    assert decide(sue, rma, expected_minor=1).json()["code"] == "amount_changed"
    case = decide(sue, rma, "reduce", amount_minor=10000, expected_minor=12000).json()["case"]
    amounts = {line["kind"]: line["amount_minor"] for line in case["refund"]["amounts"]}
    assert (case["refund"]["proposed_minor"], sum(amounts.values()), amounts["reduction"]) == (10000, 10000, -2000)
    assert sum(payout["amount_minor"] for payout in case["payouts"]) == 10000
    explained = house.to(Role.AUDITOR).get(f"/v1/returns/{rma}/explanation").json()
    assert explained["recomputation"]["equal"], explained["recomputation"]


def test_the_customer_is_asked_and_the_case_comes_back(house: House) -> None:
    """It waits for the customer with a deadline, nobody decides meanwhile, and the answer brings it back."""
    rma = waiting(house)
    sue = house.to(Role.SUPERVISOR)
    assert decide(sue, rma, "ask_evidence").json()["code"] == "question_missing"
    asked = decide(sue, rma, "ask_evidence", note="A photo of the number, please.").json()["case"]
    assert (asked["waiting_for"], asked["state"]) == ("evidence", "awaiting_approval")
    assert asked["deadline"] == (ASKED + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert decide(sue, rma).json()["code"] == "waits_for_customer"
    assert sue.get("/v1/approvals", params={"state": "evidence"}).json()["approvals"][0]["rma"] == rma
    shop = house.to(Role.STOREFRONT)
    given = shop.post(f"/v1/returns/{rma}/evidence_given", json={"evidence": ["photo-1"], "note": "Here."})
    assert given.json()["case"]["waiting_for"] == "approval"
    again = shop.post(f"/v1/returns/{rma}/evidence_given", json={"note": "And another."})
    assert again.json()["code"] == "nothing_asked"
    assert sue.get(f"/v1/returns/{rma}").json()["evidence_requests"][0]["evidence"] == ["photo-1"]
    assert decide(sue, rma).status_code == 200


def test_standing_in(house: House) -> None:
    """While Sue is away Ann decides for her; it is recorded for whom, and ends when Sue says so."""
    rma, later = waiting(house), waiting(house, order_id="A-1002", key="second")
    sue, ann = somebody(house, Role.SUPERVISOR, "sue"), somebody(house, Role.AGENT, "ann")
    assert decide(ann, rma).json()["code"] == "no_authority"
    ends = (ASKED + timedelta(days=14)).isoformat()
    assert problem_of(sue.post("/v1/delegations", json={"delegate": "sue", "ends_at": ends})) == "invalid-request"
    past = ASKED.isoformat()
    assert problem_of(sue.post("/v1/delegations", json={"delegate": "ann", "ends_at": past})) == "invalid-request"
    lent = sue.post("/v1/delegations", json={"delegate": "Ann", "ends_at": ends, "reason": "On holiday."})
    assert lent.status_code == 201
    assert decide(ann, rma).json()["case"]["approval"]["stands_in_for"] == "sue"
    address = f"/v1/delegations/{lent.json()['delegation_id']}/ended"
    assert problem_of(ann.post(address)) == "not-yours-to-lend"
    assert sue.post(address).json()["ended_at"] is not None
    assert decide(ann, later).json()["code"] == "no_authority"
    assert [each["delegate"] for each in ann.get("/v1/delegations").json()["delegations"]] == ["ann"]
    assert problem_of(sue.post("/v1/delegations/none/ended")) == "delegation-not-found"


def test_a_lender_who_lost_their_role_lends_nothing(house: House) -> None:
    """Sue lent her authority and left: with her key it is gone, and a key of another role does not bring it back."""
    rma = waiting(house)
    key, holder = house.records.add_api_key(MERCHANT, Actor(name="sue", role=Role.SUPERVISOR))
    ann = somebody(house, Role.AGENT, "ann")
    body = {"delegate": "ann", "ends_at": (ASKED + timedelta(days=14)).isoformat()}
    assert (
        house.nobody.post("/v1/delegations", json=body, headers={"Authorization": f"Bearer {key}"}).status_code == 201
    )
    house.records.revoke_api_key(MERCHANT, holder.key_id)
    assert decide(ann, rma).json()["code"] == "no_authority"
    house.records.add_api_key(MERCHANT, Actor(name="sue", role=Role.AGENT))
    house.records.add_api_key("elsewhere", Actor(name="sue", role=Role.SUPERVISOR))
    assert decide(ann, rma).json()["code"] == "no_authority"
    house.records.add_api_key(MERCHANT, Actor(name="sue-2", role=Role.SUPERVISOR, owner="Sue"))
    assert decide(ann, rma).json()["case"]["approval"]["stands_in_for"] == "sue"


def test_equal_approvals_are_decided_at_once(house: House) -> None:
    """Each gets its outcome; one that is larger, or of another kind, is left; the same request again answers the same."""
    one, two = waiting(house, minor=11000), waiting(house, minor=11000, order_id="A-1002", key="second")
    large = waiting(house, minor=30000, order_id="A-1003", key="third")
    body = {
        "approvals": [f"{one}.refund", f"{two}.refund", f"{large}.refund", "2222-222A.refund"],
        "decision": "approve",
        "action": "refund",
        "at_most_minor": 20000,
    }
    sue = house.to(Role.SUPERVISOR)
    answer = sue.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": "batch"})
    assert answer.status_code == 200, answer.text
    outcomes = [(each["outcome"], each["code"]) for each in answer.json()["outcomes"]]
    assert outcomes[:3] == [("applied", "applied"), ("applied", "applied"), ("refused", "not_equal")]
    assert outcomes[3][1] == "approval-not-found"
    again = sue.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": "batch"})
    assert again.json() == answer.json()
    other = sue.post("/v1/approvals/decisions", json=body, headers={"Idempotency-Key": "other"}).json()["outcomes"]
    assert [each["code"] for each in other][:2] == ["already_decided", "already_decided"]
