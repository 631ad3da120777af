"""Each amount says what it was computed from, by which rule, and where the odd penny went."""

from __future__ import annotations

import pytest

from domain.explanations.models import ExplainedAmount, ExplainedReimbursement, ReturnExplanation
from domain.goods_back.facts import GoodsBack
from domain.orders import Order
from domain.policies import AmountByCurrency, Fees, PayoutOrder, PayoutRules, Policy, PromotionRule, always
from domain.reimbursements import AmountKind
from tests.builders import a_policy
from tests.domain.baskets import basket, delivery, goods, off, tax
from tests.domain.explanations.stories import FEES, an_awkward_order, explain, settle


def second_of(
    order: Order, *returns: list[tuple[str, int]], policy: Policy = FEES, **reasons: str
) -> ReturnExplanation:
    """The explanation of the last of these returns."""
    cases = settle(
        order, *returns, policy=policy, reasons={name.removeprefix("line_"): why for name, why in reasons.items()}
    )
    return explain(cases[-1], order, policy=policy, earlier=cases[:-1])


def paid(found: ReturnExplanation) -> ExplainedReimbursement:
    """What was reimbursed, which must be something."""
    assert found.reimbursement is not None
    return found.reimbursement


def amount(found: ReturnExplanation, kind: AmountKind, line_id: str | None = None) -> ExplainedAmount:
    """The one amount of that kind."""
    (one,) = [each for each in paid(found).amounts if each.kind is kind and line_id in (None, each.line_id)]
    return one


def sources(found: ReturnExplanation, kind: AmountKind, line_id: str | None = None) -> dict[str, int | None]:
    """What the amount was computed from."""
    return {source.what: source.amount_minor for source in amount(found, kind, line_id).computed_from}


@pytest.fixture
def found() -> ReturnExplanation:
    """The second mug of three, and both lamps."""
    return second_of(an_awkward_order(), [("1", 1)], [("1", 1), ("2", 2)])


def test_goods_come_from_the_unit_price(found: ReturnExplanation) -> None:
    """A line of goods is units times their price; the rest of the sum is in the lines below it."""
    (source,) = amount(found, AmountKind.GOODS, "1").computed_from

    assert (source.amount_minor, source.quantity) == (1000, 1)


def test_a_discount_names_every_discount(found: ReturnExplanation) -> None:
    """The line's own discount and its share of the order's are both named, with their amounts on the whole line."""
    assert sources(found, AmountKind.DISCOUNT, "1") == {
        "discount on the line, on all 3 units": -1,
        "order discount TEN, on all 3 units": -231,
    }


def test_the_odd_penny_of_a_discount(found: ReturnExplanation) -> None:
    """Ten pounds over two lines do not come out even: it is said which line got the odd penny."""
    rounding = amount(found, AmountKind.DISCOUNT, "1").roundings[0]

    assert (rounding.method, rounding.exact_minor, rounding.rounded_minor) == (
        "largest_remainder",
        "2999000/12997",
        231,
    )
    assert "rounded up on line 1, down on the others" in rounding.remainder


def test_the_odd_penny_of_a_unit() -> None:
    """Three mugs for ten pounds: the second one brings 3.34, and the explanation says so."""
    order = basket(goods("1", 3, 400, discount_minor=200))
    explained = [
        explain(case, order, policy=a_policy())
        for case in settle(order, [("1", 1)], [("1", 1)], [("1", 1)], policy=a_policy())
    ]
    roundings = [paid(each).positions[0].worth_rounding for each in explained]

    assert [rounding.rounded_minor for rounding in roundings if rounding] == [333, 334, 333]
    assert {rounding.exact_minor for rounding in roundings if rounding} == {"1000/3"}
    assert roundings[1] is not None
    assert "and unit 2 of 3 0.01 GBP more" in roundings[1].remainder
    assert roundings[0] is not None
    assert "more;" not in roundings[0].remainder


def test_many_odd_units_are_counted() -> None:
    """A line of a thousand pens names the first odd ones and counts the rest."""
    order = basket(goods("1", 1000, 10, discount_minor=4500))
    (case,) = settle(order, [("1", 900)], policy=a_policy())

    rounding = paid(explain(case, order, policy=a_policy())).positions[0].worth_rounding

    assert rounding is not None
    assert "units 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 440 more of 1000" in rounding.remainder


def test_even_amounts_have_no_rounding() -> None:
    """Where nothing had to be rounded, none is shown."""
    order = basket(goods("1", 2, 1000, tax("0.20", 400)))
    (case,) = settle(order, [("1", 1)], policy=a_policy())

    found = explain(case, order, policy=a_policy())

    assert [amount.roundings for amount in paid(found).amounts] == [(), ()]


def test_taxes_by_rate(found: ReturnExplanation) -> None:
    """Each tax says what was charged on the line and what earlier returns gave back."""
    lamps = next(position for position in paid(found).positions if position.position == "line:2")

    assert [(str(tax.rate), tax.charged_minor, tax.credited_before_minor) for tax in lamps.taxes] == [
        ("0.05", 461, 0),
        ("0.02", 184, 0),
    ]
    mugs = next(position for position in paid(found).positions if position.position == "line:1")
    assert mugs.taxes[0].credited_before_minor > 0
    assert mugs.taxes[0].rounding is not None
    assert "sums to the 4.77 GBP charged" in mugs.taxes[0].rounding.remainder


def test_fees_name_their_policy_field(found: ReturnExplanation) -> None:
    """A fee says which field of the policy took it, what that says, and of how much."""
    fee = amount(found, AmountKind.RESTOCKING_FEE, "1")

    assert [(rule.policy_field, rule.value) for rule in fee.rules] == [("fees.standard.restocking_percent", 15)]
    assert sources(found, AmountKind.RESTOCKING_FEE, "1") == {"what 1 units of line 1 are worth": 1081}
    assert [rounding.exact_minor for rounding in fee.roundings] == ["3243/20"]
    label = amount(found, AmountKind.RETURN_SHIPPING_FEE)
    assert label.rules[0].value == {"minor": {"GBP": 395}}


def test_what_earlier_cases_took(found: ReturnExplanation) -> None:
    """It is told what other returns of the order took, and what is left of each line afterwards."""
    reimbursement = paid(found)
    mugs = reimbursement.positions[0]

    assert reimbursement.paid_before_minor == reimbursement.earlier_cases[0].total_minor > 0
    assert (mugs.units_before, mugs.units, mugs.left_units) == (1, 1, 1)
    assert mugs.gross_minor == mugs.left_minor + mugs.worth_minor + 1082


def test_an_earlier_refund_changes_the_worth() -> None:
    """After a promotion was taken off the units that stay, the next unit shows what was left for them."""
    rules = a_policy(promotions=PromotionRule.TEST_AGAIN)
    order = basket(goods("1", 4, 1000), discounts=(off(1000, minimum_minor=4000),))
    found = second_of(order, [("1", 1)], [("1", 1)], policy=rules)

    assert amount(found, AmountKind.EARLIER_REFUND).amount_minor == 250
    assert sources(found, AmountKind.EARLIER_REFUND) == {
        "taken from the line by earlier cases, for 1 units and otherwise": 0,
        "left for the 3 units that were out": 3000,
    }


def test_a_promotion_names_its_condition() -> None:
    """A promotion that is taken back names itself and what had to be kept for it."""
    rules = a_policy(promotions=PromotionRule.TEST_AGAIN)
    order = basket(goods("1", 4, 1000), discounts=(off(1000, minimum_minor=4000, title="Spend forty"),))
    (case,) = settle(order, [("1", 1)], policy=rules)

    found = explain(case, order, policy=rules)

    assert sources(found, AmountKind.PROMOTION) == {"promotion Spend forty": -1000, "goods that earn it": 4000}
    assert amount(found, AmountKind.PROMOTION).rules[0].policy_field == "promotions"


def test_each_shipping_charge_is_its_own() -> None:
    """Two deliveries are explained one by one, each with its own tax and discount."""
    first = delivery(500, tax("0.20", 100), shipping_id="a", line_ids=("1",))
    second = delivery(700, tax("0.20", 120), shipping_id="b", line_ids=("2",), discount_minor=100)
    order = basket(goods("1", 1, 1000), goods("2", 1, 1000), shipping=(first, second))
    (case,) = settle(order, [("1", 1), ("2", 1)], policy=a_policy())

    found = explain(case, order, policy=a_policy())

    charges = [each for each in paid(found).amounts if each.kind is AmountKind.SHIPPING]
    assert [[source.amount_minor for source in each.computed_from] for each in charges] == [[500], [700, -100]]
    taxes = [each for each in paid(found).amounts if each.kind is AmountKind.SHIPPING_TAX]
    assert [[source.amount_minor for source in each.computed_from] for each in taxes] == [[100], [120]]
    assert charges[0].rules[0].policy_field == "original_shipping"


def test_duties() -> None:
    """Import duties that are paid back name what was charged for the whole line."""
    order = basket(goods("1", 3, 1000, duties_minor=100))
    (case,) = settle(order, [("1", 1)], policy=a_policy())

    assert sources(explain(case, order, policy=a_policy()), AmountKind.DUTIES) == {
        "duties on all 3 units of line 1": 100
    }


def test_the_cap() -> None:
    """Where the payments hold less than the goods were worth, it is said what they held."""
    order = basket(goods("1", 2, 1000), paid=[1500])
    found = second_of(order, [("1", 1)], [("1", 1)], policy=a_policy())

    assert amount(found, AmountKind.CAP).amount_minor == -500
    assert sources(found, AmountKind.CAP) == {
        "the amounts above": 1000,
        "captured by the payments": 1500,
        "paid back by earlier cases": -1000,
    }


def test_a_fee_is_lifted_without_a_trace_of_it() -> None:
    """Where the shop is at fault no fee appears among the amounts, and the units say whose fault it was."""
    found = second_of(an_awkward_order(), [("2", 1)], policy=FEES, line_2="defective")

    assert paid(found).units[0].fault == "merchant"
    kinds = {each.kind for each in paid(found).amounts}
    assert not kinds & {AmountKind.RESTOCKING_FEE, AmountKind.RETURN_SHIPPING_FEE}


def test_payouts_are_explained_payment_by_payment() -> None:
    """For each payment it is shown what it held, what it gives and what it keeps, and the rule that chose it."""
    rules = FEES.model_copy(update={"payouts": PayoutRules(order=PayoutOrder.OLDEST_FIRST)})
    found = second_of(an_awkward_order(), [("2", 1)], policy=rules)

    (allocation,) = found.payouts
    gift, card = allocation.payments
    assert (gift.held_minor, gift.paid_minor, gift.left_minor, gift.payout) == (1000, 1000, 0, 1)
    assert card.paid_minor == allocation.owed_minor - 1000
    assert allocation.unplaced_minor == 0
    assert allocation.rules[0].value["order"] == "oldest_first"


def test_what_no_payment_can_give_is_shown() -> None:
    """When the payments hold less than is owed by then, the rest is shown as not placed."""
    order = basket(goods("1", 2, 1000))
    (case,) = settle(order, [("1", 2)], policy=a_policy())
    basis = case.payout_bases[0].model_copy(update={"refundable_minor": {"p1": 1200}})
    payout = case.payouts[0].model_copy(update={"amount_minor": 1200})

    found = explain(case.with_facts(payout_bases=(basis,), payouts=(payout,)), order, policy=a_policy())

    assert found.payouts[0].unplaced_minor == 800
    assert found.recomputation.equal


def test_nothing_paid_yet() -> None:
    """A return that waits for its parcel has decisions to explain and no amounts yet."""
    order = basket(goods("1", 1, 1000))
    (case,) = settle(order, [("1", 1)], policy=a_policy())
    waiting = case.with_facts(plan=None, plan_basis=None, payouts=(), payout_bases=(), goods=GoodsBack())

    found = explain(waiting, order, policy=a_policy())

    assert found.reimbursement is None
    assert {decision.decision for decision in found.decisions} == {"eligibility"}


def test_flat_fee_and_percent_are_both_named() -> None:
    """A fee that is a percentage and a flat sum names both fields."""
    rules = a_policy(fees=always(Fees(restocking_percent=10, restocking_flat=AmountByCurrency(minor={"GBP": 50}))))
    order = basket(goods("1", 1, 1000))
    (case,) = settle(order, [("1", 1)], policy=rules)

    fee = amount(explain(case, order, policy=rules), AmountKind.RESTOCKING_FEE)

    assert [rule.policy_field for rule in fee.rules] == [
        "fees.standard.restocking_percent",
        "fees.standard.restocking_flat",
    ]
