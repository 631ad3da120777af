"""Exchanges from request to closed: goods for goods, and whoever owes pays."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.cases import EventKind, WaitingFor
from domain.instruments import CustomerInstruments
from domain.orders import Payment, TaxLine
from domain.policies import ExchangeValue, Method
from tests.builders import ASKED, MERCHANT, STOREFRONT, a_return_line, an_order, an_order_line, inspected, received
from tests.exchanges import a_mug_order, an_exchange_policy, replaced, swapped
from tests.goods import a_card
from tests.workflows.exchanging import DAY, Bazaar, an_exchange
from tests.workflows.house import House, until


async def test_goods_for_dearer_goods(house: House) -> None:
    """The customer pays the 3.00 that the large mug costs more, sends the small one back, and gets the large one."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped())
        assert house.view(bazaar.ref).waiting_for is WaitingFor.PAYMENT
        assert [each.amount_minor for each in bazaar.case.collections] == [300]
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        assert house.view(bazaar.ref).label is not None or house.view(bazaar.ref).label_follows
        assert not house.fulfilment.sent
        await house.take_in(bazaar.ref)
        await bazaar.waits_for(WaitingFor.REPLACEMENT)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert bazaar.refunded() == []
    assert house.collections.captured() == [300]
    new = bazaar.order().lines[-1]
    assert (new.sku, new.quantity, new.price_minor, new.added_by) == ("MUG-L-BLUE", 1, 1500, bazaar.ref.rma)


async def test_what_the_customer_confirms_is_kept_for_them(house: House) -> None:
    """The provider is told its own name of the customer, so that the card can be charged later without them."""
    customer = a_mug_order().customer.customer_id
    house.records.put_instruments(MERCHANT, customer, CustomerInstruments(instruments=(a_card(customer="cus_9"),)))
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped())
        assert [each.customer for each in bazaar.case.collections] == ["cus_9"]
        await house.handle(bazaar.ref).terminate()


async def test_an_even_exchange_asks_nobody_for_money(house: House) -> None:
    """A replacement of the same goods is even, whatever they cost today."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced())
        assert house.view(bazaar.ref).waiting_for is WaitingFor.PARCEL
        await house.take_in(bazaar.ref)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert bazaar.refunded() == []
    assert house.collections.captured() == []
    told = [entry.summary for entry in house.records.reads.timeline(MERCHANT, bazaar.ref.rma)]
    assert "What came back and what the customer paid is worth the new goods: nobody owes anything." in told
    assert "On its way to the customer: 1 of MUG-S-BLUE." in told
    assert not [words for words in told if "customer changed" in words or "0.00" in words]


async def test_cheaper_goods_leave_money_over(house: House) -> None:
    """Two small mugs for one large one: the shop pays back the 9.00 that are left."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(units=2))
        await house.take_in(bazaar.ref, ("1", 2))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert bazaar.refunded() == [900]


async def test_cheaper_goods_leave_store_credit(house: House) -> None:
    """The customer may take the difference as store credit."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(units=2, difference_as=Method.STORE_CREDIT))
        await house.take_in(bazaar.ref, ("1", 2))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert bazaar.refunded() == []
    assert [(each.method, each.amount_minor) for each in bazaar.case.payouts] == [("store_credit", 900)]


@pytest.mark.usefixtures("by_dispatch")
async def test_who_does_not_pay_has_a_plain_return(house: House) -> None:
    """The difference is not paid in time: the goods are free again, and the mug is refunded when it comes."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped())
        await until(lambda: bazaar.case.collections[0].state == "requested")
        await bazaar.pass_time(3 * DAY)
        await bazaar.waits_for(WaitingFor.PARCEL)
        assert "exchange.fell_back" in bazaar.events()
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "closed"
    assert bazaar.refunded() == [1200]
    assert not house.fulfilment.sent
    await until(lambda: house.fulfilment.free["MUG-L-BLUE"] == 5)


async def test_goods_that_are_gone_give_the_money_back(house: House) -> None:
    """The warehouse does not have them: the customer's 3.00 and the 12.00 go back."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(), stock=0)
        await until(lambda: "exchange.fell_back" in bazaar.events())
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "closed"
    assert bazaar.refunded() == [1200]
    assert house.collections.captured() == []


async def test_an_exchange_can_be_called_off_until_it_ships(house: House) -> None:
    """Paid and cancelled before anything moved: the 3.00 go back and the stock is free."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped())
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        told = await house.ask(bazaar.ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        assert told.outcome == "applied"
        assert await bazaar.end() == "cancelled"
        await until(lambda: house.fulfilment.free["MUG-L-BLUE"] == 5)
    assert bazaar.refunded() == [300]
    assert house.records.reads.units_in_cases("demo", "A-1001") == {}


async def test_what_has_left_is_not_called_off(house: House) -> None:
    """Once the large mug left, the customer is told how to send it back."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced())
        await house.take_in(bazaar.ref)
        await bazaar.waits_for(WaitingFor.REPLACEMENT)
        told = await house.ask(bazaar.ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        assert (told.outcome, told.code) == ("refused", "already_shipping")
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"


async def test_part_of_the_goods_brings_part_of_the_new_ones(house: House) -> None:
    """Two were to be exchanged and one is as it should be: one large mug leaves, and what was paid for the other goes back."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(quantity=2, units=2))
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.tell(bazaar.ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
        await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
        await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), grade="D", accepted=False))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    new = [each for each in house.fulfilment.sent.values() if not each.from_return]
    assert [each.units[0].quantity for each in new] == [1]
    assert bazaar.refunded() == [300]


async def test_one_line_is_refunded_and_one_exchanged(house: House) -> None:
    """A mixed case: each line as the customer chose."""
    lines = (an_order_line(sku="MUG-S-BLUE"), an_order_line("2", unit_price_minor=500))
    async with house.open_for_business():
        order = an_order(lines=lines)
        bazaar = await an_exchange(house, swapped(), a_return_line("2"), order=order)
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref, ("1", 1), ("2", 1))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    # To the newest payment first, by policy.
    assert bazaar.refunded() == [300, 200]


async def test_what_was_exchanged_can_come_back_again_and_again(house: House) -> None:
    """Small for large, large for small again, and that one is returned: the customer ends with what they paid, to the penny."""
    async with house.open_for_business():
        first = await an_exchange(house, swapped())
        await first.confirm()
        await first.waits_for(WaitingFor.PARCEL)
        await house.take_in(first.ref)
        await first.ship()
        assert await first.end() == "exchanged"
        house.fulfilment.sent.clear()
        large = f"{first.ref.rma}-1"
        second = Bazaar(house, await house.ask_for(swapped("MUG-S-BLUE", line_id=large), asked=datetime.now(UTC)))
        await house.take_in(second.ref, (large, 1))
        await second.ship()
        assert await second.end() == "exchanged"
        small = f"{second.ref.rma}-1"
        third = await house.ask_for(a_return_line(small), asked=datetime.now(UTC))
        await house.take_in(third, (small, 1))
        assert (await house.end(third)).state == "closed"
        again = await house.ask_for(a_return_line("1", 2), asked=ASKED)
        assert house.view(again).state == "refused"
    # 3.00 when the large one came back, 12.00 for the second small one; the other small one is still out.
    assert sum(second.refunded()) == 1500
    assert house.collections.captured() == [300]


async def test_a_refused_exchange_gives_back_what_was_paid_for_it(house: House) -> None:
    """A supervisor refuses what was proposed: the goods go back to the customer, and so does their 3.00."""
    lines = (an_order_line(sku="MUG-S-BLUE"), an_order_line("2", unit_price_minor=9900))
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(), a_return_line("2"), order=an_order(lines=lines))
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref, ("1", 1), ("2", 1))
        assert bazaar.state == "awaiting_approval"
        assert not house.fulfilment.sent
        await house.decide(bazaar.ref, "refuse")
        assert await bazaar.end() == "rejected"
    assert bazaar.refunded() == [300]
    assert {unit.disposition for unit in bazaar.case.goods.dispositions} == {"back_to_customer"}


async def test_tax_on_top_counts_on_both_sides(house: House) -> None:
    """20% on top: the old mug counts for 14.40 and the large one costs 15.00 with its tax, so 0.60 are paid."""
    taxes = (TaxLine(rate=Decimal("0.20"), amount_minor=480),)
    lines = (an_order_line(sku="MUG-S-BLUE", taxes=taxes),)
    paid = (Payment(payment_id="card", reference="pi_1", captured_minor=2880),)
    async with house.open_for_business():
        order = an_order(lines=lines, tax_included=False, payments=paid)
        bazaar = await an_exchange(house, swapped(), order=order)
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
        new = bazaar.order().lines[-1]
        back = await house.ask_for(a_return_line(new.line_id), asked=datetime.now(UTC))
        await house.take_in(back, (new.line_id, 1))
        assert (await house.end(back)).state == "closed"
    assert house.collections.captured() == [60]
    assert (new.price_minor, [tax.amount_minor for tax in new.taxes]) == (1250, [250])
    assert sum(bazaar.refunded()) == 1500


async def test_goods_that_count_at_their_full_price(house: House) -> None:
    """Bought at half price, counted at 12.00: 3.00 are paid for the large one, which is then worth the 9.00 really paid."""
    lines = (an_order_line(sku="MUG-S-BLUE", discount_minor=1200),)
    generous = an_exchange_policy(exchange_value=ExchangeValue.BEFORE_DISCOUNTS)
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(), order=an_order(lines=lines), policy=generous)
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
        large = bazaar.order().lines[-1].line_id
        back = await house.ask_for(a_return_line(large), asked=datetime.now(UTC))
        await house.take_in(back, (large, 1))
        assert (await house.end(back)).state == "closed"
    assert house.collections.captured() == [300]
    assert sum(bazaar.refunded()) == 900
