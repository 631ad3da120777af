"""Refunds by amount: goodwill, giving back fees, paying back the rest; and what they leave for later returns."""

from __future__ import annotations

from typing import Any

import pytest

from domain.orders import Order
from domain.reimbursements import (
    AmountKind,
    AmountRefused,
    AmountRequest,
    PaidBefore,
    ReimbursementPlan,
    list_remaining,
    plan_amount,
)
from tests.domain.baskets import (
    amount_of,
    basket,
    by_amount,
    check_sums,
    delivery,
    fees,
    goods,
    refund,
    tax,
    words_of,
)

# Two at 10.00 with 23% on top (12.30 each) and 20.00 shipping: 44.60 paid.
ORDER = basket(goods("a", 2, 1000, tax("0.23", 460)), shipping=(delivery(2000),))


def test_an_amount_on_a_line_is_split_into_net_and_tax() -> None:
    """8.00 of a line with 23% tax is 6.50 net and 1.50 tax."""
    plan = by_amount(ORDER, 800, line_id="a")
    assert plan.total_minor == 800
    assert [(credit.net_minor, credit.taxes[0].amount_minor) for credit in plan.credits] == [(650, 150)]
    check_sums(plan)


def test_units_that_come_back_later_share_what_an_amount_left() -> None:
    """5.00 off the two mugs for a scratch: each later brings 9.80 instead of 12.30, and both the 19.60 left."""
    scratch = by_amount(ORDER, 500, line_id="a")
    first = refund(ORDER, ("a", 1), before=[scratch])
    second = refund(ORDER, ("a", 1), before=[scratch, first])
    assert [first.total_minor, second.total_minor - 2000] == [980, 980]
    assert words_of(first, AmountKind.EARLIER_REFUND) == (
        "Line a: after what was refunded or deducted before, 19.60 GBP is left for the 2 units that are out, "
        "so 1 of them bring 9.80 GBP instead of 12.30 GBP."
    )


def test_splitting_a_return_after_goodwill_gains_nothing() -> None:
    """A penny off three at 0.01: two together bring a penny, and so do two one after the other."""
    order = basket(goods("a", 3, 1))
    goodwill = by_amount(order, 1, line_id="a")
    first = refund(order, ("a", 1), before=[goodwill])
    second = refund(order, ("a", 1), before=[goodwill, first])
    assert first.total_minor + second.total_minor == refund(order, ("a", 2), before=[goodwill]).total_minor == 1


def test_an_amount_after_a_return_falls_on_the_units_that_stay() -> None:
    """One mug came back in full, then 2.30 goodwill on the line: the mug that stayed is worth 10.00."""
    first = refund(ORDER, ("a", 1))
    goodwill = by_amount(ORDER, 230, line_id="a", before=[first])
    assert refund(ORDER, ("a", 1), before=[first, goodwill]).total_minor == 1000 + 2000


def test_an_amount_on_the_order_is_shared_over_what_is_left_of_everything() -> None:
    """4.46 on an order of 44.60 is a tenth of each line and of the shipping."""
    plan = by_amount(ORDER, 446)
    assert {credit.position: credit.credited_minor for credit in plan.credits} == {
        "line:a": 246,
        "shipping:shipping": 200,
    }
    assert "of 44.60 GBP that the shop still had of it" in words_of(plan, AmountKind.GOODWILL)


def test_without_an_amount_everything_left_is_paid_back() -> None:
    """After 5.00 goodwill, 'refund the rest' is 39.60, and then nothing is left."""
    goodwill = by_amount(ORDER, 500, line_id="a")
    rest = by_amount(ORDER, None, before=[goodwill])
    assert rest.total_minor == 3960
    assert code(ORDER, before=[goodwill, rest]) == "nothing_left"


def test_goodwill_first_gives_back_the_fee_that_was_kept() -> None:
    """A 2.46 restocking fee is given back after a complaint; the other mug keeps its worth."""
    first = refund(ORDER, ("a", 1), policy=fees(percent=20))
    sorry = by_amount(ORDER, 300, line_id="a", before=[first])
    assert amount_of(sorry, AmountKind.FEE_GIVEN_BACK) == 246
    assert amount_of(sorry, AmountKind.GOODWILL) == 54
    left = {amount.position: amount for amount in list_remaining(ORDER, before=PaidBefore.of([first, sorry]))}
    assert (left["line:a"].left_minor, left["line:a"].kept_minor) == (1230 - 54, 0)


def test_shipping_can_be_refunded_alone_and_only_once() -> None:
    """20.00 shipping goes back for a late delivery; a second time there is none."""
    shipping = by_amount(ORDER, None, shipping_id="shipping")
    assert shipping.total_minor == 2000
    assert code(ORDER, shipping_id="shipping", before=[shipping]) == "nothing_left"
    assert refund(ORDER, ("a", 2), before=[shipping]).total_minor == 2460


@pytest.mark.parametrize(
    ("asked", "expected", "left"),
    [
        ({"amount_minor": -800}, "amount_not_positive", 4460),
        ({"amount_minor": 0}, "amount_not_positive", 4460),
        ({"amount_minor": 4461}, "refund_exceeds_balance", 4460),
        ({"amount_minor": 2461, "line_id": "a"}, "refund_exceeds_balance", 2460),
        ({"amount_minor": 2001, "shipping_id": "shipping"}, "refund_exceeds_balance", 2000),
        ({"amount_minor": 5, "currency": "EUR"}, "wrong_currency", 4460),
        ({"amount_minor": 5, "line_id": "b"}, "unknown_position", 0),
        ({"amount_minor": 5, "shipping_id": "van"}, "unknown_position", 0),
        ({"amount_minor": 5, "payment_id": "p9"}, "unknown_payment", 0),
    ],
)
def test_impossible_amounts_are_refused_with_what_is_left(asked: dict[str, Any], expected: str, left: int) -> None:
    """A clerk who types a wrong amount learns what is left and what to do; no money moves."""
    answer = plan_amount(ORDER, AmountRequest(**asked), before=PaidBefore())
    assert isinstance(answer, AmountRefused)
    assert (answer.code, answer.left_minor) == (expected, left)
    assert answer.detail.endswith(".")
    assert answer.way_out.endswith(".")


@pytest.mark.parametrize("paid", [[], [0]])
def test_an_order_without_captured_money_has_nothing_to_refund(paid: list[int]) -> None:
    """Authorized is not captured: nothing can be refunded."""
    assert code(basket(goods("a", 1, 1000), paid=paid), amount_minor=5) == "nothing_paid"


def test_a_free_order_has_nothing_to_refund() -> None:
    """A free sample brings no money."""
    assert code(basket(goods("a", 1, 0)), amount_minor=1) == "nothing_paid"


def test_pending_and_disputed_money_counts_as_gone() -> None:
    """100.00 captured, 80.00 on its way: 20.00 is left, so another 80.00 is refused."""
    order = basket(goods("a", 1, 10000))
    answer = plan_amount(order, AmountRequest(amount_minor=8000), before=PaidBefore(), refundable_minor={"p1": 2000})
    assert isinstance(answer, AmountRefused)
    assert (answer.code, answer.left_minor) == ("refund_exceeds_balance", 2000)
    disputed = plan_amount(order, AmountRequest(amount_minor=8000), before=PaidBefore(frozen_minor=8000))
    assert disputed == answer


def test_a_wish_for_one_payment_is_bounded_by_it() -> None:
    """7.00 on the card and 3.00 on the gift card: 4.00 back on the gift card is too much."""
    order = basket(goods("a", 1, 1000), paid=[700, 300])
    assert code(order, amount_minor=400, payment_id="p2") == "refund_exceeds_balance"
    assert by_amount(order, 300, payment_id="p2").total_minor == 300


def test_a_gift_and_its_refund_leave_no_trace_in_other_positions() -> None:
    """An amount on line b does not change what line a brings."""
    order = basket(goods("a", 1, 1000), goods("b", 1, 1000))
    assert refund(order, ("a", 1), before=[by_amount(order, 999, line_id="b")]).total_minor == 1000


def code(order: Order, *, before: list[ReimbursementPlan] | None = None, **asked: Any) -> str:
    """Why a request is refused."""
    answer = plan_amount(order, AmountRequest(**asked), before=PaidBefore.of(before or []))
    assert isinstance(answer, AmountRefused)
    return answer.code
