"""What the shop grants beyond its rules, over HTTP: goods after a refusal, other fees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.cases import Role
from domain.policies import Action, AmountByCurrency, ApprovalRules, AuthorityRow, Fees, May, always
from tests.api.deciders import decide, inspected, pounds, rules, somebody
from tests.api.house import House, problem_of
from tests.builders import ASKED, MERCHANT, a_policy, an_order


def late(house: House) -> str:
    """A return that the rules refuse, since its window has passed."""
    order = house.has_order(an_order(placed_at=ASKED - timedelta(days=90), parcels=()))
    asked = {"order_id": order.order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": "late"})
    assert answer.status_code == 422
    return str(answer.json()["case"]["rma"])


def test_an_exception_after_a_refusal(house: House) -> None:
    """The agent asks, somebody else grants it: which rule was set aside, and by whom, is on the case."""
    rma, agent = late(house), somebody(house, Role.AGENT, "ann")
    wish, key = {"note": "She was in hospital."}, {"Idempotency-Key": "wish"}
    opened = agent.post(f"/v1/returns/{rma}/exception_requested", json=wish, headers=key)
    assert opened.status_code == 201, opened.text
    assert (opened.json()["state"], opened.json()["rma"] == rma) == ("in_review", False)
    assert agent.post(f"/v1/returns/{rma}/exception_requested", json=wish, headers=key).json() == opened.json()
    new = opened.json()["rma"]
    item = agent.get(f"/v1/approvals/{new}.request").json()
    assert (item["action"], item["amount_minor"], item["rules"]) == ("policy_exception", 1200, ["windows.standard"])
    assert decide(agent, new).json()["code"] == "no_authority"
    granted = decide(house.to(Role.SUPERVISOR), new).json()["case"]
    assert granted["state"] == "authorized"
    assert granted["exceptions"][0]["granted"] is True
    assert granted["exceptions"][0]["decision"]["actor"]["name"] == "supervisor-1"
    inspected(house, new)
    rate = agent.get("/v1/approvals/exceptions", params={"until": (ASKED + timedelta(days=1)).isoformat()}).json()
    assert (rate["requests"], rate["asked"], rate["granted"], rate["rate_percent"]) == (2, 1, 1, 50.0)
    explained = house.to(Role.AUDITOR).get(f"/v1/returns/{new}/explanation").json()
    assert explained["recomputation"]["equal"], explained["recomputation"]
    assert "exception_1" in [each["decision"] for each in explained["decisions"]]
    refused = agent.post(f"/v1/returns/{new}/exception_requested", json=wish, headers={"Idempotency-Key": "again"})
    assert problem_of(refused) == "nothing-to-except"


def test_an_agent_whom_the_matrix_trusts_grants_at_once(house: House) -> None:
    """Up to 20.00 agents set the window aside themselves, under their own name; customers cannot."""
    row = AuthorityRow(
        rule="agents_late", role=Role.AGENT, may=May.ACT, actions=(Action.POLICY_EXCEPTION,), up_to=pounds(20)
    )
    rules(house, row)
    rma, agent = late(house), somebody(house, Role.AGENT, "ann")
    body = {"note": "A regular."}
    opened = agent.post(f"/v1/returns/{rma}/exception_requested", json=body, headers={"Idempotency-Key": "w"}).json()
    assert (opened["state"], opened["exceptions"][0]["row"]) == ("authorized", "agents_late")
    assert opened["exceptions"][0]["asked_by"]["name"] == "ann"
    order = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    shop = house.to(Role.STOREFRONT)
    asked = shop.post("/v1/returns", json={**order, "exception": body}, headers={"Idempotency-Key": "x"})
    assert problem_of(asked) == "forbidden"


def test_other_fees_go_through_the_matrix(house: House) -> None:
    """The agent asks for a fee of 10.02; nothing is paid until somebody else agrees, and the refund follows."""
    rma, agent = house.has_return(), somebody(house, Role.AGENT, "ann")
    fees = {"fees": {"return_shipping": {"minor": {"GBP": 1002}}}, "note": "Two parcels came."}
    asked = agent.post(f"/v1/returns/{rma}/fees_requested", json=fees).json()
    assert asked["case"]["exceptions"][0]["granted"] is None
    assert inspected(house, rma)["state"] == "awaiting_approval"
    sue = house.to(Role.SUPERVISOR)
    assert decide(sue, rma).json()["code"] == "exception_pending"
    assert decide(agent, rma, exception=1).json()["code"] == "no_authority"
    assert decide(sue, rma, exception=7).json()["code"] == "nothing_to_decide"
    settled = decide(sue, rma, exception=1).json()["case"]
    amounts = {line["kind"]: line["amount_minor"] for line in settled["refund"]["amounts"]}
    assert (settled["state"], amounts["return_shipping_fee"]) == ("refunding", -1002)
    late_wish = agent.post(f"/v1/returns/{rma}/fees_requested", json=fees).json()
    assert late_wish["code"] == "already_paid"
    explained = house.to(Role.AUDITOR).get(f"/v1/returns/{rma}/explanation").json()
    assert explained["recomputation"]["equal"], explained["recomputation"]


def test_small_steps_are_one_change_of_the_fees(house: House) -> None:
    """An agent who may waive 1.00 waives 1.00 of 4.00, and no further 1.00; back to the policy's fee is always free."""
    row = AuthorityRow(rule="agents", role=Role.AGENT, may=May.ACT, actions=(Action.FEE_WAIVER,), up_to=pounds(1))
    fees = always(Fees(return_shipping=AmountByCurrency(minor={"GBP": 400})))
    house.records.put_policy(MERCHANT, a_policy(fees=fees, approval=ApprovalRules(matrix=(row,))))
    rma, agent = house.has_return(), somebody(house, Role.AGENT, "ann")

    def ask(minor: int) -> dict[str, Any]:
        wish = {"fees": {"return_shipping": {"minor": {"GBP": minor}}}, "note": "To be kind."}
        case = agent.post(f"/v1/returns/{rma}/fees_requested", json=wish).json()["case"]
        return dict(case["exceptions"][-1])

    told = [ask(minor) for minor in (300, 400, 350, 300, 200)]
    assert [each["granted"] for each in told] == [True, True, True, True, None]
    assert [each["amount_minor"] for each in told] == [100, 100, 50, 50, 200]
    assert "2.00 GBP is above the limit of 1.00 GBP" in told[-1]["reasons"][0]["detail"]
    assert decide(house.to(Role.SUPERVISOR), rma, exception=5).status_code == 200
    assert [each["granted"] for each in (ask(100), ask(0))] == [True, None], "from what somebody approved on"


def test_exceptions_are_added_up_as_refunds_are(house: House) -> None:
    """Up to 20.00 agents set rules aside alone: 12.00 for one order and 12.00 for the next of one customer are 24.00."""
    row = AuthorityRow(
        rule="agents_late", role=Role.AGENT, may=May.ACT, actions=(Action.POLICY_EXCEPTION,), up_to=pounds(20)
    )
    rules(house, row)
    opened = []
    for name, order_id in (("ann", "A-1001"), ("abe", "A-1002")):
        house.has_order(an_order(order_id, placed_at=ASKED - timedelta(days=90), parcels=()))
        lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]
        body = {"order_id": order_id, "lines": lines, "exception": {"note": "A regular."}}
        agent = somebody(house, Role.AGENT, name)
        opened.append(agent.post("/v1/returns", json=body, headers={"Idempotency-Key": name}).json())
    assert [each["state"] for each in opened] == ["authorized", "in_review"]
    (reason,) = opened[1]["exceptions"][0]["reasons"]
    assert (reason["rule"], reason["policy_rule"]) == ("split_above_limit", "approval.splits.customer")
    assert "12.00 GBP granted to the same customer" in reason["detail"]
