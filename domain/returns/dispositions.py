"""What becomes of the goods of a return: the policy is asked about each inspected unit with the facts of its line."""

from __future__ import annotations

from domain.goods_back.dispositions import decide_dispositions
from domain.goods_back.facts import DisposedUnits
from domain.orders import Order
from domain.policies import Conditions, Policy
from domain.returns.case import ReturnCase
from domain.returns.facts import request_facts


def dispose_return(
    case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions
) -> tuple[DisposedUnits, ...]:
    """What becomes of each inspected unit; facts are those of the day of the request."""
    sheets = request_facts(order, case.lines, policy=policy, now=case.requested_at)
    facts = {line.line_id: sheet for line, sheet in zip(case.lines, sheets, strict=True)}
    return decide_dispositions(case.goods, facts, policy=policy, conditions=conditions)
