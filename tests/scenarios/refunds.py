"""Refund arithmetic and discounts."""

from __future__ import annotations

from domain.policies import Policy, PromotionRule
from domain.reimbursements import (
    AmountRefused,
    AmountRequest,
    PaidBefore,
    RefundState,
    derive_refund_state,
    plan_amount,
)
from tests.domain.baskets import basket, by_amount, delivery, goods, off, refund, tax, worth
from tests.scenarios.catalogue import Figures, otherwise, passes, pounds

SYLIUS, SOLIDUS = "Sylius/RefundPlugin", "solidusio/solidus"
# Two at 10.00 with 23% on top and 20.00 shipping: 44.60.
TWO_UNITS = basket(goods("a", 2, 1000, tax("0.23", 460)), shipping=(delivery(2000),))


@passes("SC001", SYLIUS, refunded_total="8.00")
def part_of_one_unit(policy: Policy) -> Figures:
    """8.00 of a unit that cost 12.30 goes back: 8.00 are refunded on the order."""
    return {"refunded_total": pounds(by_amount(TWO_UNITS, 800, line_id="a").total_minor)}


@passes("SC003", SYLIUS, refunded_total="44.60")
def the_rest_after_a_part(policy: Policy) -> Figures:
    """After 5.00 everything that is left goes back: 44.60 in all."""
    part = by_amount(TWO_UNITS, 500, line_id="a")
    rest = by_amount(TWO_UNITS, None, before=[part])
    return {"refunded_total": pounds(part.total_minor + rest.total_minor)}


@passes("SC005", SYLIUS, accepted=False)
def a_negative_amount(policy: Policy) -> Figures:
    """Minus 8.00 is refused."""
    answer = plan_amount(TWO_UNITS, AmountRequest(amount_minor=-800), before=PaidBefore())
    return {"accepted": not isinstance(answer, AmountRefused)}


@passes("SC006", SYLIUS, refund="9.00")
def a_unit_with_a_promotion(policy: Policy) -> Figures:
    """A unit at 10.00 with 1.00 off brings 9.00."""
    return {
        "refund": pounds(refund(basket(goods("a", 3, 1000, discount_minor=300)), ("a", 1), policy=policy).total_minor)
    }


@passes("SC007", SYLIUS, refund="11.00")
def a_unit_with_tax_on_top(policy: Policy) -> Figures:
    """A unit at 10.00 with 10% on top brings 11.00."""
    order = basket(goods("a", 2, 1000, tax("0.10", 200)))
    return {"refund": pounds(refund(order, ("a", 1), policy=policy).total_minor)}


@passes("SC008", SYLIUS, refund="99.15")
def a_discount_that_does_not_divide(policy: Policy) -> Figures:
    """Three at 33.68 with 1.89 off the order bring 99.15."""
    order = basket(goods("a", 3, 3368), discounts=(off(189),))
    return {"refund": pounds(refund(order, ("a", 3), policy=policy).total_minor)}


@passes("SC009", SYLIUS, refund="110.00")
def units_of_two_lines(policy: Policy) -> Figures:
    """One at 10.00 and one at 100.00 come back together: 110.00 in one plan."""
    order = basket(goods("a", 1, 1000), goods("b", 1, 10000))
    return {"refund": pounds(refund(order, ("a", 1), ("b", 1), policy=policy).total_minor)}


@passes("SC010", SYLIUS, refund="40.00", refundable_left="0.00")
def everything(policy: Policy) -> Figures:
    """Three at 10.00 and 10.00 shipping: 40.00 goes back and nothing is left."""
    order = basket(goods("a", 3, 1000), shipping=(delivery(1000),))
    plan = refund(order, ("a", 3), policy=policy)
    answer = plan_amount(order, AmountRequest(), before=PaidBefore.of([plan]))
    assert isinstance(answer, AmountRefused)
    return {"refund": pounds(plan.total_minor), "refundable_left": pounds(answer.left_minor)}


@passes("SC101", "medusajs/medusa", refundable_per_unit="99", wrong="97.9")
def a_discounted_and_taxed_unit(policy: Policy) -> Figures:
    """Two at 100, 20 off, 10% on top, 198 paid: one unit brings 99, not 97.90."""
    order = basket(goods("a", 2, 10000, tax("0.10", 1800)), discounts=(off(2000),))
    return {"refundable_per_unit": _whole(refund(order, ("a", 1), policy=policy).total_minor)}


@otherwise(
    "SC131",
    "vendure-ecommerce/vendure",
    {"refund": "P-5000"},
    ours={"refund": "P-2500"},
    reason="By default the goods that stay keep their share of a promotion, as the customer was promised it.",
    setting={"promotions": PromotionRule.TEST_AGAIN},
)
def a_promotion_below_its_minimum(policy: Policy) -> Figures:
    """Two at P with 5000 off from 10000: one comes back, and the other is below the minimum."""
    price = 8000
    order = basket(goods("a", 2, price), discounts=(off(5000, minimum_minor=10000),), shipping=(delivery(700),))
    return {"refund": f"P-{price - refund(order, ('a', 1), policy=policy).total_minor}"}


@passes("SC132", "vendure-ecommerce/vendure", remaining="8.33")
def a_line_keeps_its_part_of_the_discount(policy: Policy) -> Figures:
    """Lines of 50.00 and 10.00 with 10.00 off: when the first is gone, the second still costs 8.33."""
    order = basket(goods("a", 1, 5000), goods("b", 1, 1000), discounts=(off(1000),))
    return {"remaining": pounds(worth(order) - refund(order, ("a", 1), policy=policy).total_minor)}


@passes("SC133", "vendure-ecommerce/vendure", total="25.25")
def unit_discounts_and_a_surcharge(policy: Policy) -> Figures:
    """Five at 5.50 with 2.75 off, and 0.50 added as a line of its own: 25.25."""
    order = basket(goods("a", 5, 550, discount_minor=275), goods("surcharge", 1, 50))
    return {"total": pounds(refund(order, ("a", 5), ("surcharge", 1), policy=policy).total_minor)}


@passes("SC148", "PrestaShop/PrestaShop", refund="120", wrong="108")
def a_voucher_is_taken_off_once(policy: Policy) -> Figures:
    """Lines of 150 and 60 with a voucher of 42: the first brings 120, neither 108 nor 150."""
    order = basket(goods("a", 1, 15000), goods("b", 1, 6000), discounts=(off(4200),))
    return {"refund": _whole(refund(order, ("a", 1), policy=policy).total_minor)}


@passes("SC181", "temporalio/reference-app-orders-go", correct=260, their_code=390)
def an_invoice_of_two_items(policy: Policy) -> Figures:
    """Two items of 100 with 20 tax and 10 shipping each: 260, not the sum of running sums."""
    items = [goods(name, 1, 100, tax("0.20", 20)) for name in "ab"]
    charges = tuple(delivery(10, shipping_id=name, line_ids=(name,)) for name in "ab")
    return {"correct": worth(basket(*items, shipping=charges))}


@passes("SC026", "Sylius/RefundPlugin", state="refunded")
def a_full_refund(policy: Policy) -> Figures:
    """All units and the shipping went back: the order is refunded."""
    order = basket(goods("a", 2, 1000), shipping=(delivery(500),))
    before = PaidBefore.of([refund(order, ("a", 2), policy=policy)])
    state = derive_refund_state(order, before=before)
    assert state is RefundState.REFUNDED
    return {"state": str(state)}


@passes("SC051", SOLIDUS, accepted=False)
def the_same_unit_twice(policy: Policy) -> Figures:
    """Paying for a unit that was paid for before is an error."""
    order = basket(goods("a", 1, 1000))
    try:
        refund(order, ("a", 1), before=[refund(order, ("a", 1))])
    except ValueError:
        return {"accepted": False}
    return {"accepted": True}


@passes("SC048", SOLIDUS, first="-0.84", second="-0.83", line_total="0.00")
def units_of_an_uneven_line(policy: Policy) -> Figures:
    """Two at 0.83 with 0.01 added, taken off one after the other: 0.84, then 0.83, and nothing is left."""
    order = basket(goods("a", 2, 83, tax("0.006", 1)))
    first = refund(order, ("a", 1), policy=policy)
    second = refund(order, ("a", 1), before=[first], policy=policy)
    left = 167 - first.total_minor - second.total_minor
    return {
        "first": f"-{first.total_minor / 100:.2f}",
        "second": f"-{second.total_minor / 100:.2f}",
        "line_total": f"{left / 100:.2f}",
    }


@passes("SC050", SOLIDUS, first="-5.00")
def one_of_two_units(policy: Policy) -> Figures:
    """One of two units that cost 10.00 together is 5.00, and the last brings all that is left."""
    order = basket(goods("a", 2, 500))
    first = refund(order, ("a", 1), policy=policy)
    assert refund(order, ("a", 1), before=[first], policy=policy).total_minor == 1000 - first.total_minor
    return {"first": f"-{first.total_minor / 100:.2f}"}


def _whole(minor: int) -> str:
    """An amount without pence, as some sources write it."""
    assert minor % 100 == 0
    return str(minor // 100)
