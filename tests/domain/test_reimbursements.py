"""What units that come back bring: price, discounts, taxes, duties, shipping, fees, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.money import Rounding
from domain.orders import Bundle, Order
from domain.policies import DutyRefund, Fault, ShippingRefund
from domain.reimbursements import AmountKind, PaidBefore, ReimbursedUnits, plan_reimbursement
from tests.builders import a_policy
from tests.domain.baskets import (
    NO_FEES,
    amount_of,
    basket,
    charged,
    check_sums,
    delivery,
    fees,
    goods,
    off,
    refund,
    refund_for,
    tax,
    words_of,
    worth,
)

TAXED_ON_TOP = basket(goods("a", 3, 3368, tax("0.20", 1984)), goods("b", 1, 1000), discounts=(off(189, "a"),))


def test_a_plain_unit_brings_its_price() -> None:
    """A mug at 12.00 brings 12.00."""
    assert refund(basket(goods("mug", 2, 1200)), ("mug", 1)).total_minor == 1200


def test_taxes_on_top_are_paid_back_with_the_goods() -> None:
    """Three at 33.68 less 1.89 plus 19.84 tax: one unit brings 33.05 and 6.61 tax."""
    plan = refund(TAXED_ON_TOP, ("a", 1))
    assert [(line.kind, line.amount_minor) for line in plan.lines] == [
        (AmountKind.GOODS, 3368),
        (AmountKind.DISCOUNT, -63),
        (AmountKind.TAX, 661),
    ]
    assert plan.total_minor == 3966
    check_sums(plan)


def test_taxes_inside_the_price_are_not_paid_twice() -> None:
    """A shirt at 12.00 with 2.00 tax inside brings 12.00, of which the credit note shows 2.00 as tax."""
    plan = refund(basket(goods("shirt", 1, 1200, tax("0.20", 200)), tax_included=True), ("shirt", 1))
    assert plan.total_minor == 1200
    assert [line.kind for line in plan.lines] == [AmountKind.GOODS]
    assert (plan.credits[0].net_minor, plan.credits[0].taxes[0].amount_minor) == (1000, 200)


def test_every_amount_says_how_it_came_about() -> None:
    """A clerk can read the sum to the customer line by line."""
    first = refund(TAXED_ON_TOP, ("a", 1))
    plan = refund(TAXED_ON_TOP, ("a", 1), before=[first], policy=fees(percent=10, flat=100, label=500))
    assert [line.explanation for line in plan.lines] == [
        "Line a: 1 of 3 units (1 came back before) at 33.68 GBP each.",
        "Line a: 1 of 3 units (1 came back before) carry 0.63 GBP of 1.89 GBP order discount SALE.",
        "Line a: tax of 20% on 1 of 3 units (1 came back before), of 19.84 GBP on the line.",
        "Line a: restocking fee of 10% of 39.67 GBP and 1.00 GBP flat.",
        "Return shipping fee of 5.00 GBP, once for the whole return.",
    ]


def test_the_example_on_the_page_is_what_the_code_says() -> None:
    """docs/money.md explains a refund with the very amounts and words that a clerk sees."""
    page = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    first = refund(TAXED_ON_TOP, ("a", 1))
    plan = refund(TAXED_ON_TOP, ("a", 1), before=[first], policy=fees(percent=10, flat=100, label=500))
    for line in plan.lines:
        assert f"| {line.amount_minor / 100:.2f} | {line.explanation} |" in page
    assert f"| **{plan.total_minor / 100:.2f}** | |" in page


def test_a_line_discount_and_an_order_discount_both_reduce_the_refund() -> None:
    """Two at 50.00, 10.00 off the line and 9.00 off the order of 100.00: one unit brings 45.00 less 4.50."""
    order = basket(goods("a", 2, 5000, discount_minor=1000), goods("b", 1, 1000), discounts=(off(900),))
    plan = refund(order, ("a", 1))
    assert plan.total_minor == 4500 - 405
    assert "10.00 GBP discount on the line and 8.10 GBP order discount SALE" in words_of(plan, AmountKind.DISCOUNT)


def test_a_discount_on_some_lines_leaves_the_others_alone() -> None:
    """A voucher for shoes does not make the returned socks cheaper."""
    order = basket(goods("shoes", 1, 8000), goods("socks", 1, 500), discounts=(off(2000, "shoes"),))
    assert refund(order, ("socks", 1)).total_minor == 500
    assert refund(order, ("shoes", 1)).total_minor == 6000


def test_what_a_discounted_line_cannot_carry_falls_on_the_others() -> None:
    """Two vouchers that overlap never make a line cost less than nothing, and none of them is lost."""
    order = basket(
        goods("a", 1, 1000),
        goods("b", 1, 1000),
        goods("c", 1, 1000),
        discounts=(off(1500, "a", "b", discount_id="one"), off(1200, "a", "b", discount_id="two")),
    )
    amounts = [refund(order, (line_id, 1)).total_minor for line_id in "abc"]
    assert sum(amounts) == 300 == worth(order)
    assert min(amounts) >= 0


def test_a_narrow_discount_is_shared_before_a_wide_one() -> None:
    """10.00 off two items at 10.00 and 8.00 off the first alone: the first has 2.00 left to carry the wide discount."""
    order = basket(goods("a", 1, 1000), goods("b", 1, 1000), discounts=(off(1000, discount_id="all"), off(800, "a")))
    assert [refund(order, (line_id, 1)).total_minor for line_id in "ab"] == [33, 167]


def test_several_rates_on_one_line_stay_apart() -> None:
    """State and county tax on the same goods are both paid back, each in its part."""
    order = basket(goods("a", 2, 1000, tax("0.0625", 125), tax("0.01", 20)))
    plan = refund(order, ("a", 1))
    assert [line.amount_minor for line in plan.lines] == [1000, 63, 10]
    assert plan.total_minor == 1073


def test_the_same_line_with_two_faults_is_two_entries_of_one_line() -> None:
    """One unit broken, one unwanted: the fee is kept on the unwanted one alone."""
    order = basket(goods("a", 3, 1000))
    units = [
        ReimbursedUnits(line_id="a", quantity=1, fault=Fault.MERCHANT),
        ReimbursedUnits(line_id="a", quantity=1, fault=Fault.CUSTOMER),
    ]
    policy = fees(percent=10, flat=50)
    plan = plan_reimbursement(order, charged(policy, *units), before=PaidBefore(), policy=policy)
    assert amount_of(plan, AmountKind.RESTOCKING_FEE) == -150
    assert plan.total_minor == 1850
    assert PaidBefore.of([plan]).units == {"a": 2}
    assert PaidBefore.of([plan]).positions["line:a"].excused == 1


def test_a_line_in_several_entries_is_still_one_line() -> None:
    """Three stickers for 1.00 with 1.00 of duties, each with its own fault in one return: 2.00, not 1.98."""
    order = basket(goods("a", 3, 34, discount_minor=2, duties_minor=100))
    units = [ReimbursedUnits(line_id="a", quantity=1, fault=fault) for fault in list(Fault)[:3]]
    plan = plan_reimbursement(order, units, before=PaidBefore(), policy=NO_FEES)
    assert amount_of(plan, AmountKind.DUTIES) == 100
    assert plan.total_minor == 200


@pytest.mark.parametrize("units", [[("nowhere", 1)], [("a", 4)], [("a", 2), ("a", 2)]])
def test_units_that_nobody_bought_are_a_bug_not_a_refund(units: list[tuple[str, int]]) -> None:
    """Asking to pay for units that are not on the order stops at once."""
    with pytest.raises(ValueError, match=r"no such line|units to pay for"):
        refund(basket(goods("a", 3, 1000)), *units)


def test_units_that_came_back_before_are_not_paid_again() -> None:
    """Two of three came back; there is one left to pay for, not two."""
    order = basket(goods("a", 3, 1000))
    with pytest.raises(ValueError, match="2 units to pay for, but 1 are out"):
        refund(order, ("a", 2), before=[refund(order, ("a", 2))])


def test_nothing_accepted_is_a_plan_of_nothing() -> None:
    """When the inspection accepts no unit, the plan is empty and takes no fee."""
    plan = refund(basket(goods("a", 1, 1000), shipping=(delivery(500),)), ("a", 0), policy=fees(label=700))
    assert (plan.lines, plan.total_minor, plan.credits) == ((), 0, ())


class TestDuties:
    """Import duties that the customer paid to the shop."""

    ORDER = basket(goods("a", 3, 1000, duties_minor=100))

    @pytest.mark.parametrize(
        ("rule", "unwanted", "faulty"),
        [
            (DutyRefund.WITH_GOODS, 1033, 1033),
            (DutyRefund.NOT_CUSTOMERS_FAULT, 1000, 1033),
            (DutyRefund.NEVER, 1000, 1000),
        ],
    )
    def test_the_policy_decides(self, rule: DutyRefund, unwanted: int, faulty: int) -> None:
        """Duties of 1.00 on three units: one unit brings 0.33 of them, or none."""
        policy = a_policy(duties=rule)
        assert refund(self.ORDER, ("a", 1), policy=policy).total_minor == unwanted
        assert refund_for(Fault.MERCHANT, self.ORDER, ("a", 1), policy=policy).total_minor == faulty

    def test_duties_not_paid_for_one_unit_do_not_come_with_the_next(self) -> None:
        """The first unit was unwanted, the second broken: only the broken one brings its duties."""
        policy = a_policy(duties=DutyRefund.NOT_CUSTOMERS_FAULT)
        first = refund(self.ORDER, ("a", 1), policy=policy)
        second = refund_for(Fault.MERCHANT, self.ORDER, ("a", 1), policy=policy, before=[first])
        assert amount_of(second, AmountKind.DUTIES) == 34
        assert "stay with the customer" in words_of(first, AmountKind.DUTIES)


class TestBundles:
    """Parts of a kit that was sold for one price."""

    KIT = Bundle(bundle_id="kit", line_ids=("body", "lens"), price_minor=15999, taxes=(tax("0.06", 960),))
    ORDER = basket(goods("body", 1, 10000), goods("lens", 1, 8435), bundles=(KIT,))

    @pytest.mark.parametrize("sequence", [("body", "lens"), ("lens", "body")])
    def test_the_parts_bring_the_kit_whichever_comes_first(self, sequence: tuple[str, str]) -> None:
        """A kit of 159.99 plus 9.60 tax: both parts bring 169.59, never 169.58."""
        first = refund(self.ORDER, (sequence[0], 1))
        second = refund(self.ORDER, (sequence[1], 1), before=[first])
        assert first.total_minor + second.total_minor == 16959

    def test_each_part_carries_its_share_of_the_saving(self) -> None:
        """The body alone costs 100.00; in the kit it cost 86.79."""
        plan = refund(self.ORDER, ("body", 1))
        assert amount_of(plan, AmountKind.GOODS) + amount_of(plan, AmountKind.DISCOUNT) == 8679
        assert "bundle kit" in words_of(plan, AmountKind.DISCOUNT)


class TestCap:
    """Nobody gets more than the payments still hold."""

    def test_an_order_paid_in_part_refunds_what_was_paid(self) -> None:
        """Goods worth 10.00, of which 1.23 was captured: 1.23 goes back, and the plan says why."""
        plan = refund(basket(goods("a", 1, 1000), paid=[123]), ("a", 1))
        assert plan.total_minor == 123
        assert words_of(plan, AmountKind.CAP) == (
            "The payments hold no more than 1.23 GBP: 1.23 GBP was paid, 0.00 GBP of it paid back before."
        )
        check_sums(plan)

    def test_an_unpaid_order_refunds_nothing(self) -> None:
        """Nothing was captured, so nothing goes back."""
        assert refund(basket(goods("a", 1, 1000), paid=[]), ("a", 1)).total_minor == 0

    def test_disputed_money_is_not_paid_twice(self) -> None:
        """The bank took 6.00 back already: at most 4.00 of the 10.00 is left for the refund."""
        order = basket(goods("a", 1, 1000))
        units = [ReimbursedUnits(line_id="a", quantity=1)]
        plan = plan_reimbursement(order, units, before=PaidBefore(frozen_minor=600), policy=NO_FEES)
        assert plan.total_minor == 400
        assert "6.00 GBP is under dispute" in words_of(plan, AmountKind.CAP)

    def test_an_order_made_cheaper_after_a_refund_gives_nothing_twice(self) -> None:
        """The shop lowers a price below what it paid back already: the rest of the line brings nothing."""
        dear, cheap = basket(goods("a", 2, 1000)), basket(goods("a", 2, 300), paid=[2000])
        plan = refund(cheap, ("a", 1), before=[refund(dear, ("a", 1))])
        assert plan.total_minor == 0
        check_sums(plan)


@pytest.mark.parametrize(
    ("rounding", "amounts"),
    [
        (Rounding.LARGEST_REMAINDER, [33, 34, 33]),
        (Rounding.DOWN, [33, 33, 34]),
        (Rounding.UP, [34, 33, 33]),
    ],
)
def test_the_policy_says_where_the_odd_penny_goes(rounding: Rounding, amounts: list[int]) -> None:
    """Three stickers for 1.00: in every rounding they bring 1.00 together."""
    order, policy = basket(goods("a", 3, 34, discount_minor=2)), a_policy(rounding=rounding)
    plans = [refund(order, ("a", 1), policy=policy)]
    for _ in range(2):
        plans.append(refund(order, ("a", 1), before=plans, policy=policy))
    assert [plan.total_minor for plan in plans] == amounts


def test_a_policy_that_changes_its_rounding_still_ends_at_the_whole() -> None:
    """The shop changes the rounding between two returns of one line: the line still brings what it cost."""
    order = basket(goods("a", 3, 34, discount_minor=2))
    first = refund(order, ("a", 1), policy=a_policy(rounding=Rounding.UP))
    second = refund(order, ("a", 2), before=[first], policy=a_policy(rounding=Rounding.DOWN))
    assert first.total_minor + second.total_minor == 100


@pytest.mark.parametrize(("currency", "price"), [("JPY", 100), ("GBP", 10000), ("KWD", 100000)])
def test_amounts_are_minor_units_in_every_currency(currency: str, price: int) -> None:
    """100 yen, 100.00 pounds and 100.000 dinars come back as they were paid, and are said as people write them."""
    order: Order = basket(goods("a", 1, price), currency=currency)
    plan = refund(order, ("a", 1))
    assert (plan.currency, plan.total_minor) == (currency, price)
    written = {"JPY": "100 JPY", "GBP": "100.00 GBP", "KWD": "100.000 KWD"}[currency]
    assert plan.lines[0].explanation == f"Line a: the only unit at {written} each."


def test_units_counted_by_hand_are_taken_at_their_plain_worth() -> None:
    """Records that only know 'one unit and the shipping' lead to the same rest as the plans themselves."""
    order = basket(goods("a", 3, 34, discount_minor=2), shipping=(delivery(500),))
    always = a_policy(original_shipping=ShippingRefund.ALWAYS)
    first = refund(order, ("a", 1), policy=always)
    by_hand = PaidBefore(units={"a": 1}, shipping_minor=500, total_minor=533)
    units = [ReimbursedUnits(line_id="a", quantity=2)]
    assert plan_reimbursement(order, units, before=by_hand, policy=always) == refund(
        order, ("a", 2), before=[first], policy=always
    )


def test_a_plan_survives_storage() -> None:
    """What is stored with the case reads back as it was approved."""
    plan = refund(TAXED_ON_TOP, ("a", 2), ("b", 1), policy=fees(percent=10))
    assert type(plan).model_validate_json(plan.model_dump_json()) == plan
