"""What news from carrier, dock and inspector does to goods. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.cases import InboxEvent
from domain.changes import CaseChange, applied, declined, kept
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.counts import (
    as_units,
    count_units,
    inspected_units,
    outstanding_units,
    received_units,
    say_units,
    uninspected_units,
)
from domain.goods_back.facts import InspectedUnits, Inspection, Receipt, UnitCount


class EventBody(BaseModel):
    """The content of an event, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReceivedBody(EventBody):
    """What the dock took in; no units means everything that was still expected."""

    units: tuple[UnitCount, ...] = ()


class InspectedBody(EventBody):
    """What the inspector found."""

    units: tuple[InspectedUnits, ...]


def scan_label(case: GoodsCaseT, event: InboxEvent, *, at: datetime) -> CaseChange[GoodsCaseT]:
    """The first scan of a delivery that was not scanned is a fact; a later one is only noted."""
    waiting = [delivery.number for delivery in case.goods.deliveries if delivery.scanned_at is None]
    if not waiting:
        return kept(case, event, at=at, code="already_scanned", detail="The carrier scanned the label again.")
    changed = case.with_delivery(waiting[0], scanned_at=at)
    return applied(changed, event, at=at, summary="The carrier scanned the label: the parcel is moving.")


def receive(case: GoodsCaseT, event: InboxEvent, *, at: datetime) -> CaseChange[GoodsCaseT]:
    """What was still expected counts as received, what was in the parcel beside it is on record as unexpected."""
    outstanding = outstanding_units(case.goods, case.expected)
    named = count_units(ReceivedBody.model_validate(event.payload).units)
    taken = Counter({line: min(count, outstanding[line]) for line, count in named.items()}) if named else outstanding
    receipt = Receipt(
        event_id=event.event_id, at=at, actor=event.actor, units=as_units(taken), unexpected=as_units(named - taken)
    )
    if not receipt.units and not receipt.unexpected:
        return kept(case, event, at=at, code="nothing_expected", detail="A receipt came when everything had arrived.")
    beside = sum(unit.quantity for unit in receipt.unexpected)
    summary = f"The dock took in {say_units(sum(unit.quantity for unit in receipt.units))}" + (
        f" and {beside} that this {case.ref.kind} does not expect." if beside else "."
    )
    if not receipt.units:
        return kept(case, event, at=at, code="unexpected_units", detail=summary, unexpected=dict(named))
    changed = case.with_goods(receipts=(*case.goods.receipts, receipt))
    return applied(changed, event, at=at, summary=summary, units=dict(taken), unexpected=dict(named - taken))


def inspect(case: GoodsCaseT, event: InboxEvent, *, is_over: bool, at: datetime) -> CaseChange[GoodsCaseT]:
    """The findings are part of the case; `is_over` when what follows from inspections was decided already."""
    goods = case.goods
    units = InspectedBody.model_validate(event.payload).units
    named, unknown = count_units(units), sorted({unit.line_id for unit in units} - set(count_units(case.expected)))
    if unknown:
        detail = (
            f"Line {', '.join(unknown)} is not on this {case.ref.kind}; record it as an unexpected unit at the dock."
        )
        return declined(case, event, at=at, code=f"line_not_on_{case.ref.kind}", detail=detail)
    if event.awaits_answer and not received_units(goods):
        detail = "Nothing was received yet: record the receipt (item_received) first, then inspect."
        return declined(case, event, at=at, code="not_received", detail=detail)
    if is_over or (received_units(goods) and not uninspected_units(goods)):
        detail = "Everything received was inspected already; a finding against it goes to a supervisor."
        return declined(case, event, at=at, code="already_inspected", detail=detail)
    ceiling = uninspected_units(goods) if event.awaits_answer else count_units(case.expected) - inspected_units(goods)
    if too_many := named - ceiling:
        detail = f"More units than there are to inspect: {_in_words(too_many)} too many. Count again."
        return declined(case, event, at=at, code="more_than_received", detail=detail)
    inspection = Inspection(event_id=event.event_id, at=at, actor=event.actor, units=units)
    accepted = sum(unit.quantity for unit in units if unit.accepted)
    summary = f"Inspected {say_units(sum(named.values()))}, {accepted} accepted."
    changed = case.with_goods(inspections=(*goods.inspections, inspection))
    return applied(changed, event, at=at, summary=summary, units=dict(named), accepted=accepted)


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} of line {line}" for line, count in sorted(counts.items()))
