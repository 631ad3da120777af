"""Bundles that only come back whole, where the policy says so: which lines are missing from a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import gcd

from domain.goods_back.counts import say_units
from domain.orders import Bundle, Order
from domain.policies import BundleRule, Policy
from domain.returns.case import Finding, ReturnLine, Verdict
from domain.returns.judging import Judgement


def judge_bundles(
    order: Order,
    lines: Sequence[ReturnLine],
    judgements: Sequence[Judgement],
    *,
    policy: Policy,
    taken: Mapping[str, int],
) -> list[Judgement]:
    """The judgements, with a refusal of each line whose bundle comes back in part; the law may allow that all the same."""
    if policy.bundles is BundleRule.PARTS:
        return list(judgements)
    asked = {line.line_id: line.quantity for line in lines}
    missing = {
        name: (bundle, find_missing(order, bundle, asked)) for bundle in order.bundles for name in bundle.line_ids
    }
    judged = []
    for line, judgement in zip(lines, judgements, strict=True):
        bundle, lacks = missing.get(line.line_id, (None, {}))
        if bundle is None or not lacks or judgement.terms.statute is not None:
            judged.append(judgement)
            continue
        finding = _incomplete(order, line, bundle, lacks, taken=taken)
        others = judgement.findings if judgement.verdict is Verdict.REFUSED else ()
        judged.append(replace(judgement, verdict=Verdict.REFUSED, findings=(*others, finding)))
    return judged


def find_missing(order: Order, bundle: Bundle, asked: Mapping[str, int]) -> dict[str, int]:
    """Units by line id that make whole bundles of what is asked for; a line of three and one of six are three bundles."""
    sold = {line.line_id: line.quantity for line in order.lines if line.line_id in bundle.line_ids}
    bundles = gcd(*sold.values())
    each = {name: quantity // bundles for name, quantity in sold.items()}
    whole = max(-(-asked.get(name, 0) // units) for name, units in each.items())
    lacks = {name: whole * units - asked.get(name, 0) for name, units in each.items()}
    return {name: units for name, units in lacks.items() if units > 0}


def _incomplete(
    order: Order, line: ReturnLine, bundle: Bundle, lacks: Mapping[str, int], *, taken: Mapping[str, int]
) -> Finding:
    named = " and ".join(f"line {name} ({say_units(units)})" for name, units in lacks.items())
    title = bundle.title or bundle.bundle_id
    free = {each.line_id: each.quantity - taken.get(each.line_id, 0) for each in order.lines}
    is_gone = any(free[name] < units for name, units in lacks.items())
    return Finding(
        rule="bundle_incomplete",
        policy_rule="bundles",
        line_id=line.line_id,
        detail=f"Line {line.line_id} belongs to the bundle {title}, which comes back whole; missing: {named}.",
        way_out="The rest of it is gone: contact the shop." if is_gone else f"Ask for the whole bundle: add {named}.",
    )
