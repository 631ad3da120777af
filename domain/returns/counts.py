"""Units of a return, counted from its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domain.returns.case import Condition, InspectedUnits, ReturnCase, ReturnLine, UnitCount


def count_units(units: Iterable[UnitCount | ReturnLine]) -> Counter[str]:
    """Quantities by line id."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts[unit.line_id] += unit.quantity
    return counts


def received_units(case: ReturnCase) -> Counter[str]:
    """What the dock took in so far, by line id."""
    return count_units(unit for receipt in case.receipts for unit in receipt.units)


def inspected_units(case: ReturnCase) -> Counter[str]:
    """What was inspected so far, by line id."""
    return count_units(unit for inspection in case.inspections for unit in inspection.units)


def outstanding_units(case: ReturnCase) -> Counter[str]:
    """What was promised and has not arrived, by line id; lines with nothing outstanding are left out."""
    return count_units(case.lines) - received_units(case)


def uninspected_units(case: ReturnCase) -> Counter[str]:
    """What arrived and was not looked at, by line id."""
    return received_units(case) - inspected_units(case)


def inspections_of_received(case: ReturnCase) -> list[InspectedUnits]:
    """Everything that inspectors recorded, in order."""
    return [unit for inspection in case.inspections for unit in inspection.units]


def accepted_units(case: ReturnCase) -> Counter[str]:
    """Units that the inspection accepts for a refund, by line id."""
    return count_units(unit for unit in inspections_of_received(case) if unit.accepted)


def came_back(case: ReturnCase) -> tuple[UnitCount, ...]:
    """Units that the shop has in hand and keeps: received, accepted, and really in the parcel."""
    kept = count_units(
        unit
        for unit in inspections_of_received(case)
        if unit.accepted and unit.condition is not Condition.NOT_IN_PARCEL
    )
    return tuple(UnitCount(line_id=line_id, quantity=quantity) for line_id, quantity in kept.items())


def say_units(count: int) -> str:
    """A number of units in words that can be read aloud: "1 unit", "3 units"."""
    return f"{count} unit" if count == 1 else f"{count} units"
