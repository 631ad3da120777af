"""Mistakes that other shop systems were reported for, each with figures: none of them is possible here.

The names in the test ids are the public threads; the figures without a thread's own are ours on its description.
"""

from __future__ import annotations

import pytest

from domain.policies import ShippingRefund
from domain.reimbursements import (
    AmountKind,
    ReimbursementPlan,
    group_by_rate,
    list_positions,
)
from tests.builders import a_policy
from tests.domain.baskets import (
    amount_of,
    basket,
    by_amount,
    check_sums,
    delivery,
    fees,
    goods,
    off,
    refund,
    tax,
    worth,
)


@pytest.mark.parametrize(
    ("included", "price", "discount", "charged_tax", "expected"),
    [
        pytest.param(False, 10000, 2000, 1800, 9900, id="medusa#15885-tax-on-the-wrong-base"),
        pytest.param(True, 11000, 0, 2000, 11000, id="medusa#14136-included-tax-counted-twice"),
        pytest.param(True, 11000, 2200, 1800, 9900, id="medusa#13883-included-tax-after-discount"),
        pytest.param(False, 10000, 20000, 0, 0, id="vendure#2302-nothing-due-is-nothing"),
    ],
)
def test_one_of_two_units_brings_half_of_what_was_charged(
    included: bool, price: int, discount: int, charged_tax: int, expected: int
) -> None:
    """Tax inside or on top, discounted or free: half the line is half of what the customer paid for it."""
    line = goods("a", 2, price, tax("0.10", charged_tax))
    order = basket(line, tax_included=included, discounts=(off(discount),))
    assert refund(order, ("a", 1)).total_minor == expected


def test_an_order_discount_reduces_each_item_once() -> None:
    """PrestaShop#42502: 20% off 150.00 and 60.00; the first item brings 120.00, not 108.00 and not 150.00."""
    order = basket(goods("a", 1, 15000), goods("b", 1, 6000), discounts=(off(4200),))
    assert refund(order, ("a", 1)).total_minor == 12000


def test_a_discount_does_not_move_to_the_goods_that_stay() -> None:
    """Vendure PR#4867: of 50.00 and 10.00 with 10.00 off, the second still costs 8.33 when the first comes back."""
    order = basket(goods("a", 1, 5000), goods("b", 1, 1000), discounts=(off(1000),))
    first = refund(order, ("a", 1))
    assert worth(order) - first.total_minor == 833
    assert refund(order, ("b", 1), before=[first]).total_minor == 833


@pytest.mark.parametrize("quantity", [1, 2, 3])
def test_more_is_never_refunded_than_was_paid(quantity: int) -> None:
    """erpnext#7436: 116.95 was refunded on 108.05 paid; here the payments are the limit, in the plan itself."""
    order = basket(goods("a", 3, 3898), paid=[10805])
    plan = refund(order, ("a", quantity))
    assert plan.total_minor == min(quantity * 3898, 10805)


def test_equal_units_bring_equal_amounts() -> None:
    """magento2#38388: three alike at 19.00 bring 19.00, 19.00, 19.00 - net and tax are split after the price is."""
    order = basket(goods("a", 3, 1597, tax("0.19", 909)))
    plans: list[ReimbursementPlan] = []
    for _ in range(3):
        plans.append(refund(order, ("a", 1), before=plans))
    assert [plan.total_minor for plan in plans] == [1900, 1900, 1900]


def test_one_item_never_carries_the_tax_of_the_order() -> None:
    """magento2#14713: two items with 2.00 and 8.00 tax; crediting the first credits 2.00 of tax."""
    order = basket(goods("a", 1, 1000, tax("0.20", 200)), goods("b", 1, 4000, tax("0.20", 800)))
    (group,) = group_by_rate(refund(order, ("a", 1)).credits)
    assert (group.net_minor, group.taxes_minor) == (1000, (200,))


def test_an_item_never_carries_the_tax_of_shipping() -> None:
    """magento2#10982: crediting the item alone credits no shipping tax."""
    order = basket(
        goods("a", 1, 1000, tax("0.19", 190)), goods("b", 1, 1000), shipping=(delivery(500, tax("0.19", 95)),)
    )
    plan = refund(order, ("a", 1))
    assert (plan.total_minor, amount_of(plan, AmountKind.SHIPPING_TAX)) == (1190, 0)


def test_a_small_adjustment_carries_its_share_of_tax() -> None:
    """magento2#23938: 5.00 of 65.00 with 10.00 tax inside is 0.77 of tax, not 10.00."""
    order = basket(goods("a", 1, 5500, tax("0.1818", 1000)))
    (group,) = group_by_rate(by_amount(order, 500).credits)
    assert group.taxes_minor == (77,)


def test_credit_notes_never_pass_the_invoice() -> None:
    """magento2#31120: partial notes of an uneven order never sum above what was invoiced, in net and in each tax."""
    order = basket(goods("a", 7, 999, tax("0.0825", 577)), discounts=(off(1),), shipping=(delivery(499),))
    plans: list[ReimbursementPlan] = []
    for _ in range(7):
        plans.append(refund(order, ("a", 1), before=plans))
    credited = sum(credit.taxes[0].amount_minor for plan in plans for credit in plan.credits if credit.taxes)
    assert (sum(plan.total_minor for plan in plans), credited) == (worth(order), 577)


def test_line_roundings_do_not_add_up_to_a_penny_too_much() -> None:
    """woocommerce#64668: lines whose taxes were rounded one by one come to 179.25 and refund 179.25, not 179.26."""
    taxes = [(6995, 1469), (4999, 1050), (2820, 592)]
    order = basket(
        *(goods(f"l{number}", 1, price, tax("0.21", amount)) for number, (price, amount) in enumerate(taxes))
    )
    assert worth(order) == 17925
    plan = refund(order, *((line.line_id, 1) for line in order.lines))
    assert plan.total_minor == 17925
    check_sums(plan)


def test_shipping_and_its_tax_are_not_forgotten() -> None:
    """spree#10099: 10.00 and 5.00 shipping at 21% bring 18.15, not 12.10."""
    order = basket(goods("a", 1, 1000, tax("0.21", 210)), shipping=(delivery(500, tax("0.21", 105)),))
    assert refund(order, ("a", 1)).total_minor == 1815


def test_shipping_that_was_free_brings_nothing() -> None:
    """Sylius/RefundPlugin#252: shipping of 20.00, all of it discounted, is not refundable."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(2000, discount_minor=2000),))
    assert refund(order, ("a", 1), policy=a_policy(original_shipping=ShippingRefund.ALWAYS)).total_minor == 1000


def test_each_shipment_has_its_own_tax() -> None:
    """Sylius/RefundPlugin#110: 20.00 untaxed and 10.00 at 23% bring 32.30."""
    charges = (delivery(2000, shipping_id="one"), delivery(1000, tax("0.23", 230), shipping_id="two"))
    order = basket(goods("a", 1, 0), shipping=charges)
    assert by_amount(order, None, shipping_id="one").total_minor == 2000
    assert by_amount(order, None, shipping_id="two").total_minor == 1230


def test_the_label_is_deducted() -> None:
    """medusajs/admin#522: the return shipping fee is taken off the refund."""
    assert refund(basket(goods("a", 1, 5000)), ("a", 1), policy=fees(label=450)).total_minor == 4550


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        pytest.param("JPY", 9899, id="woocommerce-gateway-stripe#435-times-100"),
        pytest.param("JPY", 5800, id="gumroad#3749-divided-by-100"),
        pytest.param("JPY", 500, id="stripe-sfcc#31-times-100"),
        pytest.param("KWD", 12345, id="woocommerce-gateway-stripe#5162-times-10"),
    ],
)
def test_minor_units_go_through_untouched(currency: str, amount: int) -> None:
    """What was charged in yen or dinars goes back as the same number of minor units, in the order's currency."""
    plan = refund(basket(goods("a", 1, amount), currency=currency), ("a", 1))
    assert (plan.total_minor, plan.currency) == (amount, currency)


def test_several_returns_on_one_payment_count_each_other() -> None:
    """medusa#13433: three returns, a goodwill refund between them; what is left is always paid less refunded."""
    order = basket(goods("a", 3, 1000), shipping=(delivery(500),))
    plans = [refund(order, ("a", 1))]
    plans.append(by_amount(order, 250, before=plans))
    plans.append(refund(order, ("a", 1), before=plans))
    plans.append(refund(order, ("a", 1), before=plans))
    assert sum(plan.total_minor for plan in plans) == 3500


def test_a_surcharge_counts_once() -> None:
    """vendure#3885: 5 at 5.50, 2.75 off, 0.50 added make 25.25; sums are never added up in running totals twice."""
    order = basket(goods("a", 5, 550, discount_minor=275), goods("surcharge", 1, 50))
    assert [position.gross_minor for position in list_positions(order)] == [2475, 50]
    assert refund(order, ("a", 5), ("surcharge", 1)).total_minor == 2525
