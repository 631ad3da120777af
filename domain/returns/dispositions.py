"""What becomes of inspected goods, by the policy's table `dispositions`."""

from __future__ import annotations

from collections import Counter

from domain.orders import Order
from domain.policies import Conditions, Disposition, Policy, decide_table
from domain.returns.case import Condition, DisposedUnits, InspectedUnits, ReturnCase
from domain.returns.counts import inspections_of_received
from domain.returns.facts import FactSheet, inspection_facts, request_facts


def decide_dispositions(
    case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions
) -> tuple[DisposedUnits, ...]:
    """What becomes of each inspected unit that is really there; units of a line that fare alike are counted together.

    Facts are those of the day of the request. Goods that no rule fits are put in quarantine until a person looks;
    goods that are not paid for always go back to the customer.
    """
    sheets = request_facts(order, case.lines, policy=policy, now=case.requested_at)
    facts = {line.line_id: sheet for line, sheet in zip(case.lines, sheets, strict=True)}
    found: Counter[tuple[str, Disposition]] = Counter()
    for unit in inspections_of_received(case):
        if unit.condition is not Condition.NOT_IN_PARCEL:
            disposition = _decide(unit, facts[unit.line_id], policy=policy, conditions=conditions)
            found[(unit.line_id, disposition)] += unit.quantity
    return tuple(
        DisposedUnits(line_id=line_id, disposition=disposition, quantity=quantity)
        for (line_id, disposition), quantity in found.items()
    )


def _decide(unit: InspectedUnits, facts: FactSheet, *, policy: Policy, conditions: Conditions) -> Disposition:
    if not unit.accepted:
        return Disposition.BACK_TO_CUSTOMER
    sheet = inspection_facts(facts, unit)
    disposal, _ = decide_table("dispositions", policy.dispositions, sheet, conditions=conditions)
    return disposal.disposition if disposal else Disposition.QUARANTINE
