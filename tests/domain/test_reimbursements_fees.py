"""Original shipping that comes back, and fees that are kept."""

from __future__ import annotations

import pytest

from domain.policies import AmountByCurrency, Fault, Fees, ShippingRefund
from domain.reimbursements import AmountKind, PaidBefore, ReimbursedUnits, list_remaining, plan_reimbursement
from tests.builders import a_policy
from tests.domain.baskets import (
    NO_FEES,
    amount_of,
    basket,
    by_amount,
    charged,
    check_sums,
    delivery,
    fees,
    goods,
    refund,
    refund_for,
    tax,
    words_of,
)


class TestShipping:
    """When the original shipping is paid back."""

    ORDER = basket(goods("a", 2, 1000), goods("b", 1, 2000), shipping=(delivery(500, tax("0.20", 100)),))

    def test_a_part_of_the_order_leaves_shipping_with_the_shop(self) -> None:
        """One of two items back: the delivery still served the other."""
        assert refund(self.ORDER, ("a", 2)).total_minor == 2000

    def test_the_whole_order_brings_shipping_back_with_its_tax(self) -> None:
        """Everything back at once: 40.00 of goods, 5.00 shipping, 1.00 tax on it."""
        plan = refund(self.ORDER, ("a", 2), ("b", 1))
        assert plan.total_minor == 4600
        assert amount_of(plan, AmountKind.SHIPPING) == 500
        assert amount_of(plan, AmountKind.SHIPPING_TAX) == 100

    def test_the_return_that_completes_the_order_brings_shipping_back(self) -> None:
        """What earlier returns took back counts: the last one gets the shipping, once."""
        first = refund(self.ORDER, ("a", 1))
        second = refund(self.ORDER, ("b", 1), before=[first])
        third = refund(self.ORDER, ("a", 1), before=[first, second])
        assert [plan.total_minor for plan in (first, second, third)] == [1000, 2000, 1600]

    @pytest.mark.parametrize("fault", [Fault.MERCHANT, Fault.CARRIER])
    def test_a_fault_of_shop_or_carrier_brings_shipping_back_once(self, fault: Fault) -> None:
        """The first broken item brings the shipping back; the second does not bring it again."""
        first = refund_for(fault, self.ORDER, ("a", 1), policy=NO_FEES)
        second = refund_for(fault, self.ORDER, ("a", 1), policy=NO_FEES, before=[first])
        assert [first.total_minor, second.total_minor] == [1600, 1000]

    @pytest.mark.parametrize(
        ("rule", "part", "whole", "faulty"),
        [
            (ShippingRefund.WHOLE_ORDER_OR_MERCHANT_FAULT, 0, 600, 600),
            (ShippingRefund.WHOLE_ORDER, 0, 600, 0),
            (ShippingRefund.ALWAYS, 600, 600, 600),
            (ShippingRefund.NEVER, 0, 0, 0),
        ],
    )
    def test_the_policy_decides(self, rule: ShippingRefund, part: int, whole: int, faulty: int) -> None:
        """Shipping for a part, for the whole order, and for a faulty part, by policy."""
        policy = a_policy(original_shipping=rule)
        assert refund(self.ORDER, ("b", 1), policy=policy).total_minor - 2000 == part
        assert refund(self.ORDER, ("a", 2), ("b", 1), policy=policy).total_minor - 4000 == whole
        assert refund_for(Fault.MERCHANT, self.ORDER, ("b", 1), policy=policy).total_minor - 2000 == faulty

    def test_a_charge_for_some_lines_comes_back_with_them(self) -> None:
        """The sofa had its own delivery: sending back the sofa brings that one, not the letter's."""
        charges = (
            delivery(4900, shipping_id="van", line_ids=("sofa",)),
            delivery(300, shipping_id="letter", line_ids=("card",)),
        )
        order = basket(goods("sofa", 1, 50000), goods("card", 1, 400), shipping=charges)
        plan = refund(order, ("sofa", 1))
        assert plan.total_minor == 54900
        assert "Shipping van: 49.00 GBP is paid back" in words_of(plan, AmountKind.SHIPPING)

    def test_what_is_left_of_shipping_brings_what_is_left_of_its_tax(self) -> None:
        """2.00 and 2.00 tax, of which a penny went back before, all of it tax: 3.99 with 1.99 of tax is left."""
        order = basket(goods("a", 1, 1000), shipping=(delivery(200, tax("1", 200)),))
        plan = refund(order, ("a", 1), before=[by_amount(order, 1, shipping_id="shipping")])
        assert amount_of(plan, AmountKind.SHIPPING_TAX) == 199
        assert plan.total_minor == 1000 + 399
        assert "3.99 GBP is paid back, of 4.00 GBP charged" in words_of(plan, AmountKind.SHIPPING)

    def test_a_faulty_unit_that_was_not_accepted_brings_no_shipping(self) -> None:
        """The faulty unit was not found in the parcel: the other one, unwanted, brings its price alone."""
        units = [
            ReimbursedUnits(line_id="a", quantity=1, fault=Fault.CUSTOMER),
            ReimbursedUnits(line_id="b", quantity=0, fault=Fault.MERCHANT),
        ]
        assert plan_reimbursement(self.ORDER, units, before=PaidBefore(), policy=NO_FEES).total_minor == 1000

    def test_a_free_gift_that_is_kept_does_not_keep_the_shipping(self) -> None:
        """Everything that cost something came back; the free sticker may stay."""
        order = basket(goods("a", 1, 1000), goods("sticker", 1, 0), shipping=(delivery(500),))
        assert refund(order, ("a", 1)).total_minor == 1500


class TestFees:
    """What is kept back, and when not."""

    ORDER = basket(goods("a", 1, 10000), goods("b", 2, 500))

    def test_percent_by_line_and_label_by_return(self) -> None:
        """100.00 with 10% restocking and a 7.00 label brings 83.00."""
        assert refund(self.ORDER, ("a", 1), policy=fees(percent=10, label=700)).total_minor == 8300

    def test_the_flat_fee_counts_once_for_each_line(self) -> None:
        """Two lines, one of them with two units: two flat fees."""
        plan = refund(self.ORDER, ("a", 1), ("b", 2), policy=fees(flat=200))
        assert amount_of(plan, AmountKind.RESTOCKING_FEE) == -400

    @pytest.mark.parametrize("fault", [Fault.MERCHANT, Fault.CARRIER])
    def test_no_fee_for_what_is_not_the_customers_fault(self, fault: Fault) -> None:
        """A wrong or broken item costs the customer nothing."""
        policy = fees(percent=10, flat=200, label=700)
        assert refund_for(fault, self.ORDER, ("a", 1), policy=policy).total_minor == 10000

    def test_one_faulty_unit_makes_the_label_free(self) -> None:
        """The parcel had to be sent anyway; the unwanted item in it still pays restocking."""
        units = [
            ReimbursedUnits(line_id="a", quantity=1, fault=Fault.CUSTOMER),
            ReimbursedUnits(line_id="b", quantity=1, fault=Fault.MERCHANT),
        ]
        policy = fees(percent=10, label=700)
        plan = plan_reimbursement(self.ORDER, charged(policy, *units), before=PaidBefore(), policy=policy)
        assert plan.total_minor == 10000 - 1000 + 500

    def test_a_faulty_unit_that_was_not_accepted_changes_nothing(self) -> None:
        """No faulty unit is paid for, so the label is not free."""
        units = [
            ReimbursedUnits(line_id="a", quantity=1, fault=Fault.CUSTOMER),
            ReimbursedUnits(line_id="b", quantity=0, fault=Fault.MERCHANT),
        ]
        policy = fees(label=700)
        plan = plan_reimbursement(self.ORDER, charged(policy, *units), before=PaidBefore(), policy=policy)
        assert plan.total_minor == 9300

    def test_units_of_one_line_may_have_different_terms(self) -> None:
        """Two of a line, one opened at 20% and 2.00 flat, one sealed at 10% and 1.00: 1.50 and the higher flat fee."""
        units = [
            ReimbursedUnits(line_id="b", quantity=1, fees=terms)
            for terms in (
                Fees(restocking_percent=20, restocking_flat=AmountByCurrency(minor={"GBP": 200})),
                Fees(restocking_percent=10, restocking_flat=AmountByCurrency(minor={"GBP": 100})),
            )
        ]
        for sequence in (units, units[::-1]):
            plan = plan_reimbursement(self.ORDER, sequence, before=PaidBefore(), policy=NO_FEES)
            assert amount_of(plan, AmountKind.RESTOCKING_FEE) == -350
            check_sums(plan)
        assert "20% of 5.00 GBP and 10% of 5.00 GBP and 2.00 GBP flat" in words_of(
            plan_reimbursement(self.ORDER, units, before=PaidBefore(), policy=NO_FEES), AmountKind.RESTOCKING_FEE
        )

    def test_fees_never_ask_the_customer_for_money(self) -> None:
        """A 5.00 item with a 6.00 restocking fee and a 7.00 label brings nothing, and costs nothing."""
        plan = refund(self.ORDER, ("b", 1), policy=fees(flat=600, label=700))
        assert plan.total_minor == 0
        assert "at most what is paid for it" in words_of(plan, AmountKind.RESTOCKING_FEE)
        assert amount_of(plan, AmountKind.RETURN_SHIPPING_FEE) == 0

    def test_a_label_dearer_than_the_refund_takes_all_of_it(self) -> None:
        """A 5.00 item with a 7.00 label brings nothing."""
        plan = refund(self.ORDER, ("b", 1), policy=fees(label=700))
        assert plan.total_minor == 0
        assert "at most the 5.00 GBP" in words_of(plan, AmountKind.RETURN_SHIPPING_FEE)

    def test_a_currency_that_the_policy_does_not_name_has_no_fee(self) -> None:
        """A fee in pounds is not taken as so many yen."""
        order = basket(goods("a", 1, 10000), currency="JPY")
        assert refund(order, ("a", 1), policy=fees(flat=200, label=700)).total_minor == 10000

    def test_a_kept_fee_does_not_come_back_with_the_next_unit(self) -> None:
        """The fee on the first unit stays kept when the second comes back."""
        first = refund(self.ORDER, ("b", 1), policy=fees(percent=10))
        second = refund(self.ORDER, ("b", 1), before=[first], policy=fees(percent=10))
        assert [first.total_minor, second.total_minor] == [450, 450]
        left = {amount.position: amount for amount in list_remaining(self.ORDER, before=PaidBefore.of([first, second]))}
        assert (left["line:b"].left_minor, left["line:b"].kept_minor) == (0, 100)
