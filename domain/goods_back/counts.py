"""Units on their way back, counted from the facts; `expected` is what the case that owns the goods was promised.

Found are units that the dock saw, missing those that it should have seen in a parcel: both arrived, as far as waiting
goes. What an inspector says counts only as far as units arrived, so an early finding never counts for more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from domain.goods_back.facts import GoodsBack
from domain.goods_back.inspections import InspectedUnits
from domain.goods_back.parts import UnitCount


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
    """What the dock found so far and what is still of this case, by line id."""
    return count_units(unit for receipt in goods.receipts for unit in receipt.units) - count_units(goods.moved)


def reported_missing(goods: GoodsBack) -> Counter[str]:
    """What the dock ever reported missing, by line id."""
    return count_units(unit for receipt in goods.receipts for unit in receipt.missing)


def missing_units(goods: GoodsBack) -> Counter[str]:
    """What the dock reported missing and has not turned up since, by line id."""
    return reported_missing(goods) - count_units(unit for receipt in goods.receipts for unit in receipt.turned_up)


def inspected_units(goods: GoodsBack) -> Counter[str]:
    """What inspectors have spoken about so far, by line id."""
    return count_units(findings(goods))


def outstanding_units(goods: GoodsBack, expected: Iterable[Counted]) -> Counter[str]:
    """What was promised and has not arrived, by line id; lines with nothing outstanding are left out."""
    return count_units(expected) - received_units(goods) - missing_units(goods)


def uninspected_units(goods: GoodsBack) -> Counter[str]:
    """What arrived and was not looked at, by line id."""
    return uninspected_found(goods) + (missing_units(goods) - _said_absent(goods))


def uninspected_found(goods: GoodsBack) -> Counter[str]:
    """What lies at the warehouse and was not looked at."""
    return found_units(goods) - count_units(unit for unit in findings(goods) if unit.is_there)


def found_units(goods: GoodsBack) -> Counter[str]:
    """What lies at the warehouse; a finding that a unit is absent is about what was missing first."""
    return received_units(goods) - (_said_absent(goods) - reported_missing(goods))


def findings(goods: GoodsBack) -> list[InspectedUnits]:
    """Everything that inspectors recorded, in order."""
    return [unit for inspection in goods.inspections for unit in inspection.units]


def counted_findings(goods: GoodsBack) -> list[InspectedUnits]:
    """The findings as far as units arrived that they can be about, in order."""
    left = received_units(goods)
    there = [counted for unit in findings(goods) if unit.is_there and (counted := _counted(unit, left))]
    left += missing_units(goods)
    absent = [counted for unit in findings(goods) if not unit.is_there and (counted := _counted(unit, left))]
    return there + absent


def accepted_units(goods: GoodsBack) -> Counter[str]:
    """Units that are paid for, by line id: what the inspection accepts, and what the customer may keep."""
    return count_units(unit for unit in counted_findings(goods) if unit.accepted) + count_units(goods.kept)


def came_back(goods: GoodsBack) -> tuple[UnitCount, ...]:
    """Units that the shop has in hand and keeps: received, accepted, and really in the parcel."""
    return as_units(count_units(unit for unit in counted_findings(goods) if unit.accepted and unit.is_there))


def is_complete(goods: GoodsBack, expected: Iterable[Counted]) -> bool:
    """Whether something arrived or is kept, nothing more is waited for, and all that arrived was inspected."""
    if not (goods.arrivals or goods.kept) or uninspected_units(goods):
        return False
    given_up = goods.kept and goods.given_up_at is not None
    return bool(goods.receiving_ended_at or given_up or not outstanding_units(goods, expected))


def say_units(count: int) -> str:
    """A number of units in words that can be read aloud: "1 unit", "3 units"."""
    return f"{count} unit" if count == 1 else f"{count} units"


def _said_absent(goods: GoodsBack) -> Counter[str]:
    return count_units(unit for unit in findings(goods) if not unit.is_there)


def _counted(unit: InspectedUnits, left: Counter[str]) -> InspectedUnits | None:
    """The unit as far as some are left, which it takes."""
    quantity = min(unit.quantity, left[unit.line_id])
    left[unit.line_id] -= quantity
    return unit.model_copy(update={"quantity": quantity}) if quantity else None
