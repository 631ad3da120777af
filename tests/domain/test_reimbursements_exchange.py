"""What goods count for in an exchange, who then owes whom, and store credit."""

from __future__ import annotations

import pytest

from domain.orders import Bundle
from domain.policies import AmountByCurrency, ExchangeValue, StoreCreditRules
from domain.reimbursements import (
    DifferenceKind,
    ExchangeWorth,
    PaidBefore,
    ReimbursedUnits,
    plan_difference,
    plan_store_credit,
    value_exchange,
)
from tests.builders import a_policy
from tests.domain.baskets import basket, by_amount, delivery, goods, off, refund, tax

SHIRT = basket(goods("shirt", 1, 13800), discounts=(off(2760),), shipping=(delivery(500),))
PAID, FULL = (a_policy(exchange_value=value) for value in ExchangeValue)
ONE_OF_A = [ReimbursedUnits(line_id="a", quantity=1)]
ONE_SHIRT = [ReimbursedUnits(line_id="shirt", quantity=1)]


def test_goods_count_for_what_was_paid_or_for_their_full_price() -> None:
    """A shirt at 138.00 bought with 20% off counts for 110.40, or for 138.00 if the shop is generous."""
    paid = value_exchange(SHIRT, ONE_SHIRT, before=PaidBefore(), policy=PAID)
    full = value_exchange(SHIRT, ONE_SHIRT, before=PaidBefore(), policy=FULL)
    assert (paid.value_minor, full.value_minor, full.paid_minor) == (11040, 13800, 11040)


def test_the_full_price_has_its_tax() -> None:
    """20% on top of 100.00 less 25.00: paid 90.00, full value 120.00."""
    order = basket(goods("a", 1, 10000, tax("0.20", 1500)), discounts=(off(2500),))
    worth = value_exchange(order, ONE_OF_A, before=PaidBefore(), policy=FULL)
    assert (worth.paid_minor, worth.value_minor) == (9000, 12000)


def test_goodwill_paid_before_lowers_the_value() -> None:
    """10.00 were given back for a stain: the shirt counts for 10.00 less."""
    before = PaidBefore.of([by_amount(SHIRT, 1000, line_id="shirt")])
    assert value_exchange(SHIRT, ONE_SHIRT, before=before, policy=FULL).value_minor == 12800


def test_units_of_a_line_never_count_for_more_than_the_line() -> None:
    """Three at 1.00 together, named one by one in an exchange, count for 1.00 in all."""
    order = basket(goods("a", 3, 34, discount_minor=2))
    units = [ReimbursedUnits(line_id="a", quantity=1) for _ in range(3)]
    assert value_exchange(order, units, before=PaidBefore(), policy=PAID).value_minor == 100


def test_a_part_that_cost_more_in_its_bundle_counts_for_what_was_paid() -> None:
    """Alone it costs 10.00, in the bundle it cost 12.00: the full price never counts for less than was paid."""
    kit = Bundle(bundle_id="kit", line_ids=("a",), price_minor=1200)
    order = basket(goods("a", 1, 1000), bundles=(kit,))
    assert value_exchange(order, ONE_OF_A, before=PaidBefore(), policy=FULL).value_minor == 1200


@pytest.mark.parametrize(
    ("value", "paid", "new_goods", "kind", "amount", "lost"),
    [
        (100, 100, 250, DifferenceKind.CUSTOMER_OWES, 150, 0),
        (100, 100, 60, DifferenceKind.SHOP_OWES, 40, 0),
        (100, 100, 100, DifferenceKind.EVEN, 0, 0),
        (100, 80, 60, DifferenceKind.SHOP_OWES, 20, 20),
        (100, 80, 90, DifferenceKind.EVEN, 0, 10),
        (100, 80, 130, DifferenceKind.CUSTOMER_OWES, 30, 0),
    ],
)
def test_the_difference_of_an_exchange(
    value: int, paid: int, new_goods: int, kind: DifferenceKind, amount: int, lost: int
) -> None:
    """The customer pays above the value, gets money only below what was paid, and in between nobody owes."""
    worth = ExchangeWorth(currency="GBP", value_minor=value, paid_minor=paid)
    difference = plan_difference(worth, new_goods_minor=new_goods)
    assert (difference.kind, difference.amount_minor, difference.lost_minor) == (kind, amount, lost)


def test_store_credit_earns_the_bonus_of_the_policy() -> None:
    """115.40 (the shirt and its shipping) as store credit with 10% and 5.00 on top is 131.94."""
    rules = StoreCreditRules(bonus_percent=10, bonus_flat=AmountByCurrency(minor={"GBP": 500}))
    plan = plan_store_credit(refund(SHIRT, ("shirt", 1)), rules)
    assert (plan.owed_minor, plan.bonus_minor, plan.credit_minor) == (11540, 1654, 13194)
    assert plan.explanation == "115.40 GBP owed, and a bonus of 16.54 GBP (10% and 5.00 GBP flat)."


def test_nothing_owed_earns_no_bonus() -> None:
    """A return that brings nothing gives no credit either."""
    rules = StoreCreditRules(bonus_percent=10, bonus_flat=AmountByCurrency(minor={"GBP": 500}))
    plan = plan_store_credit(refund(SHIRT, ("shirt", 0)), rules)
    assert plan.credit_minor == 0


def test_without_a_bonus_store_credit_is_what_was_owed() -> None:
    """The default shop gives no bonus."""
    assert plan_store_credit(refund(SHIRT, ("shirt", 1)), StoreCreditRules()).credit_minor == 11540
