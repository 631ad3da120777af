"""Units on their way back, counted from the facts; `expected` is what the case that owns the goods was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from domain.goods_back.facts import Condition, GoodsBack, InspectedUnits, UnitCount


class Counted(Protocol):
    """Anything that names some units of an order line."""

    @property
    def line_id(self) -> str:
        """The order line."""
        ...

    @property
    def quantity(self) -> int:
        """How many units of it."""
        ...


def count_units(units: Iterable[Counted]) -> Counter[str]:
    """Quantities by line id."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts[unit.line_id] += unit.quantity
    return counts


def as_units(counts: Counter[str]) -> tuple[UnitCount, ...]:
    """The counts by line, without those that are zero or less."""
    return tuple(UnitCount(line_id=line, quantity=count) for line, count in sorted(counts.items()) if count > 0)


def received_units(goods: GoodsBack) -> Counter[str]:
    """What the dock took in so far, by line id."""
    return count_units(unit for receipt in goods.receipts for unit in receipt.units)


def inspected_units(goods: GoodsBack) -> Counter[str]:
    """What was inspected so far, by line id."""
    return count_units(findings(goods))


def outstanding_units(goods: GoodsBack, expected: Iterable[Counted]) -> Counter[str]:
    """What was promised and has not arrived, by line id; lines with nothing outstanding are left out."""
    return count_units(expected) - received_units(goods)


def uninspected_units(goods: GoodsBack) -> Counter[str]:
    """What arrived and was not looked at, by line id."""
    return received_units(goods) - inspected_units(goods)


def findings(goods: GoodsBack) -> list[InspectedUnits]:
    """Everything that inspectors recorded, in order."""
    return [unit for inspection in goods.inspections for unit in inspection.units]


def accepted_units(goods: GoodsBack) -> Counter[str]:
    """Units that the inspection accepts for a refund, by line id."""
    return count_units(unit for unit in findings(goods) if unit.accepted)


def came_back(goods: GoodsBack) -> tuple[UnitCount, ...]:
    """Units that the shop has in hand and keeps: received, accepted, and really in the parcel."""
    return as_units(
        count_units(unit for unit in findings(goods) if unit.accepted and unit.condition is not Condition.NOT_IN_PARCEL)
    )


def is_complete(goods: GoodsBack, expected: Iterable[Counted]) -> bool:
    """Whether something arrived, nothing more is waited for, and all that arrived was inspected."""
    if not goods.receipts or uninspected_units(goods):
        return False
    return goods.receiving_ended_at is not None or not outstanding_units(goods, expected)


def say_units(count: int) -> str:
    """A number of units in words that can be read aloud: "1 unit", "3 units"."""
    return f"{count} unit" if count == 1 else f"{count} units"
