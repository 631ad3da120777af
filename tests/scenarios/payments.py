"""Never above what was paid, and over which payments."""

from __future__ import annotations

from typing import Any

from domain.orders import Order, Payment, PaymentMethod
from domain.policies import PayoutRules, Policy
from domain.reimbursements import AmountRefused, AmountRequest, PaidBefore, plan_amount, plan_payouts, unplaced_minor
from tests.domain.baskets import basket, by_amount, goods, refund
from tests.scenarios.catalogue import Figures, passes, pounds

SYLIUS = "Sylius/RefundPlugin"
SOLIDUS_PAYMENTS = "solidusio/solidus"
HUNDRED = basket(goods("a", 1, 10000))


@passes("SC027", SYLIUS, accepted=False)
def a_free_order(policy: Policy) -> Figures:
    """An order that cost nothing has nothing to refund."""
    return _refused(basket(goods("a", 1, 0)))


@passes("SC043", SOLIDUS_PAYMENTS, accepted=False)
def above_the_payment(policy: Policy) -> Figures:
    """20.00 of a payment of 10.00 is refused."""
    return _refused(basket(goods("a", 1, 1000)), amount_minor=2000)


@passes("SC066", "spree/spree", accepted=False, code="refund_exceeds_balance")
def above_what_the_return_is_owed(policy: Policy) -> Figures:
    """10000 of a small order is refused with a code that programs can read."""
    return _refused(basket(goods("a", 1, 1000)), "", "code", amount_minor=1000000)


@passes("SC067", "spree/spree", accepted=False)
def an_unknown_way_to_pay(policy: Policy) -> Figures:
    """A refund to 'crypto' is refused: it is no payment of the order."""
    return _refused(basket(goods("a", 1, 1000)), amount_minor=100, payment_id="crypto")


@passes("SC071", "spree/spree", refund="45.75")
def no_amount_is_everything(policy: Policy) -> Figures:
    """Without an amount the whole balance of 45.75 goes back."""
    return {"refund": pounds(by_amount(basket(goods("a", 1, 4575)), None).total_minor)}


@passes("SC072", "spree/spree", accepted=False)
def not_captured(policy: Policy) -> Figures:
    """An authorized payment that was not captured cannot be refunded."""
    return _refused(basket(goods("a", 1, 1000), paid=[0]), amount_minor=100)


@passes("SC095", "medusajs/medusa", refunded="50")
def two_partial_refunds(policy: Policy) -> Figures:
    """25 and 25 of 100: 50 are refunded."""
    first = by_amount(HUNDRED, 2500)
    second = by_amount(HUNDRED, 2500, before=[first])
    return {"refunded": str((first.total_minor + second.total_minor) // 100)}


@passes("SC098", "medusajs/medusa", accepted=False)
def cumulative_refunds(policy: Policy) -> Figures:
    """After 50 of 100, 60 more is refused."""
    return _refused(HUNDRED, before=PaidBefore.of([by_amount(HUNDRED, 5000)]), amount_minor=6000)


@passes("SC112", "saleor/saleor", accepted=False)
def a_grant_above_the_charge(policy: Policy) -> Figures:
    """2.23 on a charge of 1.23 is refused."""
    return _refused(basket(goods("a", 1, 1000), paid=[123]), amount_minor=223)


@passes("SC113", "saleor/saleor", granted="1.23")
def a_line_worth_more_than_the_charge(policy: Policy) -> Figures:
    """A line worth 10.00, of which 1.23 was charged, brings 1.23."""
    return {"granted": pounds(refund(basket(goods("a", 1, 1000), paid=[123]), ("a", 1), policy=policy).total_minor)}


@passes("SC116", "saleor/saleor", left="20", accepted=False)
def pending_refunds_count(policy: Policy) -> Figures:
    """80 of 100 are on their way: 80 more is refused, 20 are left."""
    request = AmountRequest(amount_minor=8000)
    answer = plan_amount(HUNDRED, request, before=PaidBefore(), refundable_minor={"p1": 10000 - 8000})
    assert isinstance(answer, AmountRefused)
    return {"left": str(answer.left_minor // 100), "accepted": False}


@passes("SC118", "saleor/saleor", accepted=False)
def a_return_above_the_captured_amount(policy: Policy) -> Figures:
    """1000 on an order where less was captured is refused."""
    return _refused(HUNDRED, amount_minor=100000)


@passes("SC122", "vendure-ecommerce/vendure", accepted=False)
def the_payment_of_another_order(policy: Policy) -> Figures:
    """A payment of order B cannot take a refund of order A."""
    return _refused(HUNDRED, amount_minor=100, payment_id="payment-of-b")


@passes("SC123", "vendure-ecommerce/vendure", accepted=False)
def an_amount_far_too_big(policy: Policy) -> Figures:
    """999999 is refused."""
    return _refused(HUNDRED, amount_minor=999999)


@passes("SC167", "juspay/hyperswitch-control-center", accepted=False)
def a_disputed_payment(policy: Policy) -> Figures:
    """The bank claws the payment back: no refund on top of it."""
    return _refused(HUNDRED, before=PaidBefore(frozen_minor=10000), amount_minor=10000)


CARD_AND_CHECK = {"card": 500, "check": 500}
CHECK_FIRST = PayoutRules(methods_first=(PaymentMethod.BANK, PaymentMethod.CARD))


@passes("SC038", SOLIDUS_PAYMENTS, card="5.00", check="5.00")
def a_refund_over_two_payments(policy: Policy) -> Figures:
    """10.00 over a card and a check of 5.00 each."""
    return {name: pounds(amount) for name, amount in _placed(1000, policy.payouts).items()}


@passes("SC039", SOLIDUS_PAYMENTS, order=["check", "card"])
def the_order_of_methods(policy: Policy) -> Figures:
    """The check comes first when the policy lists it first."""
    return {"order": list(_placed(1000, CHECK_FIRST))}


@passes("SC040", SOLIDUS_PAYMENTS, check="4.00", count=1)
def one_payment_is_enough(policy: Policy) -> Figures:
    """4.00 goes on the check alone."""
    placed = _placed(400, CHECK_FIRST)
    return {"check": pounds(placed["check"]), "count": len(placed)}


@passes("SC042", SOLIDUS_PAYMENTS, count=0)
def a_payment_with_nothing_left(policy: Policy) -> Figures:
    """A payment that holds nothing takes no payout."""
    return {"count": len(plan_payouts(HUNDRED, 1000, refundable_minor={"p1": 0}, rules=policy.payouts))}


@passes("SC124", "vendure-ecommerce/vendure", payment1=1000)
def overflow_to_the_next_payment(policy: Policy) -> Figures:
    """1500 asked on the payment of 1000: 1000 on it, the rest on the next."""
    order = basket(goods("a", 1, 2500), paid=[1000, 1500])
    holds = {"p1": 1000, "p2": 1500}
    payouts = plan_payouts(order, 1500, refundable_minor=holds, rules=policy.payouts, payment_id="p1")
    assert unplaced_minor(1500, payouts) == 0
    return {"payment1": payouts[0].amount_minor}


@passes("SC129", "vendure-ecommerce/vendure", B=[600, 16649], A=[600], sum=17849)
def two_refunds_over_two_payments(policy: Policy) -> Figures:
    """600 and then 17249, newest payment first: B gives 600 and 16649, and A the last 600."""
    order = basket(goods("a", 2, 17249), paid=[17249 + 500, 17249])
    holds, placed = {"p1": 17749, "p2": 17249}, {"p1": list[int](), "p2": list[int]()}
    for total in (600, 17249):
        for payout in plan_payouts(order, total, refundable_minor=holds, rules=policy.payouts):
            holds[payout.payment_id] -= payout.amount_minor
            placed[payout.payment_id].append(payout.amount_minor)
    return {"B": placed["p2"], "A": placed["p1"], "sum": sum(placed["p1"] + placed["p2"])}


def _placed(total: int, rules: PayoutRules) -> dict[str, int]:
    order = basket(goods("a", 1, 1000), paid=[])
    payments = (
        Payment(payment_id="card", method=PaymentMethod.CARD, reference="c", captured_minor=500),
        Payment(payment_id="check", method=PaymentMethod.BANK, reference="k", captured_minor=500),
    )
    order = order.model_copy(update={"payments": payments})
    payouts = plan_payouts(order, total, refundable_minor=CARD_AND_CHECK, rules=rules)
    return {payout.payment_id: payout.amount_minor for payout in payouts}


def _refused(
    order: Order, left: str = "", code: str = "", *, before: PaidBefore | None = None, **asked: Any
) -> Figures:
    answer = plan_amount(order, AmountRequest(**asked), before=before or PaidBefore())
    figures: Figures = {"accepted": not isinstance(answer, AmountRefused)}
    if isinstance(answer, AmountRefused):
        figures |= {left: pounds(answer.left_minor)} if left else {}
        figures |= {code: answer.code} if code else {}
    return figures
