"""Goods that arrive when their return has ended: what a return may go on with, without anybody being asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from domain.goods_back.counts import as_units, count_units, outstanding_units
from domain.goods_back.matching import find_line, seen_units
from domain.goods_back.parts import UnitCount
from domain.goods_back.receiving import ReceivedBody
from domain.orders import Order
from domain.policies import LateArrival, Policy
from domain.returns.case import Decision, ReturnCase, Verdict


def find_late_units(
    case: ReturnCase, order: Order, body: ReceivedBody, *, taken: Mapping[str, int], policy: Policy
) -> tuple[UnitCount, ...]:
    """What arrived, where all of it may still belong to the ended return; nothing where a person must look.

    That is so for goods that the rules or a person refused, that no line of the return is about, or that a case holds or
    has used up: `taken` are those by line. A parcel of which nothing is told holds what never came.
    """
    if policy.late_arrivals is not LateArrival.OPEN_RETURN or not _was_granted(case) or body.empty:
        return ()
    asked = {line.line_id for line in case.lines}
    free = Counter({line.line_id: line.quantity - taken.get(line.line_id, 0) for line in order.lines})
    never_came = outstanding_units(case.goods, case.expected)
    if body.says_nothing and not body.scans:
        return as_units(never_came & free)
    arrived: Counter[str] = Counter()
    for item in seen_units(body, body.scans):
        line_id = find_line(item, order, wanted=+(never_came or free))
        if line_id not in asked:
            return ()
        arrived[line_id] += item.quantity
    return as_units(arrived) if not arrived - free else ()


def _was_granted(case: ReturnCase) -> bool:
    """Whether the goods were to come back; also when nobody sent them in time, or the customer had called it off."""
    refused = case.review is not None and case.review.decision is Decision.REFUSE
    return case.eligibility is not None and case.eligibility.verdict is not Verdict.REFUSED and not refused


def late_key(event_id: str) -> str:
    """One session makes one return. No caller can choose this key, since it contains blanks."""
    return f"late arrival {event_id}"


def count_late(units: tuple[UnitCount, ...]) -> int:
    """How many units these are together."""
    return sum(count_units(units).values())
