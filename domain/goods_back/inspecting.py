"""What an inspection does to goods. A person is told the next step; what a machine says is kept."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.cases import InboxEvent
from domain.changes import CaseChange, applied, declined
from domain.goods_back.case import CaseWithGoods, GoodsCaseT
from domain.goods_back.counts import (
    count_units,
    inspected_units,
    say_units,
    uninspected_found,
    uninspected_units,
)
from domain.goods_back.inspections import InspectedUnits, Inspection


class InspectedBody(BaseModel):
    """What the inspector found, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    units: tuple[InspectedUnits, ...]


def inspect(case: GoodsCaseT, event: InboxEvent, *, is_over: bool, at: datetime) -> CaseChange[GoodsCaseT]:
    """The findings are part of the case; `is_over` when what follows from inspections was decided already."""
    units = InspectedBody.model_validate(event.payload).units
    fault = _find_fault(case, units, is_person=event.awaits_answer, is_over=is_over)
    if fault is not None:
        code, detail = fault
        return declined(case, event, at=at, code=code, detail=detail)
    inspection = Inspection(event_id=event.event_id, at=at, actor=event.actor, units=units)
    named = count_units(units)
    accepted = sum(unit.quantity for unit in units if unit.accepted)
    summary = f"Inspected {say_units(sum(named.values()))}, {accepted} accepted."
    changed = case.with_goods(inspections=(*case.goods.inspections, inspection))
    return applied(changed, event, at=at, summary=summary, units=dict(named), accepted=accepted)


def _find_fault(
    case: CaseWithGoods, units: tuple[InspectedUnits, ...], *, is_person: bool, is_over: bool
) -> tuple[str, str] | None:
    """Why the inspection cannot be taken: a code, and the reason with the next step."""
    goods, named = case.goods, count_units(units)
    if unknown := sorted(set(named) - set(count_units(case.expected))):
        kind = case.ref.kind
        words = f"Line {', '.join(unknown)} is not on this {kind}; record it as an unexpected unit at the dock."
        return f"line_not_on_{kind}", words
    if is_person and not goods.arrivals:
        return "not_received", "Nothing was received yet: record the receipt (item_received) first, then inspect."
    if is_over or (goods.arrivals and not uninspected_units(goods)):
        return "already_inspected", _contradiction(case, units)
    ceiling = uninspected_units(goods) if is_person else count_units(case.expected) - inspected_units(goods)
    if too_many := named - ceiling:
        return "more_than_received", f"More units than there are to inspect: {_say(too_many)} too many. Count again."
    present = count_units(unit for unit in units if unit.is_there)
    if is_person and (not_here := present - uninspected_found(goods)):
        words = f"{_say(not_here)} is missing, as the dock says: record not_in_parcel, or the receipt of it first."
        return "reported_missing", words
    return None


def _contradiction(case: CaseWithGoods, units: tuple[InspectedUnits, ...]) -> str:
    """Who found what before, and who can do something about it."""
    words = "Everything received was inspected already"
    if case.goods.inspections:
        last = case.goods.inspections[-1]
        lines = {unit.line_id for unit in units}
        found = [
            f"line {unit.line_id} {unit.condition}, grade {unit.grade}" for unit in last.units if unit.line_id in lines
        ]
        words += f": {last.actor.name} found {'; '.join(found) or 'other lines'} at {last.at:%Y-%m-%d %H:%M} UTC"
    return f"{words}. A finding against it goes to a supervisor, who decides on the refund."


def _say(counts: Counter[str]) -> str:
    return ", ".join(f"{count} of line {line}" for line, count in sorted(counts.items()))
