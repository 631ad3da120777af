"""The signals of goods that came back, and of the way in which the money for them is to go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from domain.goods_back.counts import findings
from domain.goods_back.facts import GoodsBack, Receipt
from domain.goods_back.inspections import Condition
from domain.goods_back.matching import is_another_unit
from domain.orders import Order, PaymentMethod
from domain.policies import AbuseRules, RiskOutcome, Signal
from domain.risk.models import RiskHistory, SignalReading

Found = tuple[bool, str, dict[str, object]]
_CREDIT = frozenset({PaymentMethod.GIFT_CARD, PaymentMethod.STORE_CREDIT})


@dataclass(frozen=True)
class GoodsSeen:
    """What the dock and the inspector saw of an order's goods. `excused` lines are the shop's or the carrier's fault.

    `credit_chosen_minor` is what the customer chose to get as store credit although it is offered otherwise too.
    """

    order: Order
    goods: GoodsBack
    excused: frozenset[str] = frozenset()
    credit_chosen_minor: int = 0


def read_goods(seen: GoodsSeen, history: RiskHistory, *, rules: AbuseRules) -> tuple[SignalReading, ...]:
    """A reading for each signal of goods and refunds that is switched on."""
    return tuple(_read(seen, history, rules))


def worn_units(goods: GoodsBack, *, excused: Iterable[str] = ()) -> int:
    """How many units came back used for no fault of the shop or the carrier."""
    return sum(
        unit.quantity
        for unit in findings(goods)
        if unit.condition is Condition.USED and unit.line_id not in set(excused)
    )


def empty_parcels(goods: GoodsBack) -> int:
    """How many parcels back held nothing of what their paper promised."""
    return sum(receipt.empty for receipt in goods.receipts)


def _read(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Iterator[SignalReading]:
    for signal, look in _LOOKS.items():
        rule = rules.rule_of(signal)
        if rule.on:
            fired, detail, figures = look(seen, history, rules)
            yield SignalReading(
                signal=signal,
                fired=fired,
                outcome=rule.outcome if fired else RiskOutcome.ALLOW,
                detail=detail,
                figures=figures,
                cleared_by=history.listed_for(signal) if fired else "",
            )


def _serial_switch(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Found:
    """Serial numbers that were never sold on the line, as the dock or the inspector read them."""
    read = [(unit.line_id, unit) for receipt in seen.goods.receipts for unit in receipt.units]
    read += [(unit.line_id, unit.found) for unit in findings(seen.goods) if unit.found is not None]  # type: ignore[misc]
    strange = sorted({unit.serial_number for line, unit in read if is_another_unit(unit, seen.order.line(line))})
    if not strange:
        return False, "Every serial number that was read is one that was sold.", {}
    return True, f"Never sold on this order: serial number {', '.join(strange)}.", {"serial_numbers": strange}


def _weight(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Found:
    """The parcel that is farthest off; what was not weighed, or whose goods have no known weight, says nothing."""
    rule = rules.weight_mismatch
    compared = [(receipt, grams) for receipt in seen.goods.receipts if (grams := _goods_grams(receipt, seen.order))]
    for receipt, grams in compared:
        least = grams * (100 - rule.lighter_percent) // 100
        most = grams + grams * rule.lighter_percent // 100 + rule.packaging_grams
        figures: dict[str, object] = {"parcel_grams": receipt.weight_grams, "goods_grams": grams}
        words = f"The parcel weighs {receipt.weight_grams} g, its goods {grams} g; expected {least} to {most} g."
        if not least <= receipt.weight_grams <= most:
            return True, words, figures
    return False, f"{len(compared)} parcels weighed, none too light or too heavy for its goods.", {}


def _goods_grams(receipt: Receipt, order: Order) -> int:
    """What the units that the dock counted weigh together; 0 when that is not known, or the parcel was not weighed."""
    weights = [line.weight_grams * unit.quantity if (line := order.line(unit.line_id)) else 0 for unit in receipt.units]
    is_known = receipt.weight_grams and weights and all(weights) and not receipt.unexpected
    return sum(weights) if is_known else 0


def _worn(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Found:
    rule, now = rules.worn_goods, worn_units(seen.goods, excused=seen.excused)
    count = history.worn_units + now
    words = f"{count} used units sent back as unwanted in {rule.within}, {now} of them now; noticed from {rule.units}."
    return bool(now) and count >= rule.units, words, {"units": count, "now": now}


def _elsewhere(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Found:
    astray = [one.number for one in seen.goods.deliveries if one.sent_elsewhere_at is not None]
    if not astray:
        return False, "No carrier told of another destination than the label's.", {}
    words = f"The carrier says that parcel {', '.join(map(str, astray))} went to another address than its label's."
    return True, words, {"deliveries": astray}


def _other_method(seen: GoodsSeen, history: RiskHistory, rules: AbuseRules) -> Found:
    rule, minor = rules.other_refund_method, seen.credit_chosen_minor
    paid = sorted({str(payment.method) for payment in seen.order.payments if payment.method not in _CREDIT})
    least = rule.at_least.within(seen.order.currency)
    enough = minor > 0 and (least is None or minor >= least.minor)
    words = f"{minor} minor units of {seen.order.currency} are to become store credit, paid by {', '.join(paid) or 'credit'}."
    return enough and bool(paid), words, {"credit_minor": minor}


_LOOKS: dict[Signal, Callable[[GoodsSeen, RiskHistory, AbuseRules], Found]] = {
    Signal.SERIAL_SWITCH: _serial_switch,
    Signal.WEIGHT_MISMATCH: _weight,
    Signal.WORN_GOODS: _worn,
    Signal.TRACKING_ELSEWHERE: _elsewhere,
    Signal.OTHER_METHOD: _other_method,
}
