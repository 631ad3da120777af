"""Over which payments a refund goes, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.orders import Order, Payment, PaymentMethod
from domain.policies import PayoutOrder, PayoutRules
from domain.reimbursements import plan_payouts, unplaced_minor
from tests.domain.baskets import basket, goods

QUICK = settings(max_examples=100, deadline=None)
GIFT_CARD_FIRST = PayoutRules(methods_first=(PaymentMethod.GIFT_CARD,))


def paid_by(*payments: tuple[str, PaymentMethod, int]) -> Order:
    """An order with these payments, oldest first."""
    order = basket(goods("a", 1, sum(amount for _, _, amount in payments)), paid=[])
    made = [
        Payment(payment_id=name, method=method, reference=f"ref_{name}", captured_minor=amount)
        for name, method, amount in payments
    ]
    return order.model_copy(update={"payments": tuple(made)})


CARD, GIFT, BANK = PaymentMethod.CARD, PaymentMethod.GIFT_CARD, PaymentMethod.BANK
ORDER = paid_by(("card", CARD, 500), ("voucher", GIFT, 300), ("bank", BANK, 200))
HOLDS = {"card": 500, "voucher": 300, "bank": 200}


@pytest.mark.parametrize(
    ("rules", "total", "expected"),
    [
        (PayoutRules(), 150, {"bank": 150}),
        (PayoutRules(), 600, {"bank": 200, "voucher": 300, "card": 100}),
        (PayoutRules(order=PayoutOrder.OLDEST_FIRST), 600, {"card": 500, "voucher": 100}),
        (PayoutRules(order=PayoutOrder.PROPORTIONAL), 101, {"card": 51, "voucher": 30, "bank": 20}),
        (GIFT_CARD_FIRST, 400, {"voucher": 300, "bank": 100}),
        (PayoutRules(methods_first=(BANK, CARD)), 250, {"bank": 200, "card": 50}),
        (
            PayoutRules(methods_first=(GIFT,), order=PayoutOrder.PROPORTIONAL),
            370,
            {"voucher": 300, "card": 50, "bank": 20},
        ),
        (PayoutRules(), 1000, {"bank": 200, "voucher": 300, "card": 500}),
        (PayoutRules(), 0, {}),
        (PayoutRules(), -5, {}),
    ],
)
def test_the_policy_orders_the_payments(rules: PayoutRules, total: int, expected: dict[str, int]) -> None:
    """Newest first, oldest first, in proportion, or some methods before all others."""
    payouts = plan_payouts(ORDER, total, refundable_minor=HOLDS, rules=rules)
    assert {payout.payment_id: payout.amount_minor for payout in payouts} == expected
    assert [payout.payment_id for payout in payouts] == list(expected)


def test_a_named_payment_is_used_before_the_others() -> None:
    """The clerk wants the card refunded; what it does not hold goes on to the newest."""
    payouts = plan_payouts(ORDER, 600, refundable_minor=HOLDS, payment_id="card")
    assert [(payout.payment_id, payout.amount_minor) for payout in payouts] == [("card", 500), ("bank", 100)]


def test_what_is_pending_or_disputed_is_not_promised_again() -> None:
    """The bank transfer is disputed and 250 of the voucher is on its way: 50 and the card are left."""
    payouts = plan_payouts(ORDER, 600, refundable_minor={"card": 500, "voucher": 50, "bank": 0})
    assert [(payout.payment_id, payout.amount_minor) for payout in payouts] == [("voucher", 50), ("card", 500)]
    assert unplaced_minor(600, payouts) == 50


def test_a_payment_that_the_ledger_does_not_know_takes_nothing() -> None:
    """No promise on a payment without a balance, nor on one that fell below nothing."""
    payouts = plan_payouts(ORDER, 100, refundable_minor={"card": 500, "bank": -20})
    assert [(payout.payment_id, payout.amount_minor) for payout in payouts] == [("card", 100)]


def test_every_payout_says_what_it_takes_from_what() -> None:
    """The explanation names method, payment and what it still holds."""
    payouts = plan_payouts(ORDER, 250, refundable_minor=HOLDS)
    assert [payout.explanation for payout in payouts] == [
        "2.00 GBP to bank payment bank: all that it still holds.",
        "0.50 GBP to gift_card payment voucher: of 3.00 GBP that it still holds.",
    ]


@QUICK
@given(
    holds=st.lists(st.integers(0, 900), min_size=1, max_size=5),
    total=st.integers(0, 5000),
    method=st.sampled_from(PayoutOrder),
    first=st.lists(st.sampled_from([CARD, GIFT, BANK]), max_size=2, unique=True),
)
def test_payouts_take_all_they_can_and_never_more(
    holds: list[int], total: int, method: PayoutOrder, first: list[PaymentMethod]
) -> None:
    """Whatever the order of payments, what can be placed is placed, once on each payment."""
    methods = [CARD, GIFT, BANK, CARD, GIFT]
    order = paid_by(*((f"p{number}", methods[number], amount) for number, amount in enumerate(holds)))
    refundable = {f"p{number}": amount for number, amount in enumerate(holds)}
    rules = PayoutRules(order=method, methods_first=tuple(first))
    payouts = plan_payouts(order, total, refundable_minor=refundable, rules=rules)
    assert sum(payout.amount_minor for payout in payouts) == min(total, sum(holds))
    assert unplaced_minor(total, payouts) == max(0, total - sum(holds))
    assert len({payout.payment_id for payout in payouts}) == len(payouts)
    assert all(0 < payout.amount_minor <= refundable[payout.payment_id] for payout in payouts)
