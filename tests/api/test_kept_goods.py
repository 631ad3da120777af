"""What a customer is told before asking: whether goods have to be sent at all."""

from __future__ import annotations

from domain.cases import Role
from domain.policies import KeepBudget, Keeping, always
from tests.api.house import House
from tests.builders import MERCHANT, a_policy, an_order

ASKED = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}


def test_the_quote_says_what_is_kept(house: House) -> None:
    """The rules let mugs be kept, once for each customer: the first quote says so, and after that return none does."""
    budget = KeepBudget(times=1)
    house.records.put_policy(MERCHANT, a_policy(keep_items=always(Keeping(keep=True)), keep_budget=budget))
    house.has_order()
    house.has_order(an_order("A-1002"))
    shop = house.to(Role.STOREFRONT)
    first = shop.post("/v1/returns/quote", json=ASKED).json()
    opened = shop.post("/v1/returns", json=ASKED, headers={"Idempotency-Key": "k-1"}).json()
    then = shop.post("/v1/returns/quote", json=ASKED | {"order_id": "A-1002"}).json()
    assert (first["keeps"], "nothing has to be sent" in first["next_step"]) == (["1"], True)
    assert (opened["state"], opened["label"], opened["lines"][0]["reception"]) == ("refunding", None, {"kept": 1})
    assert (then["keeps"], "label" in then["next_step"]) == ([], True)
