"""Customers who choose what else to take when the goods that they were promised are out of stock."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import EventAnswer, EventKind, WaitingFor
from domain.policies import Deadlines, OutOfStockRule
from tests.builders import STOREFRONT
from tests.exchanges import an_exchange_policy, swapped
from tests.workflows.adjusting import computed_again
from tests.workflows.exchanging import DAY, Bazaar, an_exchange
from tests.workflows.house import House, until

ASKS = an_exchange_policy(out_of_stock=OutOfStockRule.ASK, deadlines=Deadlines())


async def asked(house: House, *, pays: bool = True, **more: Any) -> Bazaar:
    """A large blue mug was promised, and the shelf is empty: the customer is asked."""
    bazaar = await an_exchange(house, swapped(**more), policy=ASKS, stock=0)
    await bazaar.start_shipments()
    await until(lambda: "exchange.choice_asked" in bazaar.events(), seconds=10)
    if pays and bazaar.case.collections:
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
    return bazaar


async def choose(bazaar: Bazaar, choice: str, sku: str = "", quantity: int = 1) -> EventAnswer:
    """What the customer is told who chooses that."""
    wanted = [{"line_id": "1", "wanted": [{"sku": sku, "quantity": quantity}]}] if sku else []
    body = {"choice": choice, "lines": wanted}
    return await bazaar.house.ask(bazaar.ref, EventKind.CHOICE_GIVEN, body, actor=STOREFRONT)


async def test_another_colour_for_the_same_price(house: House) -> None:
    """The red one costs as much: the 3.00 that were paid are enough, and it leaves when the old mug is here."""
    async with house.open_for_business():
        bazaar = await asked(house)
        house.fulfilment.free["MUG-L-RED"] = 5
        assert (await choose(bazaar, "other_goods", "MUG-L-BLUE")).code == "goods_out_of_stock"
        assert (await choose(bazaar, "other_goods", "NO-SUCH")).code == "unknown_goods"
        assert (await choose(bazaar, "other_goods", "MUG-L-RED")).outcome == "applied"
        assert (await choose(bazaar, "refund")).code == "nothing_asked"
        await house.take_in(bazaar.ref)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert bazaar.order().lines[-1].sku == "MUG-L-RED"
    assert (house.collections.captured(), bazaar.refunded()) == ([300], [])
    assert "reimbursement" in computed_again(house)


async def test_goods_that_cost_more_are_paid_before_they_leave(house: House) -> None:
    """Two large red ones instead of one blue: 15.00 more are asked for, and waited for when the old mug is here."""
    async with house.open_for_business():
        bazaar = await asked(house)
        house.fulfilment.free["MUG-L-RED"] = 5
        assert (await choose(bazaar, "other_goods", "MUG-L-RED", 2)).outcome == "applied"
        assert [each.amount_minor for each in bazaar.case.collections] == [300, 1500]
        await house.take_in(bazaar.ref)
        await bazaar.waits_for(WaitingFor.PAYMENT)
        assert bazaar.state == "awaiting_payment"
        await bazaar.confirm(2)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert (house.collections.captured(), bazaar.refunded()) == ([300, 1500], [])
    assert bazaar.case.goods.put_away_at is not None
    assert house.records.reads.contradictions() == []


async def test_nothing_was_paid_for_the_first_ones_yet(house: House) -> None:
    """Chosen before anything was paid: the 3.00 are withdrawn, and what the small one costs less goes back."""
    async with house.open_for_business():
        bazaar = await asked(house, pays=False, units=2)
        house.fulfilment.free["MUG-L-RED"] = 5
        assert (await choose(bazaar, "other_goods", "MUG-L-RED")).outcome == "applied"
        await house.take_in(bazaar.ref, ("1", 2))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert (house.collections.captured(), bazaar.refunded()) == ([], [900])


async def test_the_customer_waits_for_the_goods(house: House) -> None:
    """They come into stock later: they are put aside, and leave once the old mug is here."""
    async with house.open_for_business():
        bazaar = await asked(house)
        assert (await choose(bazaar, "wait")).outcome == "applied"
        await bazaar.start_shipments()
        await house.take_in(bazaar.ref)
        await bazaar.waits_for(WaitingFor.REPLACEMENT)
        assert "come into stock" in house.view(bazaar.ref).next_step
        assert (await choose(bazaar, "refund")).outcome == "applied"
        assert await bazaar.end() == "closed"
    assert sum(bazaar.refunded()) == 1500


@pytest.mark.usefixtures("by_dispatch")
async def test_silence_is_a_plain_return(house: House) -> None:
    """The old mug is here, nobody chooses within seven days: the money goes back."""
    async with house.open_for_business():
        bazaar = await asked(house)
        await house.take_in(bazaar.ref)
        await bazaar.waits_for(WaitingFor.CHOICE)
        assert bazaar.state == "awaiting_choice"
        await bazaar.pass_time(8 * DAY)
        assert await bazaar.end() == "closed"
    assert sum(bazaar.refunded()) == 1500


@pytest.mark.usefixtures("by_dispatch")
async def test_silence_while_the_parcel_is_under_way(house: House) -> None:
    """The choice ends on its day although the case waits for the parcel; the mug is then refunded like any other."""
    async with house.open_for_business():
        bazaar = await asked(house)
        await bazaar.pass_time(8 * DAY)
        await until(lambda: "exchange.fell_back" in bazaar.events(), seconds=10)
        assert bazaar.state == "authorized"
        await house.take_in(bazaar.ref)
        assert await bazaar.end() == "closed"
    assert sum(bazaar.refunded()) == 1500
