"""What becomes of inspected goods, by the policy's table `dispositions`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from domain.goods_back.counts import counted_findings
from domain.goods_back.facts import DisposedUnits, GoodsBack, InspectedUnits
from domain.policies import Conditions, Disposition, Policy, decide_table


def decide_dispositions(
    goods: GoodsBack, facts: Mapping[str, Mapping[str, Any]], *, policy: Policy, conditions: Conditions
) -> tuple[DisposedUnits, ...]:
    """What becomes of each inspected unit that is really there; units of a line that fare alike are counted together.

    `facts` are those of each line's request. Goods that no rule fits are put in quarantine until a person looks;
    goods that are not paid for always go back to the customer.
    """
    found: Counter[tuple[str, Disposition]] = Counter()
    for unit in counted_findings(goods):
        if unit.is_there:
            disposition = _decide(unit, facts[unit.line_id], policy=policy, conditions=conditions)
            found[(unit.line_id, disposition)] += unit.quantity
    return tuple(
        DisposedUnits(line_id=line_id, disposition=disposition, quantity=quantity)
        for (line_id, disposition), quantity in found.items()
    )


def return_all_to_customer(goods: GoodsBack) -> tuple[DisposedUnits, ...]:
    """Every unit goes back, since nothing is paid for it."""
    back = Disposition.BACK_TO_CUSTOMER
    return tuple(unit.model_copy(update={"disposition": back}) for unit in goods.dispositions)


def _decide(unit: InspectedUnits, facts: Mapping[str, Any], *, policy: Policy, conditions: Conditions) -> Disposition:
    if not unit.accepted:
        return Disposition.BACK_TO_CUSTOMER
    sheet = {**facts, "condition": str(unit.condition), "grade": str(unit.grade), "accepted": unit.accepted}
    disposal, _ = decide_table("dispositions", policy.dispositions, sheet, conditions=conditions)
    return disposal.disposition if disposal else Disposition.QUARANTINE
