"""Exchanges from request to closed: goods for goods, and whoever owes pays."""

from __future__ import annotations

from domain.cases import WaitingFor
from domain.instruments import CustomerInstruments
from domain.policies import Method
from tests.builders import MERCHANT
from tests.exchanges import a_mug_order, replaced, swapped
from tests.goods import a_card
from tests.workflows.exchanging import an_exchange
from tests.workflows.house import House


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
