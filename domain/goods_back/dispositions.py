"""What becomes of inspected goods, by the policy's table `dispositions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.goods_back.counts import as_units, counted_findings, found_units
from domain.goods_back.facts import DisposedUnits, GoodsBack, InspectedUnits
from domain.policies import Conditions, Disposition, Policy, decide_table
from domain.policies.terms import Disposal


def decide_dispositions(
    goods: GoodsBack, facts: Mapping[str, Mapping[str, Any]], *, policy: Policy, conditions: Conditions
) -> tuple[DisposedUnits, ...]:
    """What becomes of each inspected unit that is really there; units of a line that fare alike are counted together.

    `facts` are those of each line's request. Goods that no rule fits are put in quarantine until a person looks;
    goods that are not paid for always go back to the customer.
    """
    found: dict[tuple[str, Disposition], DisposedUnits] = {}
    for unit in counted_findings(goods):
        if unit.is_there:
            one = _dispose(unit, facts[unit.line_id], policy=policy, conditions=conditions)
            before = found.get((one.line_id, one.disposition))
            found[(one.line_id, one.disposition)] = _together(before, one) if before else one
    kept = (DisposedUnits(disposition=Disposition.KEEP, **unit.model_dump()) for unit in goods.kept)
    return (*found.values(), *kept)


def return_all_to_customer(goods: GoodsBack) -> tuple[DisposedUnits, ...]:
    """Every unit that is here goes back, since nothing is paid for it."""
    back = Disposition.BACK_TO_CUSTOMER
    nothing = {"disposition": back, "recovered_minor": 0, "cost_minor": 0}
    return tuple(
        unit if unit.disposition is Disposition.KEEP else unit.model_copy(update=nothing) for unit in goods.dispositions
    )


def give_all_back(goods: GoodsBack) -> tuple[DisposedUnits, ...]:
    """Every unit that lies at the warehouse goes back, whether anybody looked at it or not."""
    return tuple(
        DisposedUnits(disposition=Disposition.BACK_TO_CUSTOMER, **unit.model_dump())
        for unit in as_units(found_units(goods))
    )


def _dispose(
    unit: InspectedUnits, facts: Mapping[str, Any], *, policy: Policy, conditions: Conditions
) -> DisposedUnits:
    disposal = _decide(unit, facts, policy=policy, conditions=conditions)
    cost = disposal.cost.within(facts["currency"])
    return DisposedUnits(
        line_id=unit.line_id,
        quantity=unit.quantity,
        disposition=disposal.disposition,
        recovered_minor=_recovered_minor(disposal, facts) * unit.quantity,
        cost_minor=cost.minor * unit.quantity if cost else 0,
    )


def _decide(unit: InspectedUnits, facts: Mapping[str, Any], *, policy: Policy, conditions: Conditions) -> Disposal:
    if not unit.accepted:
        return Disposal(disposition=Disposition.BACK_TO_CUSTOMER)
    sheet = {**facts, "condition": str(unit.condition), "grade": str(unit.grade), "accepted": unit.accepted}
    disposal, _ = decide_table("dispositions", policy.dispositions, sheet, conditions=conditions)
    return disposal or Disposal(disposition=Disposition.QUARANTINE)


def _recovered_minor(disposal: Disposal, facts: Mapping[str, Any]) -> int:
    """What one unit is still worth, rounded down: a share of its price after the line's own discount."""
    percent = disposal.recovers_percent
    if percent is None:
        percent = 100 if disposal.disposition is Disposition.RESTOCK else 0
    return int(facts["value_minor"]) * percent // (100 * int(facts["quantity"]))


def _together(one: DisposedUnits, other: DisposedUnits) -> DisposedUnits:
    return one.model_copy(
        update={
            "quantity": one.quantity + other.quantity,
            "recovered_minor": one.recovered_minor + other.recovered_minor,
            "cost_minor": one.cost_minor + other.cost_minor,
        }
    )
