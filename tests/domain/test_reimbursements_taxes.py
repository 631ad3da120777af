"""Net and tax of what was paid back: the figures of a credit note."""

from __future__ import annotations

from decimal import Decimal

from domain.reimbursements import ReimbursementPlan, group_by_rate
from tests.domain.baskets import basket, by_amount, delivery, fees, goods, off, refund, tax

THREE_RATES = basket(
    goods("a", 1, 1000, tax("0.10", 100)),
    goods("b", 1, 2000, tax("0.20", 400)),
    shipping=(delivery(1000, tax("0.15", 150)),),
)


def test_a_credit_note_lists_each_rate() -> None:
    """Everything back: 40.00 net, 6.50 tax in three rates."""
    groups = group_by_rate(refund(THREE_RATES, ("a", 1), ("b", 1)).credits)
    assert [(group.rates, group.net_minor, group.taxes_minor) for group in groups] == [
        ((Decimal("0.20"),), 2000, (400,)),
        ((Decimal("0.15"),), 1000, (150,)),
        ((Decimal("0.10"),), 1000, (100,)),
    ]


def test_two_taxes_on_the_same_goods_count_their_net_once() -> None:
    """State and county tax: one net of 10.00, two taxes."""
    order = basket(goods("a", 1, 1000, tax("0.0625", 63), tax("0.01", 10)), goods("b", 1, 500))
    groups = group_by_rate(refund(order, ("a", 1), ("b", 1)).credits)
    assert [(len(group.rates), group.net_minor, group.gross_minor) for group in groups] == [
        (2, 1000, 1073),
        (0, 500, 500),
    ]


def test_a_fee_lowers_net_and_tax_alike() -> None:
    """A fifth is kept of an item at 12.00 with 2.00 tax inside: the note shows 8.00 net and 1.60 tax."""
    order = basket(goods("a", 1, 1200, tax("0.20", 200)), tax_included=True)
    (group,) = group_by_rate(refund(order, ("a", 1), policy=fees(percent=20)).credits)
    assert (group.net_minor, group.taxes_minor) == (800, (160,))


def test_a_label_fee_is_shared_over_all_that_comes_back() -> None:
    """9.00 for the label off 30.00 at two rates: each gives in proportion."""
    order = basket(goods("a", 1, 1000, tax("0.25", 200)), goods("b", 1, 2000, tax("0.05", 95)), tax_included=True)
    plan = refund(order, ("a", 1), ("b", 1), policy=fees(label=900))
    groups = group_by_rate(plan.credits)
    assert [group.gross_minor for group in groups] == [700, 1400]
    assert sum(group.gross_minor for group in groups) == plan.total_minor == 2100


def test_many_small_refunds_end_at_the_tax_that_was_charged() -> None:
    """99.99 with 19% inside, refunded in 0.07 steps: net and tax end at 84.03 and 15.96, and never pass them."""
    order = basket(goods("a", 1, 9999, tax("0.19", 1596)), tax_included=True)
    paid = by_amount(order, 7)
    while paid.total_minor + 7 <= 9999:
        paid = _merge(paid, by_amount(order, 7, before=[paid]))
        assert paid.credits[0].net_minor <= 8403
        assert paid.credits[0].taxes[0].amount_minor <= 1596
    paid = _merge(paid, by_amount(order, None, before=[paid]))
    assert (paid.credits[0].net_minor, paid.credits[0].taxes[0].amount_minor) == (8403, 1596)


def test_discounted_units_carry_discounted_tax() -> None:
    """4 at 10.00, 10% on top, 3.99 off: nets 9.00, 9.01, 9.00, 9.00 and 0.90 tax each."""
    order = basket(goods("a", 4, 1000, tax("0.10", 360)), discounts=(off(399),))
    plans: list[ReimbursementPlan] = []
    for _ in range(4):
        plans.append(refund(order, ("a", 1), before=plans))
    figures = [(plan.credits[0].net_minor, plan.credits[0].taxes[0].amount_minor) for plan in plans]
    assert figures == [(900, 90), (901, 90), (900, 90), (900, 90)]


def _merge(first: ReimbursementPlan, second: ReimbursementPlan) -> ReimbursementPlan:
    """One plan that credits on its only position what both credit, so that long sequences stay quick."""
    (one,), (two,) = first.credits, second.credits
    taxes = tuple(
        a.model_copy(update={"amount_minor": a.amount_minor + b.amount_minor})
        for a, b in zip(one.taxes, two.taxes, strict=True)
    )
    sums = {"worth_minor": one.worth_minor + two.worth_minor, "net_minor": one.net_minor + two.net_minor}
    credit = one.model_copy(update={**sums, "taxes": taxes})
    return first.model_copy(update={"credits": (credit,), "total_minor": first.total_minor + second.total_minor})
