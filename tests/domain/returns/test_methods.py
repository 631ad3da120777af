"""Which way the money of a return goes: as the customer chose, as the policy offers, as the payments were made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Span
from domain.goods_back.dock import Receipt
from domain.goods_back.inspections import Inspection
from domain.orders import Customer, Order, Payment, PaymentMethod, ShippingCharge
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import (
    AmountByCurrency,
    DeclinedRefund,
    Method,
    Methods,
    PayoutRules,
    Policy,
    StoreCreditRules,
    always,
)
from domain.reimbursements import PaidBefore
from domain.returns.case import PlanBasis, ReturnCase, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.methods import date_new_credits, owed_now
from domain.returns.opening import open_return
from domain.returns.quotes import ReturnQuote, quote_return
from domain.returns.settlement import make_return_payouts, propose_refund
from tests.builders import ASKED, CONDITIONS, a_policy, a_return, a_return_line, an_order, an_order_line

BOTH = (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT)
TEN_PERCENT = StoreCreditRules(bonus_percent=10)
TWO_LINES = (an_order_line("1"), an_order_line("2", unit_price_minor=1001))


def offering(*methods: Method, rules: StoreCreditRules = TEN_PERCENT, **changes: Any) -> Policy:
    """The default policy, offering these methods."""
    return a_policy(methods=always(Methods(offer=methods, store_credit=rules)), **changes)


def asking(line_id: str = "1", resolution: Method | None = None, quantity: int = 1) -> ReturnLine:
    """Units that come back, to be reimbursed so."""
    return a_return_line(line_id, quantity).model_copy(update={"resolution": resolution})


def proposed(order: Order, policy: Policy, *lines: ReturnLine) -> ReturnCase:
    """The return with its plan, all units accepted."""
    asked = a_return(lines=lines)
    opened = open_return(asked, order, policy=policy, conditions=CONDITIONS, taken={}, at=ASKED).case
    counted = [{"line_id": line.line_id, "quantity": line.quantity} for line in lines]
    found = [unit | {"condition": "as_new", "grade": "A"} for unit in counted]
    dock = {"at": ASKED, "actor": {"name": "d", "role": "warehouse"}}
    receipt = Receipt.model_validate(dock | {"event_id": "evt_r", "units": counted})
    inspection = Inspection.model_validate(dock | {"event_id": "evt_i", "units": found})
    case = opened.with_goods(receipts=(receipt,), inspections=(inspection,))
    basis = PlanBasis(order_version=1, before=PaidBefore())
    change = propose_refund(case, order, policy=policy, conditions=CONDITIONS, basis=basis, at=ASKED)
    return change.case


def quote(order: Order, policy: Policy, *lines: ReturnLine) -> ReturnQuote:
    """What the customer is shown."""
    before = PaidBefore()
    return quote_return(order, lines, policy=policy, conditions=CONDITIONS, taken={}, before=before, now=ASKED)


def held(order: Order) -> dict[str, int]:
    """What the payments hold when nothing was paid back."""
    return {payment.payment_id: payment.captured_minor for payment in order.payments}


def test_a_method_that_is_not_offered_is_refused() -> None:
    """Store credit where the shop offers none: the customer reads what is offered and how to ask for it."""
    lines = [asking(resolution=Method.STORE_CREDIT)]
    found = decide_eligibility(an_order(), lines, policy=a_policy(), conditions=CONDITIONS, taken={}, now=ASKED)
    assert found.verdict is Verdict.REFUSED
    (finding,) = found.findings
    assert finding.rule == "method_not_offered"
    assert finding.detail == "Line 1 cannot be reimbursed as store credit; offered: original payment."
    assert finding.way_out == "Ask again with the resolution original_payment."


def test_money_is_refused_where_only_credit_is_offered() -> None:
    """A shop that gives credit alone says so, and names the rule that says it."""
    lines = [asking(resolution=Method.ORIGINAL_PAYMENT)]
    policy = offering(Method.STORE_CREDIT)
    found = decide_eligibility(an_order(), lines, policy=policy, conditions=CONDITIONS, taken={}, now=ASKED)
    assert (found.verdict, found.findings[0].policy_rule) == (Verdict.REFUSED, "methods.standard")


def test_an_exchange_is_for_something() -> None:
    """Whoever wants other goods says which."""
    found = quote(an_order(), offering(*BOTH), asking(resolution=Method.EXCHANGE))
    assert found.verdict is Verdict.REFUSED
    assert found.lines[0].findings[0].rule == "nothing_wanted"
    assert "wanted" in found.lines[0].findings[0].way_out


@pytest.mark.parametrize(
    ("methods", "way"),
    [
        (BOTH, PayoutMethod.PROVIDER),
        (BOTH[::-1], PayoutMethod.PROVIDER),
        (BOTH[1:], PayoutMethod.STORE_CREDIT),
    ],
)
def test_who_does_not_choose_gets_the_money_where_it_is_offered(methods: tuple[Method, ...], way: PayoutMethod) -> None:
    """No choice is the original payment, or credit where there is nothing else."""
    order = an_order()
    (payout,) = make_return_payouts(proposed(order, offering(*methods), asking()), order, held(order))
    assert payout.method is way


def test_the_quote_shows_what_each_way_brings() -> None:
    """A mug at 12.00: the money, or 13.20 of credit with the bonus of 10%."""
    found = quote(an_order(), offering(*BOTH), asking())
    shown = [(each.method, each.amount_minor, each.bonus_minor, each.total_minor) for each in found.methods]
    assert shown == [(Method.ORIGINAL_PAYMENT, 1200, 0, 1200), (Method.STORE_CREDIT, 1200, 120, 1320)]
    assert found.methods[1].explanation == "12.00 GBP owed, and a bonus of 1.20 GBP (10%)."


def test_the_bonus_counts_against_no_payment() -> None:
    """13.20 of credit takes 12.00 from the card, and lands on the customer's own account."""
    order = an_order()
    (payout,) = make_return_payouts(proposed(order, offering(*BOTH), asking(resolution=BOTH[1])), order, held(order))
    assert (payout.amount_minor, payout.bonus_minor, payout.pending_minor) == (1200, 120, 1200)
    assert payout.account == "store_credit:c-1"


def test_a_guest_has_an_account_for_the_order() -> None:
    """Credit of somebody without a customer id can be found by the order."""
    order = an_order(customer=Customer())
    (payout,) = make_return_payouts(proposed(order, offering(*BOTH), asking(resolution=BOTH[1])), order, held(order))
    assert payout.account == "store_credit:order:A-1001"


def test_lines_may_be_reimbursed_in_different_ways() -> None:
    """One mug for money and one for credit: the shipping, which is for neither, goes back as money."""
    shipping = (ShippingCharge(amount_minor=400),)
    card = (Payment(payment_id="card", reference="pi_1", captured_minor=4802),)
    order = an_order(lines=TWO_LINES, shipping=shipping, payments=card)
    lines = (asking("1", BOTH[0], 2), asking("2", BOTH[1], 2))
    case = proposed(order, offering(*BOTH), *lines)
    payouts = make_return_payouts(case, order, held(order))
    assert [(p.method, p.amount_minor, p.bonus_minor) for p in payouts] == [
        (PayoutMethod.PROVIDER, 2800, 0),
        (PayoutMethod.STORE_CREDIT, 2002, 200),
    ]
    shown = quote(order, offering(*BOTH), *lines).paid_as
    assert [each.total_minor for each in shown] == [2800, 2202]


def test_a_flat_bonus_counts_once_and_of_different_ones_the_highest() -> None:
    """5.00 on top of a credit over two lines is 5.00, not 10.00."""
    rules = StoreCreditRules(bonus_flat=AmountByCurrency(minor={"GBP": 500}))
    order = an_order(lines=TWO_LINES)
    lines = (asking("1", BOTH[1]), asking("2", BOTH[1]))
    (payout,) = make_return_payouts(proposed(order, offering(*BOTH, rules=rules), *lines), order, held(order))
    assert (payout.amount_minor, payout.bonus_minor) == (2201, 500)


def test_what_was_paid_with_a_gift_card_goes_back_to_it() -> None:
    """24.00 paid with a gift card and a card: the customer who wants the money gets each part where it came from."""
    gift = Payment(payment_id="gift", method=PaymentMethod.GIFT_CARD, reference="GC-1", captured_minor=1000)
    card = Payment(payment_id="card", reference="pi_1", captured_minor=1400)
    order = an_order(payments=(card, gift))
    payouts = make_return_payouts(proposed(order, offering(*BOTH), asking(quantity=2)), order, held(order))
    assert [(p.payment_id, p.method, p.account, p.amount_minor) for p in payouts] == [
        ("gift", PayoutMethod.CREDIT_ACCOUNT, "gift_card:GC-1", 1000),
        ("card", PayoutMethod.PROVIDER, "", 1400),
    ]


def test_credit_lasts_as_long_as_the_kindest_line_says() -> None:
    """A credit of one year expires a year after it was given; money and what goes back to an account never do."""
    rules = StoreCreditRules(expires_after=Span.of("365 days"))
    order, policy = an_order(), offering(*BOTH, rules=rules)
    case = proposed(order, policy, asking(resolution=BOTH[1]))
    (payout,) = date_new_credits(case, make_return_payouts(case, order, held(order)), policy=policy, at=ASKED)
    assert payout.expires_at is not None
    assert payout.expires_at >= ASKED + timedelta(days=365)


def test_a_declined_refund_falls_to_credit_where_the_policy_says_so() -> None:
    """The card is closed: another payment takes what it holds, and the rest becomes credit without a bonus."""
    rules = PayoutRules(when_declined=DeclinedRefund.STORE_CREDIT)
    payments = (
        Payment(payment_id="card", reference="pi_1", captured_minor=1400),
        Payment(payment_id="bank", method=PaymentMethod.BANK, reference="ba_1", captured_minor=1000),
    )
    order = an_order(payments=payments)
    case = proposed(order, offering(*BOTH), asking(quantity=2))
    first = make_return_payouts(case, order, held(order), rules=rules)
    failed = [p.model_copy(update={"state": PayoutState.FAILED}) if p.payment_id == "card" else p for p in first]
    after = case.with_facts(payouts=tuple(failed))
    (again,) = make_return_payouts(after, order, {"card": 1400, "bank": 0}, rules=rules)
    assert (again.method, again.payment_id, again.amount_minor) == (PayoutMethod.STORE_CREDIT, "card", 1400)
    assert (again.bonus_minor, again.account) == (0, "store_credit:c-1")
    assert make_return_payouts(after, order, {"card": 1400, "bank": 0})[0].method is PayoutMethod.PROVIDER


@given(
    percent=st.integers(0, 100),
    prices=st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
    ways=st.tuples(st.sampled_from(BOTH), st.sampled_from(BOTH)),
    split=st.integers(0, 100),
)
def test_what_is_shown_is_what_is_paid(
    percent: int, prices: tuple[int, int], ways: tuple[Method, Method], split: int
) -> None:
    """Whatever is chosen and however it was paid: the payouts are what the quote showed, to the penny, bonus too."""
    lines = tuple(an_order_line(str(n), unit_price_minor=price) for n, price in enumerate(prices, start=1))
    whole = sum(line.price_minor for line in lines)
    first = whole * split // 100
    payments = (
        Payment(payment_id="p1", reference="pi_1", captured_minor=first),
        Payment(payment_id="p2", reference="pi_2", captured_minor=whole - first),
    )
    order = an_order(lines=lines, payments=payments)
    policy = offering(*BOTH, rules=StoreCreditRules(bonus_percent=percent))
    asked = (asking("1", ways[0]), asking("2", ways[1]))
    shown = quote(order, policy, *asked)
    case = proposed(order, policy, *asked)
    payouts = make_return_payouts(case, order, held(order))
    for method, way in ((BOTH[0], PayoutMethod.PROVIDER), (BOTH[1], PayoutMethod.STORE_CREDIT)):
        told = [(each.amount_minor, each.bonus_minor) for each in shown.paid_as if each.method is method]
        paid = [payout for payout in payouts if payout.method is way]
        assert (sum(p.amount_minor for p in paid), sum(p.bonus_minor for p in paid)) == (told or [(0, 0)])[0]
    assert owed_now(case.with_facts(payouts=payouts)).total_minor == 0
