"""What conditions are asked about claims; see `domain.policies.vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.claims.case import Claim
from domain.orders import Order
from domain.policies import FAULT_OF, Policy
from domain.returns.case import ReturnLine
from domain.returns.facts import FactSheet, request_facts


def goods_facts(order: Order, units: Mapping[str, int], *, policy: Policy, now: datetime) -> list[FactSheet]:
    """The facts of goods that nobody gave a reason for; every line is known to be on the order."""
    lines = [ReturnLine(line_id=line, quantity=quantity, reason="") for line, quantity in units.items()]
    return request_facts(order, lines, policy=policy, now=now)


def claim_facts(case: Claim, order: Order, *, policy: Policy) -> dict[str, FactSheet]:
    """By line id, what fees and dispositions are decided by: the fault is that of the problem, or as somebody said."""
    units = {line.line_id: line.quantity for line in case.lines}
    fault = case.resolution.fault if case.resolution else FAULT_OF[case.problem]
    known = {"fault": str(fault), "evidence": len(case.evidence)}
    sheets = goods_facts(order, units, policy=policy, now=case.requested_at)
    return {line: sheet | known for line, sheet in zip(units, sheets, strict=True)}
