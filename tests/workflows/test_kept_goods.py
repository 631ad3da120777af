"""Goods that a customer keeps and is paid for all the same, within what one customer may keep."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import Span
from domain.explanations.cases import recompute_case
from domain.goods_back.receptions import Reception
from domain.policies import AmountByCurrency, ApprovalRules, BeyondBudget, KeepBudget, Keeping, KeptBefore, Policy, Rule
from tests.builders import ASKED, CONDITIONS, MERCHANT, a_policy, a_return_line, an_order, an_order_line
from tests.workflows.house import House

SMALL = (
    Rule(rule="small", when="value_minor <= 2000", then=Keeping(keep=True)),
    Rule(rule="rest", then=Keeping(keep=False)),
)


def keeping(**budget: object) -> Policy:
    """What is worth up to 20.00 stays with the customer, within that budget."""
    limits = KeepBudget(within=Span.of("30 days"), **budget) if budget else None  # type: ignore[arg-type]
    return a_policy(keep_items=SMALL, keep_budget=limits)


async def test_small_goods_are_kept_and_paid(house: House) -> None:
    """No label, no parcel, nothing for the warehouse: 12.00 are paid at once and the unit counts as kept."""
    house.sell(an_order(), keeping())
    async with house.open_for_business():
        ref = await house.ask_for()
        seen = await house.end(ref)
        again = await house.ask_for(a_return_line(quantity=2))
    assert (seen.state, seen.lines[0].reception) == ("closed", {Reception.KEPT: 1})
    assert [order.amount.minor for order in house.payments.orders] == [1200]
    assert (house.carrier.bookings, house.warehouse.instructions) == ([], [])
    assert "goods.kept" in house.timeline(ref)
    assert house.view(again).state == "refused"
    assert house.records.reads.contradictions() == []


async def test_what_is_not_kept_must_come(house: House) -> None:
    """Of two lines the small one is kept; one label is bought for the other, and both are paid after the inspection."""
    order = an_order(lines=(an_order_line("1"), an_order_line("2", unit_price_minor=3000)))
    house.sell(order, keeping())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line("1"), a_return_line("2"))
        waiting = house.view(ref)
        await house.take_in(ref, ("2", 1))
        seen = await house.end(ref)
    assert (waiting.waiting_for, len(house.carrier.labels)) == ("parcel", 1)
    assert seen.lines[0].reception == {Reception.KEPT: 1}
    assert [order.amount.minor for order in house.payments.orders] == [4200]


async def test_what_never_comes_is_not_paid_but_what_is_kept_is(house: House) -> None:
    """The parcel with the dear line never comes: the kept line is paid all the same, and the other is free again."""
    order = an_order(lines=(an_order_line("1"), an_order_line("2", unit_price_minor=3000)))
    house.sell(order, keeping())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line("1"), a_return_line("2"))
        await house.pass_time(ref, timedelta(days=22))
        await house.pass_time(ref, timedelta(days=15))
        seen = await house.end(ref)
    assert seen.state == "closed"
    assert [order.amount.minor for order in house.payments.orders] == [1200]
    assert house.records.reads.units_in_cases(MERCHANT, "A-1001") == {"1": 1}


async def test_the_budget_of_a_customer(house: House) -> None:
    """Once within 30 days: the second time the goods must come back, and its timeline says why."""
    for name in ("A-1001", "A-1002"):
        house.sell(an_order(name), keeping(times=1))
    async with house.open_for_business():
        first = await house.ask_for()
        await house.end(first)
        second = await house.ask_for(order_id="A-1002")
    assert (house.view(second).waiting_for, house.view(second).label is not None) == ("parcel", True)
    assert "goods.not_kept" in house.timeline(second)
    assert [order.amount.minor for order in house.payments.orders] == [1200]


async def test_the_budget_by_worth_and_its_end(house: House) -> None:
    """20.00 of goods within 30 days: 12.00 and 12.00 are too much together, and fine five weeks apart."""
    for name in ("A-1001", "A-1002", "A-1003"):
        house.sell(an_order(name), keeping(up_to=AmountByCurrency(minor={"GBP": 2000})))
    now = house.clock.now()
    async with house.open_for_business():
        first = await house.ask_for()
        second = await house.ask_for(order_id="A-1002")
    assert "goods.kept" in house.timeline(first)
    assert "goods.not_kept" in house.timeline(second)
    with house.records.transaction() as tx:
        case = tx.return_case(second)
        order = tx.order(MERCHANT, "A-1002")
        within = tx.kept_before(case, order, since=ASKED - timedelta(days=3650))
        later = tx.kept_before(case, order, since=max(now, ASKED) + timedelta(days=3650))
    assert (within.cases, within.value_minor, later.cases) == (1, 1200, 0)


async def test_beyond_the_budget_a_person_may_decide(house: House) -> None:
    """By the shop's choice: the second time the goods still stay, and a supervisor says whether the money goes back."""
    for name in ("A-1001", "A-1002", "A-1003"):
        house.sell(an_order(name), keeping(times=1, beyond=BeyondBudget.REVIEW))
    async with house.open_for_business():
        await house.end(await house.ask_for())
        second = await house.ask_for(order_id="A-1002")
        waiting = house.view(second)
        await house.decide(second)
        paid = await house.end(second)
        third = await house.ask_for(order_id="A-1003")
        await house.decide(third, "refuse")
        refused = await house.end(third)
    assert (waiting.waiting_for, waiting.lines[0].reception) == ("approval", {Reception.KEPT: 1})
    assert waiting.approval is not None
    assert [reason.rule for reason in waiting.approval.reasons] == ["keep_budget"]
    assert (paid.state, refused.state) == ("closed", "rejected")
    assert [order.amount.minor for order in house.payments.orders] == [1200, 1200]
    found = house.records.reads.explanation_basis(second.merchant, second.rma)
    assert recompute_case(found, conditions=CONDITIONS).differences == ()


async def test_what_was_refused_does_not_count_in_the_budget(house: House) -> None:
    """The first refund is refused, so nothing was given: the next goods may be kept within a budget of one."""
    for name in ("A-1001", "A-1002"):
        order = an_order(name, lines=(an_order_line(unit_price_minor=1900),))
        house.sell(order, keeping(times=1).model_copy(update={"approval": ApprovalRules()}))
    async with house.open_for_business():
        first = await house.ask_for()
        await house.decide(first, "refuse")
        assert (await house.end(first)).state == "rejected"
        second = await house.ask_for(order_id="A-1002")
        seen = house.view(second)
        await house.decide(second, "refuse")
        await house.end(second)
    assert "goods.kept" in house.timeline(second)
    assert seen.lines[0].reception == {Reception.KEPT: 1}


async def test_why_it_was_kept_can_be_computed_again(house: House) -> None:
    """What they had kept before is stored with the return: with more of it, these goods would have had to come back."""
    house.sell(an_order(), keeping(times=1))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.end(ref)
    basis = house.records.reads.explanation_basis(ref.merchant, ref.rma)
    found = recompute_case(basis, conditions=CONDITIONS)
    assert (found.differences, found.without_basis, "keeping" in found.computed) == ((), (), True)
    stored = house.records.reads.return_case(MERCHANT, ref.rma).case.keeping_basis
    assert stored is not None
    other = stored.model_copy(update={"before": KeptBefore(cases=1, value_minor=1200)})
    doubted = basis.model_copy(update={"case": basis.case.with_facts(keeping_basis=other)})
    differences = recompute_case(doubted, conditions=CONDITIONS).differences
    assert [each.what for each in differences] == ["keeping.units"]
