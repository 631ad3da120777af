"""Original shipping, and what is kept back."""

from __future__ import annotations

from typing import Any

from domain.orders import Order
from domain.policies import (
    AmountByCurrency,
    Fees,
    Policy,
    always,
)
from domain.reimbursements import AmountRefused, AmountRequest, PaidBefore, plan_amount
from tests.builders import a_policy
from tests.domain.baskets import basket, by_amount, delivery, goods, refund, tax
from tests.scenarios.catalogue import Figures, passes, pounds

SYLIUS = "Sylius/RefundPlugin"
SOLIDUS_PAYMENTS = "solidusio/solidus"
HUNDRED = basket(goods("a", 1, 10000))


@passes("SC011", SYLIUS, first="20.00", second_accepted=False)
def shipping_once(policy: Policy) -> Figures:
    """Shipping of 20.00 goes back alone; a second time it is refused."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(2000),))
    first = by_amount(order, None, shipping_id="shipping")
    second = plan_amount(order, AmountRequest(shipping_id="shipping"), before=PaidBefore.of([first]))
    return {"first": pounds(first.total_minor), "second_accepted": not isinstance(second, AmountRefused)}


@passes("SC012", SYLIUS, refund="12.30")
def shipping_with_tax(policy: Policy) -> Figures:
    """Shipping of 10.00 with 23% on top goes back as 12.30."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(1000, tax("0.23", 230)),))
    return {"refund": pounds(by_amount(order, None, shipping_id="shipping").total_minor)}


@passes("SC013", SYLIUS, refund="32.30")
def two_shipments(policy: Policy) -> Figures:
    """Two shipments, 20.00 untaxed and 10.00 at 23%: both go back as 32.30 with the whole order."""
    charges = (delivery(2000, shipping_id="a"), delivery(1000, tax("0.23", 230), shipping_id="b"))
    order = basket(goods("a", 1, 1000), shipping=charges)
    return {"refund": pounds(refund(order, ("a", 1), policy=policy).total_minor - 1000)}


@passes("SC015", SYLIUS, refund="6.15")
def discounted_shipping(policy: Policy) -> Figures:
    """Shipping of 10.00 at half price with 23% on top goes back as 6.15."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(1000, tax("0.23", 115), discount_minor=500),))
    return {"refund": pounds(by_amount(order, None, shipping_id="shipping").total_minor)}


@passes("SC016", SYLIUS, refundable="0.00", accepted=False)
def free_shipping(policy: Policy) -> Figures:
    """Shipping of 20.00, all of it discounted: nothing can go back."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(2000, discount_minor=2000),))
    return _refused(order, "refundable", shipping_id="shipping")


@passes("SC018", SYLIUS, accepted=False, refunded_total="5.00")
def more_than_the_shipping_left(policy: Policy) -> Figures:
    """5.00 of 20.00 shipping went back; 18.00 more is refused, and 5.00 stay refunded."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(2000),))
    first = by_amount(order, 500, shipping_id="shipping")
    answer = plan_amount(order, AmountRequest(amount_minor=1800, shipping_id="shipping"), before=PaidBefore.of([first]))
    assert isinstance(answer, AmountRefused)
    return {"accepted": False, "refunded_total": pounds(2000 - answer.left_minor)}


@passes("SC115", "saleor/saleor", accepted=False)
def shipping_granted_before(policy: Policy) -> Figures:
    """Shipping that was granted once is not granted again."""
    order = basket(goods("a", 1, 1000), shipping=(delivery(500),))
    first = by_amount(order, None, shipping_id="shipping")
    answer = plan_amount(order, AmountRequest(shipping_id="shipping"), before=PaidBefore.of([first]))
    return {"accepted": not isinstance(answer, AmountRefused)}


@passes("SC156", "spree/spree", refund="18.15", wrong="12.10")
def shipping_with_vat_in_a_full_refund(policy: Policy) -> Figures:
    """10.00 and 5.00 shipping at 21%: 18.15, not 12.10."""
    order = basket(goods("a", 1, 1000, tax("0.21", 210)), shipping=(delivery(500, tax("0.21", 105)),))
    return {"refund": pounds(refund(order, ("a", 1), policy=policy).total_minor)}


@passes("SC175", "shopify.dev", refund="83.00")
def restocking_and_label(policy: Policy) -> Figures:
    """100.00 with 10% restocking and a 7.00 label: 83.00."""
    fees = Fees(restocking_percent=10, return_shipping=AmountByCurrency(minor={"GBP": 700}))
    order = basket(goods("a", 1, 10000), goods("b", 1, 1))
    return {"refund": pounds(refund(order, ("a", 1), policy=a_policy(fees=always(fees))).total_minor)}


def _refused(
    order: Order, left: str = "", code: str = "", *, before: PaidBefore | None = None, **asked: Any
) -> Figures:
    answer = plan_amount(order, AmountRequest(**asked), before=before or PaidBefore())
    figures: Figures = {"accepted": not isinstance(answer, AmountRefused)}
    if isinstance(answer, AmountRefused):
        figures |= {left: pounds(answer.left_minor)} if left else {}
        figures |= {code: answer.code} if code else {}
    return figures
