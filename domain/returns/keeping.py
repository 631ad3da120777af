"""Which goods of a return the customer keeps: what the rules let them, as far as their budget goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.changes import entry
from domain.goods_back.counts import say_units
from domain.goods_back.deliveries import plan_deliveries
from domain.goods_back.parts import UnitCount
from domain.money import Money
from domain.orders import Order
from domain.policies import BeyondBudget, KeptBefore, LineTerms, Policy
from domain.returns.case import Decision, Finding, ReturnCase, ReturnLine, Verdict
from domain.returns.changes import Change
from domain.returns.exceptions import goods_worth
from domain.returns.service import terms_of

NOTHING_KEPT = KeptBefore()


def is_keeping_undecided(case: ReturnCase) -> bool:
    """Whether the return is authorized, its rules let goods be kept, and nobody asked the budget yet."""
    if case.exchange is not None or case.goods.kept_at is not None or case.closed_at or case.cancelled_at:
        return False
    verdict = case.eligibility.verdict if case.eligibility else None
    reviewed = case.review is not None and case.review.decision is not Decision.REFUSE
    return (verdict is Verdict.AUTHORIZED or reviewed) and bool(_lines_to_keep(case)) and not case.goods.arrivals


def keeping_value(case: ReturnCase, order: Order) -> Money:
    """The price of what would be kept, after each line's own discount."""
    return goods_worth(order, _lines_to_keep(case))


def decide_keeping(case: ReturnCase, order: Order, before: KeptBefore, *, policy: Policy, at: datetime) -> Change:
    """The goods are kept and need not be sent; beyond the customer's budget they come back, or a person decides on the money.

    Source: policy table keep_items and field keep_budget. All of the return's lines together, or none.
    """
    value, lines = keeping_value(case, order), _lines_to_keep(case)
    reason = find_keeping_fault(value, before, policy=policy)
    if reason and not asks_beyond_budget(policy):
        summary = f"The rules would let the customer keep it, but {reason} So the goods come back."
        line = entry(at, "goods.not_kept", summary, value_minor=value.minor, rule="keep_budget")
        return Change(case=case.with_goods(kept_at=at), entries=(line,))
    kept = tuple(UnitCount(line_id=line.line_id, quantity=line.quantity) for line in lines)
    count = say_units(sum(unit.quantity for unit in kept))
    summary = f"The customer keeps {count}, worth {value}; that need not be sent."
    if reason:
        summary += f" A person decides on the money: {reason}"
    line = entry(at, "goods.kept", summary, value_minor=value.minor, units={u.line_id: u.quantity for u in kept})
    keeping = case.with_goods(kept=kept, kept_at=at, kept_beyond=reason)
    if keeping.expected:
        # No parcel is planned for what need not be sent.
        keeping = keeping.with_goods(deliveries=plan_deliveries(keeping.expected, terms_of(keeping)))
    return Change(case=keeping, entries=(line,))


def asks_beyond_budget(policy: Policy) -> bool:
    """Whether goods beyond the budget are kept all the same and a person decides on the money."""
    return policy.keep_budget is not None and policy.keep_budget.beyond is BeyondBudget.REVIEW


def second_look_at_kept(case: ReturnCase) -> tuple[Finding, ...]:
    """Why a person decides on the refund of goods that stay; nothing when the budget allows them."""
    if not case.goods.kept_beyond:
        return ()
    detail = f"The customer keeps the goods beyond their budget: {case.goods.kept_beyond}"
    way_out = "Wait for the decision; if it is no, the goods may be sent back with a new return."
    return (Finding(rule="keep_budget", policy_rule="keep_budget", detail=detail, way_out=way_out),)


def find_keeping_fault(value: Money, before: KeptBefore, *, policy: Policy) -> str:
    """Why the budget does not allow it, in words; nothing when it does."""
    budget = policy.keep_budget
    if budget is None:
        return ""
    if budget.times is not None and before.cases >= budget.times:
        return f"they kept goods {before.cases} times within {budget.within}, of {budget.times} allowed."
    limit = budget.up_to.within(value.currency)
    earlier = Money(minor=before.value_minor, currency=value.currency)
    if limit is not None and earlier + value > limit:
        return f"with {earlier} kept within {budget.within}, {value} is above the {limit} allowed."
    return ""


def quote_keeping(
    order: Order, lines: Sequence[ReturnLine], terms: Mapping[str, LineTerms], before: KeptBefore, *, policy: Policy
) -> tuple[str, ...]:
    """The lines that would be kept if this were asked for now; those that may not come back at all have no terms."""
    wanted = [line for line in lines if line.line_id in terms and terms[line.line_id].keep]
    over = find_keeping_fault(goods_worth(order, wanted), before, policy=policy)
    if not wanted or (over and not asks_beyond_budget(policy)):
        return ()
    return tuple(line.line_id for line in wanted)


def is_kept_beyond_budget(order: Order, kept: Sequence[ReturnLine], before: KeptBefore, *, policy: Policy) -> bool:
    """Whether these lines pass the customer's budget, so that a person would decide on the money."""
    return bool(kept) and bool(find_keeping_fault(goods_worth(order, kept), before, policy=policy))


def say_keeping(next_step: str, keeps: Sequence[str], of: int, *, beyond: bool = False) -> str:
    """The next step of a quote when some lines need not be sent; the same when all must."""
    if not keeps:
        return next_step
    if len(keeps) == of:
        money = "a person decides on the refund" if beyond else "the refund follows at once"
        return f"Open the return: nothing has to be sent, and {money}."
    return f"{next_step} Line {', '.join(keeps)} need not be sent."


def _lines_to_keep(case: ReturnCase) -> tuple[ReturnLine, ...]:
    terms = terms_of(case)
    return tuple(line for line in case.lines if line.line_id in terms and terms[line.line_id].keep)
