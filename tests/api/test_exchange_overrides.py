"""Exchanges that the rules refuse and somebody with authority grants, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import Role
from domain.policies import Action, AuthorityRow, ExchangeFor, May, Method, Methods, Policy, always
from tests.api.deciders import decide, pounds, somebody
from tests.api.house import House
from tests.api.test_exchanges import ask
from tests.builders import ASKED, MERCHANT, a_policy
from tests.exchanges import a_mug_order, an_exchange_policy
from tests.goods import a_product, a_variant

WISH = {"note": "A regular customer."}
REFUNDS = always(Methods(offer=(Method.ORIGINAL_PAYMENT,)))


def refused(house: House, policy: Policy, body: dict[str, Any], *, days: int = 0) -> str:
    """An exchange that those rules refuse."""
    house.records.put_policy(MERCHANT, policy)
    house.records.put_product(MERCHANT, a_product())
    cup = a_variant("CUP", options={})
    house.records.put_product(MERCHANT, a_product("cup", cup))
    house.records.put_order(MERCHANT, a_mug_order(placed_at=ASKED - timedelta(days=days), parcels=()))
    answer = house.to(Role.STOREFRONT).post("/v1/exchanges", json=body, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 422, answer.text
    return str(answer.json()["case"]["rma"])


def wish(client: Any, rma: str) -> Any:
    """The same exchange, beyond the rules."""
    answer = client.post(f"/v1/exchanges/{rma}/exception_requested", json=WISH, headers={"Idempotency-Key": "wish"})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("policy", "body", "rules"),
    [
        (an_exchange_policy(product=ExchangeFor.NOTHING), ask(), ["exchanges"]),
        (an_exchange_policy(), ask("CUP"), ["exchanges"]),
        (an_exchange_policy(), ask("MUG-S-RED"), ["exchanges"]),
        (an_exchange_policy(in_advance=False), ask() | {"in_advance": True}, ["exchanges"]),
        (an_exchange_policy(methods=REFUNDS), ask(), ["methods.standard"]),
        (a_policy(), ask(resolution="replacement", wanted=[]), ["methods"]),
    ],
    ids=["nothing", "another product", "sold out", "in advance", "refunds alone", "no table"],
)
def test_a_supervisor_grants_what_the_rules_refuse(
    house: House, policy: Policy, body: dict[str, Any], rules: list[str]
) -> None:
    """Another product, sold-out goods, in advance, or no exchanges at all: asked for by the agent, granted by another."""
    rma, ann = refused(house, policy, body), somebody(house, Role.AGENT, "ann")
    new = wish(ann, rma)["rma"]
    item = ann.get(f"/v1/approvals/{new}.request").json()
    assert (item["action"], item["amount_minor"], item["rules"]) == ("exchange_override", 1200, rules)
    assert decide(ann, new).json()["code"] == "no_authority"
    herself = somebody(house, Role.SUPERVISOR, "ann-sup", owner="ann")
    assert decide(herself, new).json()["code"] == "requester_cannot_approve"
    granted = decide(house.to(Role.SUPERVISOR), new).json()["case"]
    assert granted["exceptions"][0]["granted"] is True
    assert granted["exchange"]["promised_at"] is not None
    assert granted["exchange"]["in_advance"] is body.get("in_advance", False)


def test_whom_the_matrix_trusts_with_exchanges_alone(house: House) -> None:
    """An agent who may override exchanges does so at once; that does not let her set the window aside as well."""
    row = AuthorityRow(
        rule="swaps", role=Role.AGENT, may=May.ACT, actions=(Action.EXCHANGE_OVERRIDE,), up_to=pounds(20)
    )
    rules = a_policy().approval
    approval = rules.model_copy(update={"matrix": (*rules.matrix, row)})
    policy = an_exchange_policy(product=ExchangeFor.NOTHING, approval=approval)
    agent = somebody(house, Role.AGENT, "ann")
    opened = wish(agent, refused(house, policy, ask()))
    assert (opened["state"], opened["exceptions"][0]["row"]) == ("awaiting_payment", "swaps")


def test_a_late_exchange_is_an_exception_from_more_than_the_exchange(house: House) -> None:
    """Out of the window, it takes the authority for exceptions."""
    rma = refused(house, an_exchange_policy(product=ExchangeFor.NOTHING), ask(), days=90)
    agent = somebody(house, Role.AGENT, "ann")
    new = wish(agent, rma)["rma"]
    assert agent.get(f"/v1/approvals/{new}.request").json()["action"] == "policy_exception"
