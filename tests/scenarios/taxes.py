"""Rounding, and taxes on credit notes."""

from __future__ import annotations

from domain.money import Rounding
from domain.orders import Bundle
from domain.policies import (
    Policy,
    StoreCreditRules,
)
from domain.reimbursements import (
    AmountKind,
    AmountRequest,
    PaidBefore,
    ReimbursementPlan,
    group_by_rate,
    plan_amount,
    plan_store_credit,
)
from tests.domain.baskets import amount_of, basket, by_amount, delivery, goods, off, refund, tax, worth
from tests.scenarios.catalogue import Figures, otherwise, passes, pounds

SYLIUS = "Sylius/RefundPlugin"
# 10% on a, 20% on b, 15% on shipping: 46.50, once charged on top and once inside.
ON_TOP = basket(
    goods("a", 1, 1000, tax("0.10", 100)),
    goods("b", 1, 2000, tax("0.20", 400)),
    shipping=(delivery(1000, tax("0.15", 150)),),
)
INSIDE = basket(
    goods("a", 1, 1100, tax("0.10", 100)),
    goods("b", 1, 2400, tax("0.20", 400)),
    shipping=(delivery(1150, tax("0.15", 150)),),
    tax_included=True,
)


@passes("SC019", SYLIUS, net="40.00", tax="6.50", gross="46.50")
def a_full_credit_note_with_taxes_on_top(policy: Policy) -> Figures:
    """Three rates on top: 40.00 net, 6.50 tax, 46.50 gross."""
    return _credit_note(refund(ON_TOP, ("a", 1), ("b", 1), policy=policy))


@passes("SC021", SYLIUS, net="40.00", tax="6.50", gross="46.50")
def a_full_credit_note_with_taxes_inside(policy: Policy) -> Figures:
    """The same order with the taxes inside its prices has the same credit note."""
    return _credit_note(refund(INSIDE, ("a", 1), ("b", 1), policy=policy))


@passes("SC020", SYLIUS, unit_net="5.00", unit_tax="0.50", ship_net="5.00", ship_tax="0.75")
def a_partial_amount_is_net_and_tax(policy: Policy) -> Figures:
    """5.50 of a unit at 10% and 5.75 of the shipping at 15% are split into net and tax."""
    unit = by_amount(ON_TOP, 550, line_id="a")
    (unit_part,), (ship_part,) = unit.credits, by_amount(ON_TOP, 575, shipping_id="shipping", before=[unit]).credits
    return {
        "unit_net": pounds(unit_part.net_minor),
        "unit_tax": pounds(unit_part.taxes[0].amount_minor),
        "ship_net": pounds(ship_part.net_minor),
        "ship_tax": pounds(ship_part.taxes[0].amount_minor),
    }


@passes(
    "SC022",
    SYLIUS,
    three_units_gross="29.70",
    one_unit_net="9.01",
    one_unit_gross="9.91",
    shipping_gross="5.75",
    total="45.36",
    tax10="3.60",
    tax15="0.75",
)
def the_odd_penny_of_a_discount(policy: Policy) -> Figures:
    """Four at 10.00 with 10% on top and 3.99 off: three alike, one with the odd penny; half-price shipping beside."""
    order = basket(
        goods("a", 4, 1000, tax("0.10", 360)),
        discounts=(off(399),),
        # The source's shipping has its 15% inside the price; on an order with taxes on top that is 5.00 and 0.75.
        shipping=(delivery(1000, tax("0.15", 75), discount_minor=500),),
    )
    plans: list[ReimbursementPlan] = []
    for _ in range(4):
        plans.append(refund(order, ("a", 1), before=plans, policy=policy))
    units = [credit for plan in plans for credit in plan.credits if credit.position == "line:a"]
    shipping = [credit for plan in plans for credit in plan.credits if credit.position != "line:a"]
    odd = max(units, key=lambda credit: credit.credited_minor)
    return {
        "three_units_gross": pounds(sum(unit.credited_minor for unit in units) - odd.credited_minor),
        "one_unit_net": pounds(odd.net_minor),
        "one_unit_gross": pounds(odd.credited_minor),
        "shipping_gross": pounds(shipping[0].credited_minor),
        "total": pounds(sum(plan.total_minor for plan in plans)),
        "tax10": pounds(sum(unit.taxes[0].amount_minor for unit in units)),
        "tax15": pounds(shipping[0].taxes[0].amount_minor),
    }


@otherwise(
    "SC030",
    "solidusio/solidus",
    {"amount": "96.66666666666666667"},
    ours={"first": "96.67", "second": "96.66", "third": "96.67", "sum": "290.00"},
    reason="We never hold an unrounded amount: units are rounded as a running total, and three bring 290.00 exactly.",
)
def an_adjustment_shared_by_units(policy: Policy) -> Figures:
    """Three at 100.00 with 10.00 off the order: the worth of one unit."""
    order = basket(goods("a", 3, 10000), discounts=(off(1000),))
    plans: list[ReimbursementPlan] = []
    for _ in range(3):
        plans.append(refund(order, ("a", 1), before=plans, policy=policy))
    amounts = [plan.total_minor for plan in plans]
    first, second, third = map(pounds, amounts)
    return {"first": first, "second": second, "third": third, "sum": pounds(sum(amounts))}


@otherwise(
    "SC033",
    "solidusio/solidus",
    {"total": "20.00"},
    ours={"total": "20.01"},
    reason="Rounded to the nearest minor unit once for all units so far: 20.006 is 20.01, and the line still sums.",
    setting={"rounding": Rounding.DOWN},
)
def fractions_of_pence_cut_off(policy: Policy) -> Figures:
    """Two units worth 10.003 each (of a thousand that cost 10003.00 together)."""
    order = basket(goods("a", 1000, 1001, discount_minor=700))
    assert worth(order) == 1000300
    return {"total": pounds(refund(order, ("a", 2), policy=policy).total_minor)}


@otherwise(
    "SC037",
    "solidusio/solidus",
    {"credit": "20.00"},
    ours={"credit": "20.01"},
    reason="Each line is rounded to the nearest minor unit, not the sum cut off: 10.01 and 10.00.",
    setting={"rounding": Rounding.DOWN},
)
def a_store_credit_of_fractions(policy: Policy) -> Figures:
    """A unit worth 10.0076 and one worth 10.0023 become one store credit."""
    order = basket(goods("a", 10000, 1001, discount_minor=2400), goods("b", 10000, 1001, discount_minor=7700))
    plan = refund(order, ("a", 1), ("b", 1), policy=policy)
    return {"credit": pounds(plan_store_credit(plan, StoreCreditRules()).credit_minor)}


@passes("SC150", "magento/magento2")
def an_item_without_the_tax_of_shipping(policy: Policy) -> Figures:
    """Item and shipping at 19%: crediting the item credits 19% of the item and no shipping tax."""
    order = basket(goods("a", 1, 1000, tax("0.19", 190)), goods("b", 1, 1), shipping=(delivery(500, tax("0.19", 95)),))
    plan = refund(order, ("a", 1), policy=policy)
    (group,) = group_by_rate(plan.credits)
    assert group.taxes_minor == (190,)
    assert amount_of(plan, AmountKind.SHIPPING_TAX) == 0
    return {}


@passes("SC151", "magento/magento2", tax_share="0.77", wrong="10.00")
def goodwill_has_its_own_share_of_tax(policy: Policy) -> Figures:
    """5.00 of an order of 65.00 with 10.00 tax in it: 0.77 of that is tax."""
    order = basket(goods("a", 1, 6500, tax("0.1818", 1000)), tax_included=True)
    (group,) = group_by_rate(by_amount(order, 500).credits)
    return {"tax_share": pounds(group.taxes_minor[0])}


@passes("SC152", "magento/magento2", each="19.00")
def equal_credit_notes(policy: Policy) -> Figures:
    """Three alike that cost 57.00 with tax, credited one by one: 19.00 each."""
    order = basket(goods("a", 3, 1597, tax("0.19", 909)))
    plans: list[ReimbursementPlan] = []
    for _ in range(3):
        plans.append(refund(order, ("a", 1), before=plans, policy=policy))
    (each,) = {plan.total_minor for plan in plans}
    return {"each": pounds(each)}


@passes("SC162", "polarsource/polar", gross_refunds=[32, 9, 8, 3, 6, 3], max_net=52, max_tax=10, left=1)
def many_small_refunds(policy: Policy) -> Figures:
    """62 with 10 tax in it, refunded in six parts: net and tax stay within 52 and 10 at each step, and 1 is left."""
    order = basket(goods("a", 1, 52, tax("0.19", 10)))
    plans: list[ReimbursementPlan] = []
    for amount in (32, 9, 8, 3, 6, 3):
        plans.append(by_amount(order, amount, before=plans))
        assert sum(plan.credits[0].net_minor for plan in plans) <= 52
        assert sum(plan.credits[0].taxes[0].amount_minor for plan in plans) <= 10
    left = plan_amount(order, AmountRequest(), before=PaidBefore.of(plans))
    assert isinstance(left, ReimbursementPlan)
    return {"gross_refunds": [plan.total_minor for plan in plans], "left": left.total_minor}


@passes("SC163", "solidusio-contrib/solidus_product_assembly", sum="169.59", wrong="169.58")
def the_parts_of_a_kit(policy: Policy) -> Figures:
    """A kit of 159.99 with 6% on top in two parts: whichever comes first, both bring 169.59."""
    kit = Bundle(bundle_id="kit", line_ids=("a", "b"), price_minor=15999, taxes=(tax("0.06", 960),))
    order = basket(goods("a", 1, 9000), goods("b", 1, 7590), bundles=(kit,))
    sums = set()
    for first, second in ("ab", "ba"):
        one = refund(order, (first, 1), policy=policy)
        sums.add(one.total_minor + refund(order, (second, 1), before=[one], policy=policy).total_minor)
    (both,) = sums
    return {"sum": pounds(both)}


def _credit_note(plan: ReimbursementPlan) -> Figures:
    groups = group_by_rate(plan.credits)
    net, gross = sum(group.net_minor for group in groups), sum(group.gross_minor for group in groups)
    return {"net": pounds(net), "tax": pounds(gross - net), "gross": pounds(gross)}
