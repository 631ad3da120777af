"""How each expected unit fared, derived from the facts: every unit is in exactly one reception."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from domain.goods_back.counts import (
    Counted,
    count_units,
    counted_findings,
    missing_units,
    received_units,
)
from domain.goods_back.deliveries import receipts_of
from domain.goods_back.facts import GoodsBack
from domain.goods_back.inspections import Condition
from domain.policies import Disposition


class Reception(StrEnum):
    """Where a unit is, as far as the way back goes; `unexpected` are units that nobody promised."""

    EXPECTED = "expected"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    WRONG_ITEM = "wrong_item"
    MISSING = "missing"
    LOST_BY_CARRIER = "lost_by_carrier"
    KEPT = "kept"
    UNEXPECTED = "unexpected"


def derive_receptions(goods: GoodsBack, expected: Iterable[Counted]) -> dict[str, Counter[Reception]]:
    """By line id, how many units are in which reception; over all but `unexpected` they add up to what was promised."""
    found, missing = received_units(goods), missing_units(goods)
    absent = [unit for unit in counted_findings(goods) if not unit.is_there]
    lost, gone = count_units(u for u in absent if u.accepted), count_units(u for u in absent if not u.accepted)
    wrong, kept, beside = _wrong_units(goods), _kept_units(goods), _unexpected_units(goods)
    told: dict[str, Counter[Reception]] = {}
    promised = count_units(expected)
    for line, quantity in promised.items():
        spoken = lost[line] + gone[line]
        here = found[line] - max(0, spoken - missing[line])
        astray = min(wrong[line], here)
        open_units = quantity - found[line] - missing[line]
        stays = min(kept[line], open_units)
        counts: Counter[Reception] = Counter(
            {
                Reception.RECEIVED: here - astray,
                Reception.WRONG_ITEM: astray,
                Reception.LOST_BY_CARRIER: lost[line],
                Reception.MISSING: gone[line] + max(0, missing[line] - spoken),
                Reception.KEPT: stays,
                Reception.UNEXPECTED: beside[line],
            }
        )
        counts[_where_the_rest_is(goods, line)] += open_units - stays
        told[line] = +counts
    return told


def _where_the_rest_is(goods: GoodsBack, line_id: str) -> Reception:
    if goods.receiving_ended_at is not None or goods.given_up_at is not None:
        return Reception.MISSING
    of_line = [one for one in goods.deliveries if not one.units or line_id in {unit.line_id for unit in one.units}]
    moving = sum(delivery.scanned_at is not None for delivery in of_line)
    arrived = {receipt.event_id for delivery in of_line for receipt in receipts_of(goods, delivery)}
    return Reception.IN_TRANSIT if moving > len(arrived) else Reception.EXPECTED


def _wrong_units(goods: GoodsBack) -> Counter[str]:
    """What the inspector said is something else; as long as nobody looked, what the dock said."""
    findings = counted_findings(goods)
    looked_at = count_units(unit for unit in findings if unit.is_there)
    by_dock = count_units(unit for receipt in goods.receipts for unit in receipt.units if unit.wrong_item)
    by_inspector = count_units(unit for unit in findings if unit.condition is Condition.WRONG_ITEM)
    return by_inspector | Counter({line: count for line, count in by_dock.items() if not looked_at[line]})


def _kept_units(goods: GoodsBack) -> Counter[str]:
    disposed = count_units(unit for unit in goods.dispositions if unit.disposition is Disposition.KEEP)
    return disposed | count_units(goods.kept)


def _unexpected_units(goods: GoodsBack) -> Counter[str]:
    counts: Counter[str] = Counter()
    for receipt in goods.receipts:
        for unit in receipt.unexpected:
            counts[unit.line_id or ""] += unit.quantity
    return counts
