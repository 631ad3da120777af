"""What a session at the dock does to goods: who expected them, what is beside them, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from domain.cases import InboxEvent
from domain.changes import CaseChange, applied, kept, parked
from domain.goods_back.beside import UNEXPECTED
from domain.goods_back.case import CaseWithGoods, GoodsCaseT
from domain.goods_back.counts import as_units, count_units, missing_units, outstanding_units, received_units, say_units
from domain.goods_back.deliveries import find_delivery, units_within
from domain.goods_back.dock import MOST_ITEMS, DockSession, DockUnits, Receipt, ReceivedUnits
from domain.goods_back.matching import find_line, is_another_unit, seen_units
from domain.goods_back.parts import find_evidence_problem
from domain.goods_back.scans import Scan
from domain.orders import Order


class ReceivedBody(DockSession):
    """What the dock told, with what its scanner read; more than we know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    scans: Annotated[tuple[Scan, ...], Field(max_length=MOST_ITEMS)] = ()


@dataclass
class _Sorted:
    """Units of a session, sorted as they are taken: `open` is what nobody found yet, serials are those found before."""

    open: Counter[str]
    serials: set[str]
    units: list[ReceivedUnits] = field(default_factory=list)
    unexpected: list[DockUnits] = field(default_factory=list)


def receive(
    case: GoodsCaseT, event: InboxEvent, *, order: Order | None, is_over: bool, at: datetime
) -> CaseChange[GoodsCaseT]:
    """What was still expected counts as received, what was beside it as unexpected, what was not there as missing.

    `is_over` when what follows from the goods was decided: what comes then is for a person.
    """
    body = ReceivedBody.model_validate(event.payload)
    receipt = _as_receipt(case, event, body, order=order, at=at)
    if is_over and not receipt.units and not receipt.unexpected:
        return kept(case, event, at=at, code="nothing_expected", detail="A receipt came when everything had arrived.")
    if is_over:
        detail = (
            f"Goods came when the {case.ref.kind} was settled already; they are kept for a person. Open a return for "
            "them and assign the receipt to it, or send them back."
        )
        return parked(case, event, at=at, code="after_settlement", detail=detail)
    if not (receipt.units or receipt.unexpected or receipt.missing):
        return kept(case, event, at=at, code="nothing_expected", detail="A receipt came when everything had arrived.")
    changed = case.with_goods(receipts=(*case.goods.receipts, receipt))
    summary = _in_words(case, receipt)
    facts = _counted(receipt)
    if not receipt.units and not receipt.missing:
        return kept(changed, event, at=at, code=UNEXPECTED, detail=summary, **facts)
    return applied(changed, event, at=at, summary=summary, **facts)


def _as_receipt(
    case: CaseWithGoods, event: InboxEvent, body: ReceivedBody, *, order: Order | None, at: datetime
) -> Receipt:
    goods = case.goods
    items = seen_units(body, body.scans)
    outstanding = outstanding_units(goods, case.expected)
    delivery = find_delivery(goods, number=body.delivery, tracking_number=body.tracking_number)
    promised = units_within(outstanding, delivery)
    sorted_units = _Sorted(open=count_units(case.expected) - received_units(goods), serials=_serials(goods.receipts))
    if items:
        for item in items:
            _sort(item, sorted_units, order)
    elif body.says_nothing:
        sorted_units.units = [ReceivedUnits(**unit.model_dump()) for unit in as_units(promised)]
    found = count_units(sorted_units.units)
    still_out = outstanding - found
    absent = units_within(still_out, delivery) if body.empty else count_units(body.missing) & still_out
    told = body.model_dump(exclude={"units", "missing", "scans", "delivery"})
    return Receipt(
        event_id=event.event_id,
        at=at,
        actor=event.actor,
        units=tuple(sorted_units.units),
        unexpected=tuple(sorted_units.unexpected),
        missing=as_units(absent),
        turned_up=as_units(missing_units(goods) & (found - outstanding)),
        occurred_at=event.occurred_at,
        delivery=delivery.number if delivery else 0,
        photos=body.photos,
        scans=body.scans,
        **{name: value for name, value in told.items() if name != "photos"},
    )


def _sort(item: DockUnits, so_far: _Sorted, order: Order | None) -> None:
    """The item is where it belongs; a serial number that was found before is the same unit again."""
    if item.serial_number in so_far.serials:
        return
    line_id = find_line(item, order, wanted=+so_far.open) if order is not None else item.line_id
    line = order.line(line_id) if order is not None and line_id is not None else None
    if item.serial_number:
        so_far.serials.add(item.serial_number)
    taken = min(item.quantity, so_far.open[line_id]) if line_id is not None else 0
    if taken > 0:
        assert line_id is not None, "only a line is expected"
        so_far.open[line_id] -= taken
        seen = item.model_dump(exclude={"line_id", "quantity"})
        seen["wrong_item"] = item.wrong_item or is_another_unit(item, line)
        so_far.units.append(ReceivedUnits(line_id=line_id, quantity=taken, **seen))
    if beside := item.quantity - max(taken, 0):
        so_far.unexpected.append(item.model_copy(update={"line_id": line_id, "quantity": beside}))


def _serials(receipts: Iterable[Receipt]) -> set[str]:
    """Serial numbers that were found before. The empty one is nobody's."""
    units = (unit for receipt in receipts for unit in (*receipt.units, *receipt.unexpected))
    return {unit.serial_number for unit in units if unit.serial_number}


def _in_words(case: CaseWithGoods, receipt: Receipt) -> str:
    count = sum(unit.quantity for unit in receipt.units)
    words = f"The dock took in {say_units(count)}" if not receipt.empty else "The dock got an empty parcel"
    beside = sum(unit.quantity for unit in receipt.unexpected)
    more = [f"{beside} that this {case.ref.kind} does not expect"] if beside else []
    if absent := sum(unit.quantity for unit in receipt.missing):
        more.append(f"misses {absent}")
    sentence = " and ".join([words, *more]) + "."
    for what, number in (("damaged", _sum(receipt, "damaged")), ("something else", _sum(receipt, "wrong_item"))):
        if number:
            sentence += f" {say_units(number).capitalize()} {'is' if number == 1 else 'are'} {what}."
    if problem := find_evidence_problem(receipt.photos):
        sentence += f" A photo cannot be used: {problem}"
    return sentence


def _sum(receipt: Receipt, mark: str) -> int:
    return sum(unit.quantity for unit in receipt.units if getattr(unit, mark))


def _counted(receipt: Receipt) -> dict[str, object]:
    """Counts for the timeline, and the serial numbers of what is not what was sold."""
    facts: dict[str, object] = {
        "units": dict(count_units(receipt.units)),
        "unexpected": [unit.model_dump(exclude_defaults=True) for unit in receipt.unexpected],
    }
    if receipt.missing:
        facts["missing"] = dict(count_units(receipt.missing))
    if serials := [unit.serial_number for unit in receipt.units if unit.wrong_item and unit.serial_number]:
        facts["serial_numbers_not_sold"] = serials
    if receipt.session_id:
        facts["session_id"] = receipt.session_id
    return facts
