"""What holds for every order and every sequence of refunds, however it is cut."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.money import Rounding
from domain.orders import Order
from domain.policies import (
    AmountByCurrency,
    DutyRefund,
    Fault,
    Fees,
    GiftRule,
    PayoutOrder,
    PayoutRules,
    Policy,
    PromotionRule,
    ShippingRefund,
    always,
)
from domain.reimbursements import (
    AmountKind,
    AmountRefused,
    AmountRequest,
    PaidBefore,
    PaidOn,
    ReimbursedUnits,
    ReimbursementPlan,
    group_by_rate,
    list_positions,
    list_remaining,
    plan_amount,
    plan_payouts,
    plan_reimbursement,
)
from tests.builders import a_policy
from tests.domain.baskets import baskets, charged, check_sums, worth

# Enough to meet every branch many times (seen with --hypothesis-show-statistics), and still a second or two each.
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NO_DEDUCTIONS = a_policy(
    original_shipping=ShippingRefund.WHOLE_ORDER, promotions=PromotionRule.SHARE, gifts=GiftRule.LEAVE
)


def flat(minor: int) -> AmountByCurrency:
    """The same fee in every currency of these tests."""
    return AmountByCurrency(minor={"GBP": minor, "JPY": minor, "KWD": minor})


policies = st.builds(
    lambda shipping, rounding, duties, promotions, gifts, fees: a_policy(
        original_shipping=shipping,
        rounding=rounding,
        duties=duties,
        promotions=promotions,
        gifts=gifts,
        fees=always(fees),
    ),
    st.sampled_from(ShippingRefund),
    st.sampled_from(Rounding),
    st.sampled_from(DutyRefund),
    st.sampled_from(PromotionRule),
    st.sampled_from(GiftRule),
    st.builds(
        Fees,
        restocking_percent=st.sampled_from([0, 10, 100]),
        restocking_flat=st.sampled_from([flat(0), flat(150)]),
        return_shipping=st.sampled_from([flat(0), flat(700), flat(10**6)]),
    ),
)


def take_apart(draw: st.DrawFn, order: Order) -> list[list[tuple[str, int]]]:
    """All units of an order in some sequence of returns."""
    units = draw(st.permutations([line.line_id for line in order.lines for _ in range(line.quantity)]))
    returns: list[list[tuple[str, int]]] = []
    while units:
        size = draw(st.integers(1, len(units)))
        taken, units = units[:size], units[size:]
        returns.append([(line_id, taken.count(line_id)) for line_id in dict.fromkeys(taken)])
    return returns


def pay(
    order: Order,
    units: list[tuple[str, int]],
    plans: list[ReimbursementPlan],
    policy: Policy,
    fault: Fault = Fault.NONE,
) -> ReimbursementPlan:
    """One more plan, checked and added to those before."""
    asked = [ReimbursedUnits(line_id=line_id, quantity=quantity, fault=fault) for line_id, quantity in units]
    plan = plan_reimbursement(order, charged(policy, *asked), before=PaidBefore.of(plans), policy=policy)
    check_sums(plan)
    plans.append(plan)
    return plan


@QUICK
@given(
    data=st.data(),
    order=baskets(),
    rounding=st.sampled_from(Rounding),
    promotions=st.sampled_from(PromotionRule),
    gifts=st.sampled_from(GiftRule),
)
def test_any_split_of_any_order_sums_to_what_was_paid(
    data: st.DataObject, order: Order, rounding: Rounding, promotions: PromotionRule, gifts: GiftRule
) -> None:
    """However a customer sends an order back, in the end they have back exactly what they paid, and all its taxes."""
    plans: list[ReimbursementPlan] = []
    policy = NO_DEDUCTIONS.model_copy(update={"rounding": rounding, "promotions": promotions, "gifts": gifts})
    for units in data.draw(st.composite(take_apart)(order)):
        assert pay(order, units, plans, policy).total_minor >= 0
    assert sum(plan.total_minor for plan in plans) == worth(order)
    assert AmountKind.CAP not in {line.kind for plan in plans for line in plan.lines}
    check_all_taxes_are_back(order, plans)


@QUICK
@given(data=st.data(), order=baskets(), rounding=st.sampled_from(Rounding))
def test_splitting_a_return_gains_nothing(data: st.DataObject, order: Order, rounding: Rounding) -> None:
    """Two mugs sent back together bring what they bring one after the other, to the penny, also after goodwill."""
    policy = NO_DEDUCTIONS.model_copy(update={"rounding": rounding})
    whole, parts = list[ReimbursementPlan](), list[ReimbursementPlan]()
    for units in data.draw(st.composite(take_apart)(order)):
        pay(order, units, whole, policy)
        for line_id, quantity in units:
            for _ in range(quantity):
                pay(order, [(line_id, 1)], parts, policy)
        assert sum(plan.total_minor for plan in whole) == sum(plan.total_minor for plan in parts)
        parts += ask_for_some_amount(data, order, whole)


@QUICK
@given(order=baskets())
def test_alike_units_differ_by_one_minor_unit_at_most(order: Order) -> None:
    """Nobody gets noticeably more for the first mug than for the third."""
    for position in list_positions(order):
        line = order.line(position.name)
        if line is None or position.kind != "line":
            continue
        plans: list[ReimbursementPlan] = []
        for _ in range(line.quantity):
            pay(order, [(line.line_id, 1)], plans, NO_DEDUCTIONS.model_copy(update={"duties": DutyRefund.NEVER}))
        amounts = [
            credit.credited_minor for plan in plans for credit in plan.credits if credit.position == position.key
        ]
        assert max(amounts) - min(amounts) <= 1


@QUICK
@given(data=st.data(), order=baskets(), policy=policies)
def test_no_sequence_of_refunds_pays_more_than_was_paid(data: st.DataObject, order: Order, policy: Policy) -> None:
    """Fees, goodwill, promotions, faults, in any order: never below nothing, never above what was paid."""
    plans: list[ReimbursementPlan] = []
    for units in data.draw(st.composite(take_apart)(order)):
        if data.draw(st.booleans()):
            ask_for_some_amount(data, order, plans)
        assert pay(order, units, plans, policy, data.draw(st.sampled_from(Fault))).total_minor >= 0
        assert sum(plan.total_minor for plan in plans) <= worth(order)
    remaining = list_remaining(order, before=PaidBefore.of(plans))
    assert all(left.units == 0 for left in remaining if left.position.startswith("line:"))
    assert sum(left.left_minor + left.kept_minor for left in remaining) == worth(order) - sum(
        plan.total_minor for plan in plans
    )


@QUICK
@given(data=st.data(), order=baskets(), policy=policies)
def test_paying_back_all_that_is_left_always_completes_the_order(
    data: st.DataObject, order: Order, policy: Policy
) -> None:
    """Whatever was kept or refunded before, 'refund everything' ends at what was paid, with every tax in full."""
    plans: list[ReimbursementPlan] = []
    for units in data.draw(st.composite(take_apart)(order))[:2]:
        pay(order, units, plans, policy, data.draw(st.sampled_from(Fault)))
        ask_for_some_amount(data, order, plans)
    last = plan_amount(order, AmountRequest(), before=PaidBefore.of(plans))
    if isinstance(last, ReimbursementPlan):
        check_sums(last)
        plans.append(last)
    assert sum(plan.total_minor for plan in plans) == worth(order)
    check_all_taxes_are_back(order, plans)


@QUICK
@given(data=st.data(), order=baskets(), policy=policies)
def test_the_cap_holds_whatever_is_on_record(data: st.DataObject, order: Order, policy: Policy) -> None:
    """Even after the shop changed an order that was refunded, nobody gets more than the payments still hold."""
    captured = sum(payment.captured_minor for payment in order.payments)
    some = st.integers(0, captured + 100)
    before = PaidBefore(
        total_minor=data.draw(some),
        frozen_minor=data.draw(some),
        positions={
            position.key: PaidOn(
                worth_minor=data.draw(some), kept_minor=data.draw(some), shared_from_minor=data.draw(some)
            )
            for position in list_positions(order)
        },
    )
    units = [
        ReimbursedUnits(line_id=line.line_id, quantity=data.draw(st.integers(0, line.quantity))) for line in order.lines
    ]
    plan = plan_reimbursement(order, units, before=before, policy=policy)
    check_sums(plan)
    assert 0 <= plan.total_minor <= max(0, captured - before.total_minor - before.frozen_minor)


@QUICK
@given(data=st.data(), order=baskets())
def test_taxes_never_leave_their_bounds_over_many_small_refunds(data: st.DataObject, order: Order) -> None:
    """Twenty goodwill refunds of a few pence: tax and net stay within what was charged at each step."""
    plans: list[ReimbursementPlan] = []
    for _ in range(20):
        ask_for_some_amount(data, order, plans, at_most=40)
        for position in list_positions(order):
            credits = [credit for plan in plans for credit in plan.credits if credit.position == position.key]
            assert all(credit.net_minor >= 0 for credit in credits)
            for index, levied in enumerate(position.taxes):
                paid_back = [credit.taxes[index].amount_minor for credit in credits]
                assert all(amount >= 0 for amount in paid_back)
                assert sum(paid_back) <= levied.amount_minor


@QUICK
@given(data=st.data(), order=baskets(), method=st.sampled_from(PayoutOrder))
def test_payouts_place_a_refund_exactly(data: st.DataObject, order: Order, method: PayoutOrder) -> None:
    """A refund over several payments arrives whole, and no payment gives more than it holds."""
    holds = {payment.payment_id: payment.captured_minor for payment in order.payments}
    for _ in range(4):
        total = data.draw(st.integers(0, sum(holds.values())))
        for payout in plan_payouts(order, total, refundable_minor=holds, rules=PayoutRules(order=method)):
            assert 0 < payout.amount_minor <= holds[payout.payment_id]
            holds[payout.payment_id] -= payout.amount_minor
            total -= payout.amount_minor
        assert total == 0


def ask_for_some_amount(
    data: st.DataObject, order: Order, plans: list[ReimbursementPlan], at_most: int = 5000
) -> list[ReimbursementPlan]:
    """A goodwill refund on a line, a charge or the order, if that much is left, is added to the plans."""
    targets = [AmountRequest(), *(AmountRequest(line_id=line.line_id) for line in order.lines)]
    targets += [AmountRequest(shipping_id=charge.shipping_id) for charge in order.shipping]
    request = data.draw(st.sampled_from(targets)).model_copy(
        update={"amount_minor": data.draw(st.integers(1, at_most))}
    )
    answer = plan_amount(order, request, before=PaidBefore.of(plans))
    if isinstance(answer, AmountRefused):
        assert answer.code in {"refund_exceeds_balance", "nothing_left", "nothing_paid"}
        return []
    assert answer.total_minor == request.amount_minor
    check_sums(answer)
    plans.append(answer)
    return [answer]


def check_all_taxes_are_back(order: Order, plans: list[ReimbursementPlan]) -> None:
    """Net and taxes of all refunds together are those of the order, position by position and by rate."""
    for position in list_positions(order):
        credits = [credit for plan in plans for credit in plan.credits if credit.position == position.key]
        if not credits:
            assert position.gross_minor == 0
            continue
        for index, levied in enumerate(position.taxes):
            assert sum(credit.taxes[index].amount_minor for credit in credits) == levied.amount_minor
    groups = group_by_rate(credit for plan in plans for credit in plan.credits)
    assert sum(group.gross_minor for group in groups) == worth(order)
