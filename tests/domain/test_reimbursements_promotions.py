"""Promotions with a condition, and free gifts, when a part of the goods comes back."""

from __future__ import annotations

import pytest

from domain.policies import Fault, GiftRule, PromotionRule
from domain.reimbursements import AmountKind, ReimbursementPlan
from tests.builders import a_policy
from tests.domain.baskets import (
    basket,
    by_amount,
    check_sums,
    fees,
    goods,
    off,
    refund,
    refund_for,
    tax,
    words_of,
    worth,
)

# 50.00 off two coats at 100.00, earned by buying for 150.00.
COATS = basket(goods("coat", 2, 10000), discounts=(off(5000, minimum_minor=15000, title="50 off 150"),))

SHARE = a_policy(promotions=PromotionRule.SHARE)
KEEP = a_policy(promotions=PromotionRule.KEEP)
TEST_AGAIN = a_policy(promotions=PromotionRule.TEST_AGAIN)


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        (PromotionRule.SHARE, 7500, 7500),
        (PromotionRule.KEEP, 10000, 5000),
        (PromotionRule.TEST_AGAIN, 5000, 10000),
    ],
)
def test_the_policy_says_what_a_partial_return_does_to_a_promotion(
    rule: PromotionRule, first: int, second: int
) -> None:
    """One coat back, then the other: shared, kept whole, or taken back; 150.00 in the end in each case."""
    policy = a_policy(promotions=rule)
    one = refund(COATS, ("coat", 1), policy=policy)
    two = refund(COATS, ("coat", 1), policy=policy, before=[one])
    assert [one.total_minor, two.total_minor] == [first, second]
    check_sums(one)
    check_sums(two)


def test_a_promotion_that_is_taken_back_says_so() -> None:
    """The customer reads why the refund is smaller."""
    plan = refund(COATS, ("coat", 1), policy=TEST_AGAIN)
    assert words_of(plan, AmountKind.PROMOTION) == (
        "25.00 GBP less: the goods that stay no longer earn promotion 50 off 150, and it took 25.00 GBP off line coat."
    )
    assert plan.withdrawn == ("SALE",)


def test_a_promotion_that_is_still_earned_stays_shared() -> None:
    """Of four coats for 400.00 one comes back: 300.00 still earn the 50.00 off 150.00."""
    order = basket(goods("coat", 4, 10000), discounts=(off(5000, minimum_minor=15000),))
    assert refund(order, ("coat", 1), policy=TEST_AGAIN).total_minor == 8750


def test_a_promotion_is_taken_back_once() -> None:
    """Three coats back one after the other: the second return takes the promotion back, the third no more."""
    order = basket(goods("coat", 4, 10000), discounts=(off(4000, minimum_minor=25000),))
    plans: list[ReimbursementPlan] = []
    for _ in range(4):
        plans.append(refund(order, ("coat", 1), policy=TEST_AGAIN, before=plans))
    assert [plan.total_minor for plan in plans] == [9000, 7000, 10000, 10000]
    assert [plan.withdrawn for plan in plans] == [(), ("SALE",), (), ()]


@pytest.mark.parametrize("fault", [Fault.MERCHANT, Fault.CARRIER])
def test_a_faulty_unit_never_costs_the_promotion(fault: Fault) -> None:
    """A torn coat comes back: the customer wanted both, so the promotion stays earned, also in the next return."""
    order = basket(goods("coat", 3, 10000), discounts=(off(3000, minimum_minor=25000),))
    torn = refund_for(fault, order, ("coat", 1), policy=TEST_AGAIN)
    assert torn.total_minor == 9000
    unwanted = refund(order, ("coat", 1), policy=TEST_AGAIN, before=[torn])
    assert unwanted.withdrawn == ("SALE",)
    order = basket(goods("coat", 3, 10000), discounts=(off(3000, minimum_minor=15000),))
    torn = refund_for(fault, order, ("coat", 1), policy=TEST_AGAIN)
    assert refund(order, ("coat", 1), policy=TEST_AGAIN, before=[torn]).withdrawn == ()


def test_taking_a_promotion_back_never_asks_for_money() -> None:
    """A 5.00 scarf comes back and undoes 40.00 off: the refund is nothing, and the rest is forgiven."""
    order = basket(
        goods("coat", 1, 14600),
        goods("scarf", 1, 500),
        discounts=(off(4000, "coat", minimum_minor=15000, earned_by=("coat", "scarf")),),
    )
    plan = refund(order, ("scarf", 1), policy=TEST_AGAIN)
    assert plan.total_minor == 0
    assert refund(order, ("coat", 1), policy=TEST_AGAIN, before=[plan]).total_minor == 10600 + 500


def test_two_promotions_taken_back_together_never_ask_for_money() -> None:
    """A 5.00 scarf undoes two promotions of 4.00 on the coat: 5.00 is taken off, the rest is forgiven."""
    earned = {"minimum_minor": 15000, "earned_by": ("coat", "scarf")}
    discounts = tuple(off(400, "coat", discount_id=name, **earned) for name in ("x", "y"))
    order = basket(goods("coat", 1, 14600), goods("scarf", 1, 500), discounts=discounts)
    plan = refund(order, ("scarf", 1), policy=TEST_AGAIN)
    assert plan.total_minor == 0
    assert plan.withdrawn == ("x", "y")
    assert refund(order, ("coat", 1), policy=TEST_AGAIN, before=[plan]).total_minor == worth(order)


def test_a_promotion_whose_minimum_we_cannot_see_is_left_alone() -> None:
    """The shop counted in another way (the whole order is below the minimum as we count): nothing is taken back."""
    order = basket(goods("coat", 2, 10000), discounts=(off(5000, minimum_minor=99999),))
    assert refund(order, ("coat", 1), policy=TEST_AGAIN).total_minor == 7500


def test_the_tax_that_a_promotion_saved_goes_with_it() -> None:
    """With 20% on top, 25.00 of promotion on the coat that stays is 30.00 with its tax."""
    order = basket(goods("coat", 2, 10000, tax("0.20", 3000)), discounts=(off(5000, minimum_minor=15000),))
    one = refund(order, ("coat", 1), policy=TEST_AGAIN)
    two = refund(order, ("coat", 1), policy=TEST_AGAIN, before=[one])
    assert [one.total_minor, two.total_minor] == [6000, 12000]
    assert [sum(tax.amount_minor for credit in plan.credits for tax in credit.taxes) for plan in (one, two)] == [
        1000,
        2000,
    ]


def test_a_tax_inside_the_price_is_not_added_to_a_promotion() -> None:
    """With the tax inside, 25.00 of promotion on the coat that stays is 25.00."""
    order = basket(
        goods("coat", 2, 10000, tax("0.20", 2500)), discounts=(off(5000, minimum_minor=15000),), tax_included=True
    )
    one = refund(order, ("coat", 1), policy=TEST_AGAIN)
    two = refund(order, ("coat", 1), policy=TEST_AGAIN, before=[one])
    assert [one.total_minor, two.total_minor] == [5000, 10000]


def test_a_promotion_kept_whole_stays_with_the_lines_it_applies_to() -> None:
    """Lines of 50.00 and 10.00 with 10.00 off: the first brings 50.00, and the second then cost nothing."""
    order = basket(goods("a", 1, 5000), goods("b", 1, 1000), discounts=(off(1000, minimum_minor=5500),))
    first = refund(order, ("a", 1), policy=KEEP)
    assert first.total_minor == 5000
    assert refund(order, ("b", 1), policy=KEEP, before=[first]).total_minor == 0
    assert refund(order, ("a", 1), policy=SHARE).total_minor == 4167


def test_two_promotions_kept_whole_share_the_room_that_is_left() -> None:
    """Two promotions on the same goods cannot both move to a line that is worth less than them."""
    order = basket(
        goods("a", 1, 5000),
        goods("b", 1, 1000),
        discounts=(off(1000, minimum_minor=5500, discount_id="x"), off(900, minimum_minor=5500, discount_id="y")),
    )
    first = refund(order, ("a", 1), policy=KEEP)
    second = refund(order, ("b", 1), policy=KEEP, before=[first])
    assert first.total_minor + second.total_minor == 4100
    assert first.total_minor == 4100
    assert AmountKind.CAP not in {line.kind for line in first.lines}


class TestGifts:
    """A toy worth 15.00 came free with a camera."""

    ORDER = basket(
        goods("camera", 1, 40000),
        goods("toy", 1, 1500),
        discounts=(off(1500, "toy", earned_by=("camera",), title="free toy"),),
    )

    def test_a_gift_that_is_kept_is_deducted(self) -> None:
        """The camera comes back, the toy does not: 385.00."""
        plan = refund(self.ORDER, ("camera", 1))
        assert plan.total_minor == 38500
        assert "no longer earn gift free toy" in words_of(plan, AmountKind.PROMOTION)

    def test_a_gift_that_comes_back_too_costs_nothing(self) -> None:
        """Camera and toy back: 400.00."""
        assert refund(self.ORDER, ("camera", 1), ("toy", 1)).total_minor == 40000

    def test_a_gift_that_comes_back_later_brings_what_was_deducted(self) -> None:
        """The toy follows a week later: its 15.00 come back."""
        first = refund(self.ORDER, ("camera", 1))
        assert refund(self.ORDER, ("toy", 1), before=[first]).total_minor == 1500

    def test_a_gift_alone_brings_nothing(self) -> None:
        """Sending only the toy back brings no money, for none was paid."""
        assert refund(self.ORDER, ("toy", 1)).total_minor == 0

    def test_the_policy_may_leave_gifts(self) -> None:
        """A generous shop lets the toy go."""
        assert refund(self.ORDER, ("camera", 1), policy=a_policy(gifts=GiftRule.LEAVE)).total_minor == 40000

    def test_a_broken_camera_leaves_the_gift(self) -> None:
        """The customer did nothing wrong: the toy stays free."""
        assert refund_for(Fault.MERCHANT, self.ORDER, ("camera", 1), policy=a_policy()).total_minor == 40000


def test_goodwill_and_fees_go_together_with_a_promotion_that_is_taken_back() -> None:
    """10.00 goodwill, a 10% fee and a lost promotion: every sum still ends at the 150.00 paid."""
    goodwill = by_amount(COATS, 1000)
    policy = fees(percent=10).model_copy(update={"promotions": PromotionRule.TEST_AGAIN})
    one = refund(COATS, ("coat", 1), policy=policy, before=[goodwill])
    two = refund(COATS, ("coat", 1), policy=policy, before=[goodwill, one])
    rest = by_amount(COATS, None, before=[goodwill, one, two])
    assert sum(plan.total_minor for plan in (goodwill, one, two, rest)) == 15000
    assert {line.kind for line in rest.lines} == {AmountKind.FEE_GIVEN_BACK}
