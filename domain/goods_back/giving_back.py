"""Goods that the shop does not keep, on their way to the customer again: planned, sent in one parcel or several, arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from domain.cases import Progress, WaitingFor
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.counts import count_units, received_units, say_units
from domain.goods_back.deliveries import dispositions_by_warehouse
from domain.goods_back.facts import GoodsBack
from domain.goods_back.parts import GoodsPart, UnitCount
from domain.goods_back.progress import GoodsState
from domain.orders import Order
from domain.policies import Disposition
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import as_goods, count_goods
from domain.replacement_shipments.reports import ShipmentReport
from domain.waits import waiting


class UnitsGoingBack(GoodsPart):
    """How far goods of one SKU have come on their way to the customer; `remaining` have not left the warehouse."""

    sku: str
    quantity: int
    sent: int
    remaining: int
    delivered: int
    lost: int


def plan_giving_back(goods: GoodsBack, order: Order, *, usual: str) -> dict[str, tuple[Goods, ...]]:
    """By warehouse, what it must send to the customer; nothing where the shop keeps everything."""
    skus = {line.line_id: line.sku for line in order.lines}
    planned: dict[str, tuple[Goods, ...]] = {}
    for warehouse, units in dispositions_by_warehouse(goods, usual=usual).items():
        counts: Counter[str] = Counter()
        for unit in units:
            if unit.disposition is Disposition.BACK_TO_CUSTOMER:
                counts[skus[unit.line_id]] += unit.quantity
        if counts:
            planned[warehouse] = as_goods(counts)
    return planned


def await_giving_back(case: CaseWithGoods) -> Progress | None:
    """The wait until everything that goes back has left the warehouse; none when nothing does, or all that can has."""
    waited = [report for report in case.goods.given_back if report.open and report.unshipped]
    if not waited:
        return None
    left = sum(units.quantity for report in waited for units in report.unshipped)
    words = f"The warehouse sends {say_units(left)} back to the customer."
    if gone := sum(sum_units(report.shipped) for report in case.goods.given_back):
        words += f" {say_units(gone)} {'has' if gone == 1 else 'have'} left already."
    return waiting(GoodsState.GOING_BACK, WaitingFor.GOING_BACK, since=case.goods.put_away_at, next_step=words)


def went_back(goods: GoodsBack) -> bool:
    """Whether everything that came has left for the customer again."""
    found = +received_units(goods)
    back = units_to_give_back(goods)
    has_left = bool(goods.given_back) and all(report.shipped and not report.unshipped for report in goods.given_back)
    return has_left and back == found


def units_to_give_back(goods: GoodsBack) -> Counter[str]:
    """What goes back to the customer, by line id."""
    return count_units(unit for unit in goods.dispositions if unit.disposition is Disposition.BACK_TO_CUSTOMER)


def view_going_back(goods: GoodsBack) -> tuple[UnitsGoingBack, ...]:
    """Every SKU that goes back, with how far its units have come."""
    reports = goods.given_back
    sent, unsent = _by_sku(each.shipped for each in reports), _by_sku(each.unshipped for each in reports)
    delivered, lost = _by_sku(each.delivered for each in reports), _by_sku(each.lost for each in reports)
    return tuple(
        UnitsGoingBack(
            sku=sku,
            quantity=quantity,
            sent=sent[sku],
            remaining=unsent[sku],
            delivered=delivered[sku],
            lost=lost[sku],
        )
        for sku, quantity in sorted((sent + unsent).items())
    )


def open_shipments(reports: Iterable[ShipmentReport]) -> tuple[str, ...]:
    """The shipments that must run, by number."""
    return tuple(report.number for report in reports if report.open)


def lines_of_goods(goods: Iterable[Goods], order: Order, within: Mapping[str, int]) -> tuple[UnitCount, ...]:
    """The goods as units of the order's lines, of each line no more than it has within; in the order of the lines."""
    left = count_goods(goods)
    found = []
    for line in order.lines:
        taken = min(left[line.sku], within.get(line.line_id, 0))
        if taken > 0:
            left[line.sku] -= taken
            found.append(UnitCount(line_id=line.line_id, quantity=taken))
    return tuple(found)


def sum_units(goods: Iterable[Goods]) -> int:
    """How many units these are together."""
    return sum(units.quantity for units in goods)


def _by_sku(parts: Iterable[tuple[Goods, ...]]) -> Counter[str]:
    return count_goods(units for goods in parts for units in goods)
