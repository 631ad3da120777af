"""What an inspection does to goods. A person is told the next step; what a machine says is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
from domain.goods_back.inspections import Condition, Grade, InspectedUnits, Inspection
from domain.goods_back.matching import is_another_unit
from domain.goods_back.parts import find_evidence_problem
from domain.orders import Order


class InspectedBody(BaseModel):
    """What the inspector found, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    units: tuple[InspectedUnits, ...]


@dataclass(frozen=True)
class Expectations:
    """What an inspection is held against: the checklists by line id, and the order for its serial numbers, if known.

    `is_over` when what follows from inspections was decided already.
    """

    checklists: Mapping[str, tuple[str, ...]]
    order: Order | None = None
    is_over: bool = False


def inspect(case: GoodsCaseT, event: InboxEvent, *, expectations: Expectations, at: datetime) -> CaseChange[GoodsCaseT]:
    """The findings are part of the case, or a person is told why not. A machine is held against counts alone."""
    units = InspectedBody.model_validate(event.payload).units
    fault = _find_fault(case, units, is_person=event.awaits_answer, is_over=expectations.is_over)
    if fault is None and event.awaits_answer:
        fault = next((found for unit in units if (found := _find_gap(unit, expectations))), None)
    if fault is not None:
        code, detail = fault
        return declined(case, event, at=at, code=code, detail=detail)
    inspection = Inspection(event_id=event.event_id, at=at, actor=event.actor, units=units)
    named = count_units(units)
    accepted = sum(unit.quantity for unit in units if unit.accepted)
    summary = f"Inspected {say_units(sum(named.values()))}, {accepted} accepted."
    changed = case.with_goods(inspections=(*case.goods.inspections, inspection))
    facts: dict[str, object] = {"units": dict(named), "accepted": accepted}
    if serials := [unit.found.serial_number for unit in units if unit.found and _is_another(unit, expectations)]:
        facts["serial_numbers_not_sold"] = serials
    return applied(changed, event, at=at, summary=summary, **facts)


def _find_fault(
    case: CaseWithGoods, units: tuple[InspectedUnits, ...], *, is_person: bool, is_over: bool
) -> tuple[str, str] | None:
    """Why the counts cannot be: a code, and the reason with the next step."""
    goods, named = case.goods, count_units(units)
    if unknown := sorted(set(named) - set(count_units(case.expected))):
        kind = case.ref.kind
        words = f"Line {', '.join(unknown)} is not on this {kind}; record it as an unexpected unit at the dock."
        return f"line_not_on_{kind}", words
    if is_person and not goods.arrivals:
        return "not_received", "Nothing was received yet: record the receipt (item_received) first, then inspect."
    if is_over or (goods.arrivals and not uninspected_units(goods)):
        return _already_inspected(case, units)
    ceiling = uninspected_units(goods) if is_person else count_units(case.expected) - inspected_units(goods)
    if too_many := named - ceiling:
        return "more_than_received", f"More units than there are to inspect: {_say(too_many)} too many. Count again."
    present = count_units(unit for unit in units if unit.is_there)
    if is_person and (not_here := present - uninspected_found(goods)):
        words = f"{_say(not_here)} is missing, as the dock says: record not_in_parcel, or the receipt of it first."
        return "reported_missing", words
    return None


def _find_gap(unit: InspectedUnits, expectations: Expectations) -> tuple[str, str] | None:
    """What a person must add to the findings about these units: a code, and the reason with the next step."""
    if problem := find_evidence_problem(unit.evidence):
        return "evidence_not_usable", f"The evidence cannot be used: {problem}"
    checklist = expectations.checklists.get(unit.line_id, ()) if unit.is_there else ()
    answered = {answer.check for answer in unit.checks}
    if strange := sorted(answered - set(checklist)):
        return (
            "unknown_check",
            f"Line {unit.line_id} has no such check: {'; '.join(strange)}. Answer those of its checklist.",
        )
    if open_checks := [check for check in checklist if check not in answered]:
        return "checklist_incomplete", f"Line {unit.line_id}: answer these checks too: {'; '.join(open_checks)}."
    if _is_another(unit, expectations) and unit.condition is not Condition.WRONG_ITEM:
        assert unit.found is not None, "only what was found can be another unit"
        words = (
            f"{unit.found.serial_number} was never sold on line {unit.line_id}: record wrong_item, or read it again."
        )
        return "serial_number_differs", words
    return None


def _is_another(unit: InspectedUnits, expectations: Expectations) -> bool:
    line = expectations.order.line(unit.line_id) if expectations.order else None
    return unit.found is not None and is_another_unit(unit.found, line)


def _already_inspected(case: CaseWithGoods, units: tuple[InspectedUnits, ...]) -> tuple[str, str]:
    """Who found what before, whether this says otherwise, and who can do something about it."""
    lines = {unit.line_id for unit in units}
    before = [(one, unit) for one in case.goods.inspections for unit in one.units if unit.line_id in lines]
    if not before:
        return (
            "already_inspected",
            "Everything received was inspected already; a finding against it goes to a supervisor.",
        )
    told = "; ".join(
        f"{one.actor.name} found {unit.quantity} of line {unit.line_id} {unit.condition}, grade {unit.grade}"
        for one, unit in before
    )
    words = f"Inspected already: {told}, at {before[-1][0].at:%Y-%m-%d %H:%M} UTC."
    if _verdicts(units) <= _verdicts(unit for _, unit in before):
        return "already_inspected", f"{words} This says the same; nothing more is needed."
    return "contradicts_inspection", f"{words} Show the goods to a supervisor, who decides on the refund."


def _verdicts(units: Iterable[InspectedUnits]) -> set[tuple[str, Condition, Grade, bool]]:
    return {(unit.line_id, unit.condition, unit.grade, unit.accepted) for unit in units}


def _say(counts: Counter[str]) -> str:
    return ", ".join(f"{count} of line {line}" for line, count in sorted(counts.items()))
