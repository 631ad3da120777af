"""Whoever is refused a return is told which rule it was, in words, and what to do instead."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Any

import pytest

from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import DELIVERED, an_order, an_order_line
from tests.layout.sources import ROOT

ORDER = an_order(
    lines=(an_order_line(), an_order_line("2", final_sale=True), an_order_line("3", category="electronics"))
)
ONE: dict[str, Any] = {"line_id": "1", "quantity": 1, "reason": "changed_mind"}

# Every way in which a request can be refused: what is asked, how long after delivery, and the rule that is named.
REFUSALS: dict[str, tuple[list[dict[str, Any]], int]] = {
    "unknown_line": ([ONE | {"line_id": "9"}], 5),
    "more_than_ordered": ([ONE | {"quantity": 3}], 5),
    "unknown_reason": ([ONE | {"reason": "boredom"}], 5),
    "repeated_line": ([ONE, ONE], 5),
    "units_in_other_case": ([ONE | {"quantity": 2}], 5),
    "window_passed": ([ONE | {"line_id": "3"}], 20),
    "final_sale": ([ONE | {"line_id": "2"}], 5),
    "method_not_offered": ([ONE | {"resolution": "store_credit"}], 5),
    "return_method_not_offered": ([ONE | {"return_method": "store"}], 5),
}
# Of the shop's own rules there are as many as it likes; the one above stands for them. A doubt leads to a person.
FROM_THE_POLICY = {"final_sale"}
DOUBTS = {"rule_cannot_be_evaluated", "no_rule_fits"}


@pytest.mark.parametrize("rule", REFUSALS)
def test_refusals_are_explained(house: House, rule: str) -> None:
    """The rule, the line, what it means, and the way out; a rule of the policy is one that customers can read."""
    lines, days = REFUSALS[rule]
    house.has_return(order=house.has_order(ORDER))
    house.clock.set(DELIVERED + timedelta(days=days))
    said = house.to(Role.STOREFRONT).get("/v1/policies/current").json()
    readable = {each["rule"] for section in said["sections"] for each in section["sentences"]}

    body = {"order_id": ORDER.order_id, "lines": lines}
    answer = house.to(Role.STOREFRONT).post("/v1/returns", json=body, headers={"Idempotency-Key": rule})

    assert (answer.status_code, problem_of(answer)) == (422, "return-refused"), answer.text
    reasons = answer.json()["reasons"]
    assert rule in {reason["rule"] for reason in reasons}
    for reason in reasons:
        assert reason["detail"].endswith(".")
        assert reason["way_out"].endswith("."), reason
        assert reason["line_id"], reason
        if "." in reason["policy_rule"]:
            assert reason["policy_rule"] in readable


def test_no_refusal_is_left_out() -> None:
    """Every rule that can refuse a request, as the code names them, is walked above."""
    named = set()
    for module, position in (("eligibility", 0), ("judging", 1)):
        for call in ast.walk(ast.parse((ROOT / "domain" / "returns" / f"{module}.py").read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_finding":
                rule = call.args[position]
                if isinstance(rule, ast.Constant):
                    named.add(str(rule.value))

    assert len(named) >= 6
    assert named - DOUBTS <= set(REFUSALS)


def test_findings_never_lack_their_way_out() -> None:
    """Wherever the domain finds something against a wish, it says the rule, what it means and what to do."""
    lacking = []
    for path in (ROOT / "domain").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding":
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                empty = [name for name, value in given.items() if isinstance(value, ast.Constant) and value.value == ""]
                if not {"rule", "detail", "way_out"} <= set(given) or set(empty) & {"rule", "detail", "way_out"}:
                    lacking.append(f"{path.relative_to(ROOT)}:{call.lineno}")

    assert lacking == []
