"""Exactly once, in the right currency, and what exchanged goods are worth."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import WaitingFor
from domain.errors import OutcomeUnknown
from domain.money import Money
from domain.orders import Order
from domain.payouts import Payout, PayoutState
from domain.policies import ExchangeValue, Fault, Policy
from domain.ports import RefundOrder
from domain.reimbursements import (
    DifferenceKind,
    ExchangeDifference,
    PaidBefore,
    ReimbursedUnits,
    plan_difference,
    value_exchange,
)
from domain.returns.case import ReturnCase
from domain.returns.payouts import ask_after_failure
from domain.returns.progress import derive_progress, unpaid_minor
from domain.returns.settlement import make_return_payouts
from tests.builders import ASKED, a_policy, an_authorized_return, inspected, received
from tests.domain.baskets import basket, delivery, fees, goods, off, refund, refund_for, tax
from tests.fakes.payments import FakePayments
from tests.scenarios.catalogue import Figures, otherwise, passes, pounds
from tests.scenarios.returns import apply_bodies

ONE_UNIT = [ReimbursedUnits(line_id="a", quantity=1)]
BEFORE_DISCOUNTS = a_policy(exchange_value=ExchangeValue.BEFORE_DISCOUNTS)


@otherwise(
    "SC034",
    "solidusio/solidus",
    {"state": "errored", "unpaid": "1.00"},
    ours={"state": "awaiting_approval", "unpaid": "1.00"},
    reason="What the payment holds is paid; for the rest a person decides: another try, or no. Same sum, other word.",
)
def a_payment_that_holds_less(policy: Policy) -> Figures:
    """A unit worth 10.00, on a payment of 10.00 of which 1.00 was refunded apart from the return."""
    case = _planned(policy, basket(goods("1", 1, 1000)))
    paid = [payout.model_copy(update={"state": PayoutState.SETTLED}) for payout in _payouts(case, {"p1": 900})]
    case = case.with_facts(payouts=tuple(paid))
    assert _payouts(case, {"p1": 0}) == ()
    asked = ask_after_failure(case, "the payments hold less than is owed", at=ASKED)
    assert derive_progress(asked, policy).waiting_for is WaitingFor.APPROVAL
    return {"state": derive_progress(asked, policy).state, "unpaid": pounds(unpaid_minor(case))}


@passes("SC044", "solidusio/solidus", gateway_calls=0)
def a_refund_that_was_sent(policy: Policy) -> Figures:
    """The provider has answered for the refund: nothing is due, so it is not called again."""
    case = _planned(policy, basket(goods("1", 1, 1000)))
    (payout,) = _payouts(case, {"p1": 1000})
    settled = payout.model_copy(update={"state": PayoutState.SETTLED, "provider_reference": "re_1"})
    case = case.with_facts(payouts=(settled,))
    return {"gateway_calls": len(derive_progress(case, policy).payouts) + len(_payouts(case, {"p1": 0}))}


@passes("SC125", "vendure-ecommerce/vendure")
def a_failed_refund_is_tried_again(policy: Policy) -> Figures:
    """The first refund failed: it does not count, and the next payout is for the full amount."""
    case = _planned(policy, basket(goods("1", 1, 1000)))
    (payout,) = _payouts(case, {"p1": 1000})
    case = case.with_facts(payouts=(payout.model_copy(update={"state": PayoutState.FAILED}),))
    (again,) = _payouts(case, {"p1": 1000})
    assert (again.number, again.amount_minor) == (2, 1000)
    return {}


@passes("SC165", "medusajs/medusa", provider_refunds=1)
def a_retry_keeps_its_key(policy: Policy) -> Figures:
    """The answer of the provider is lost; the retry sends the same key, and one refund was made."""
    case, provider = _planned(policy, basket(goods("1", 1, 1000))), FakePayments()
    orders = [_order(_payouts(case, {"p1": 1000})[0], case) for _ in range(2)]
    provider.faults.lose_answer()
    with pytest.raises(OutcomeUnknown):
        provider.refund(orders[0])
    provider.refund(orders[1])
    return {"provider_refunds": len(provider.refunds_of("pi_1"))}


@passes("SC157", "woocommerce/woocommerce-gateway-stripe", provider_amount=9899, wrong=989900)
def yen_are_not_multiplied(policy: Policy) -> Figures:
    """9899 yen go to the provider as 9899."""
    return _sent(9899, policy)


@passes("SC158", "antiwork/gumroad", provider_amount=5800, wrong=58)
def yen_are_not_divided(policy: Policy) -> Figures:
    """5800 yen go to the provider as 5800."""
    return _sent(5800, policy)


@passes("SC159", "stripe/stripe-sfcc-b2c-connector", provider_amount=500, wrong=50000)
def yen_in_an_adapter(policy: Policy) -> Figures:
    """500 yen go to the provider as 500; what is no whole number of minor units is no amount."""
    for amount in ("500", 500.0, None):
        with pytest.raises(ValueError, match="valid integer"):
            Money.model_validate({"minor": amount, "currency": "JPY"})
    return _sent(500, policy)


@passes("SC032", "solidusio/solidus", amount="0.00")
def an_even_exchange(policy: Policy) -> Figures:
    """A unit is exchanged for the same thing: nothing is refunded."""
    worth = value_exchange(basket(goods("a", 1, 1000)), ONE_UNIT, before=PaidBefore(), policy=policy)
    return {"amount": pounds(plan_difference(worth, new_goods_minor=1000).amount_minor)}


@passes("SC168", "help.loopreturns.com", credit="138.00", refund="110.40")
def credit_before_the_discount(policy: Policy) -> Figures:
    """138.00 with 20% off: 138.00 of credit where the shop counts before discounts, 110.40 as a refund."""
    order = basket(goods("a", 1, 13800), discounts=(off(2760),))
    worth = value_exchange(order, ONE_UNIT, before=PaidBefore(), policy=BEFORE_DISCOUNTS)
    return {"credit": pounds(worth.value_minor), "refund": pounds(refund(order, ("a", 1), policy=policy).total_minor)}


def cheaper_and_dearer(policy: Policy) -> Figures:
    """100 bought for 80, counted before the discount: for something at 60 the shop owes 20; at 90 nobody owes."""
    order = basket(goods("a", 1, 100), discounts=(off(20),))
    worth = value_exchange(order, ONE_UNIT, before=PaidBefore(), policy=BEFORE_DISCOUNTS)
    sixty, ninety = (plan_difference(worth, new_goods_minor=price) for price in (60, 90))
    assert ninety.lost_minor == 10
    return {"60": _said(sixty), "90": _said(ninety)}


# Its figures have names that are no Python names.
passes("SC170", "support.returnscenter.com", **{"60": "refund 20", "90": "pay 0"})(cheaper_and_dearer)


@otherwise(
    "SC092",
    "medusajs/medusa",
    {"original": "60", "current": "50", "pending_difference": "-11"},
    ours={"paid": "61.00", "refund for a fault": "36.00", "refund for no fault": "10.00"},
    reason="The source's own summary lacks a tax of 1. Ours: a unit of 25 less the label of 15; at fault, no label fee "
    "and the shipping of 11 with its tax back.",
)
def a_part_of_a_claim(policy: Policy) -> Figures:
    """Two at 25 with shipping of 10 and 10% tax on it, 61 paid; one comes back, with return shipping of 15."""
    order = basket(goods("a", 2, 2500), shipping=(delivery(1000, tax("0.10", 100)),))
    label = fees(label=1500)
    return {
        "paid": pounds(order.payments[0].captured_minor),
        "refund for a fault": pounds(refund_for(Fault.MERCHANT, order, ("a", 1), policy=label).total_minor),
        "refund for no fault": pounds(refund(order, ("a", 1), policy=label).total_minor),
    }


def _said(difference: ExchangeDifference) -> str:
    verb = "refund" if difference.kind is DifferenceKind.SHOP_OWES else "pay"
    return f"{verb} {difference.amount_minor}"


def _planned(policy: Policy, order: Order) -> ReturnCase:
    """A return of one unit that was received, inspected and planned."""
    facts: dict[str, Any] = {"currency": order.currency}
    case = apply_bodies(an_authorized_return(**facts), received(("1", 1)), inspected(("1", 1)), policy=policy).case
    return case.with_facts(plan=refund(order, ("1", 1), policy=policy), plan_made_at=ASKED)


def _payouts(case: ReturnCase, holds: dict[str, int]) -> tuple[Payout, ...]:
    assert case.plan is not None
    order = basket(goods("1", 1, case.plan.total_minor), currency=case.currency)
    return make_return_payouts(case, order, holds)


def _order(payout: Payout, case: ReturnCase) -> RefundOrder:
    return RefundOrder(
        merchant=case.ref.merchant,
        rma=case.ref.rma,
        payout=payout.number,
        key=payout.key,
        payment_reference="pi_1",
        amount=Money(minor=payout.amount_minor, currency=payout.currency),
    )


def _sent(yen: int, policy: Policy) -> Figures:
    provider = FakePayments()
    case = _planned(policy, basket(goods("1", 1, yen), currency="JPY"))
    provider.refund(_order(_payouts(case, {"p1": yen})[0], case))
    (made,) = provider.refunds_of("pi_1")
    return {"provider_amount": made.amount.minor}
