"""What holds for every order and every exchange, however much of it is accepted and however it is cut."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.collection_plans import with_collected
from domain.exchanges.new_lines import make_lines, with_lines
from domain.exchanges.settling import goods_to_ship
from domain.money import Rounding
from domain.orders import Order
from domain.policies import DutyRefund, ExchangeValue, GiftRule, Policy, PromotionRule, ShippingRefund
from domain.reimbursements import AmountKind, PaidBefore, ReimbursementPlan
from domain.returns.case import ReturnCase, ReturnLine
from tests.builders import ASKED, a_policy, a_return_line
from tests.domain.baskets import amount_of, basket, baskets, goods, refund
from tests.domain.exchanges.trading import offered, paid_for, promised, settled, swapping

# Enough to meet every branch many times, and still a second or two each.
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Bargain:
    """An order, what is exchanged and refunded of it, and how much of that is accepted."""

    order: Order
    case: ReturnCase
    accepted: dict[str, int]
    policy: Policy


policies = st.builds(
    lambda value, rounding: a_policy(
        exchange_value=value,
        rounding=rounding,
        original_shipping=ShippingRefund.NEVER,
        duties=DutyRefund.NEVER,
        promotions=PromotionRule.SHARE,
        gifts=GiftRule.LEAVE,
    ),
    st.sampled_from(ExchangeValue),
    st.sampled_from(Rounding),
)


@st.composite
def bargains(draw: st.DrawFn) -> Bargain:
    """Even, owed by the customer or by the shop, over one line or several, beside lines that are refunded."""
    order, policy = draw(baskets()), draw(policies)
    lines: list[ReturnLine] = []
    offers = []
    for line in order.lines:
        units = draw(st.integers(0, line.quantity))
        if not units:
            continue
        if draw(st.booleans()) and lines:
            lines.append(a_return_line(line.line_id, quantity=units))
            continue
        lines.append(swapping(line.line_id, units))
        quantity = draw(st.sampled_from([1, units, 2 * units]))
        total = quantity * draw(st.integers(0, 2 * line.unit_price_minor + 2))
        offers.append(offered(line.line_id, total, quantity=quantity, currency=order.currency))
    if not lines:
        first = order.lines[0]
        lines, offers = [swapping(first.line_id, 1)], [offered(first.line_id, 700, currency=order.currency)]
    case = promised(order, lines, offers, policy=policy)
    accepted = {line.line_id: draw(st.integers(0, line.quantity)) for line in lines}
    return Bargain(order, case, accepted, policy)


def worth_of(plan: ReimbursementPlan) -> int:
    """What came back is worth, less what is kept of it."""
    return sum(credit.worth_minor - credit.kept_minor for credit in plan.credits)


def price_of(plan: ReimbursementPlan) -> int:
    """What the goods cost that leave."""
    return -amount_of(plan, AmountKind.NEW_GOODS)


def close(bargain: Bargain) -> ReturnCase:
    """The exchange once everything was looked at; the customer had paid what they owed."""
    return settled(bargain.case, bargain.order, bargain.accepted, policy=bargain.policy)


def test_a_line_that_fails_does_not_let_dearer_goods_leave_unpaid() -> None:
    """A mug for a dearer one, paid for by a second mug for nothing: when that one is not accepted, the first is refunded."""
    order = basket(goods("1", 1, 1000), goods("2", 1, 1000))
    pair, offers = (swapping("1", 1), swapping("2", 1)), (offered("1", 2000), offered("2", 0))
    case = settled(promised(order, pair, offers), order, {"1": 1, "2": 0})
    assert case.plan is not None
    assert (case.plan.total_minor, goods_to_ship(case)) == (1000, ())
    both = settled(promised(order, pair, offers), order, {"1": 1, "2": 1})
    assert both.plan is not None
    assert (both.plan.total_minor, len(goods_to_ship(both))) == (0, 1)


@QUICK
@given(bargains())
def test_what_leaves_is_what_came_less_what_the_new_goods_cost(bargain: Bargain) -> None:
    """Collected, and the worth of what was accepted, less the price of what ships: to the penny, never below nothing."""
    case = close(bargain)
    plan = case.plan
    assert plan is not None
    collected = sum(payment.captured_minor for payment in paid_for(case))
    gift = amount_of(plan, AmountKind.EXCHANGE_VALUE)
    assert plan.total_minor == collected + worth_of(plan) + gift - price_of(plan)
    assert plan.total_minor == sum(line.amount_minor for line in plan.lines) >= 0
    assert amount_of(plan, AmountKind.UNCOLLECTED) == 0
    for credit in plan.credits:
        assert 0 <= credit.exchanged_minor <= credit.worth_minor
        assert credit.credited_minor >= 0
        assert credit.net_minor + sum(tax.amount_minor for tax in credit.taxes) == credit.credited_minor
    if not goods_to_ship(case):
        assert price_of(plan) == gift == 0


@QUICK
@given(bargains())
def test_money_is_kept_over_the_order(bargain: Bargain) -> None:
    """Whoever then returns everything, the new goods too, has got back what they paid for the goods, and nothing more."""
    case = close(bargain)
    assert case.plan is not None
    everything = refund(
        bargain.order, *((line.line_id, line.quantity) for line in bargain.order.lines), policy=bargain.policy
    )
    paid = paid_for(case)
    order = with_collected(bargain.order, paid)
    order = with_lines(order, make_lines(case, order, at=ASKED)) if case.exchange and case.exchange.let_go else order
    back = PaidBefore.of([case.plan]).units
    rest = [(line.line_id, line.quantity - back.get(line.line_id, 0)) for line in order.lines]
    left = refund(order, *((name, units) for name, units in rest if units), before=[case.plan], policy=bargain.policy)
    collected = sum(payment.captured_minor for payment in paid)
    assert case.plan.total_minor + left.total_minor == everything.total_minor + collected


@QUICK
@given(baskets(), policies, st.data())
def test_two_exchanges_are_worth_as_much_as_one(order: Order, policy: Policy, data: st.DataObject) -> None:
    """The units of a line exchanged in two cases use up, unit by unit, what they would use up in one."""
    line = order.lines[0]
    first = data.draw(st.integers(0, line.quantity))
    price = data.draw(st.integers(0, 3000))

    def exchange(units: int, before: PaidBefore, rma: str) -> ReimbursementPlan:
        offer = offered(line.line_id, price * units, quantity=units, currency=order.currency)
        case = promised(order, [swapping(line.line_id, units)], [offer], policy=policy, before=before, rma=rma)
        plan = settled(case, order, {line.line_id: units}, policy=policy, before=before).plan
        assert plan is not None
        return plan

    whole = exchange(line.quantity, PaidBefore(), "3456-789F")
    plans: list[ReimbursementPlan] = []
    for units, rma in ((first, "3456-789F"), (line.quantity - first, "4567-89AB")):
        if units:
            plans.append(exchange(units, PaidBefore.of(plans), rma))
    assert sum(worth_of(plan) for plan in plans) == worth_of(whole)
    assert sum(price_of(plan) for plan in plans) == price_of(whole)
    assert all(plan.total_minor >= 0 for plan in plans)
