"""A return that is split: both parts go on by themselves, and the units are held once."""

from __future__ import annotations

from domain.cases import CaseRef, EventKind
from domain.returns.progress import ReturnState
from tests.builders import MERCHANT, SUPERVISOR, a_return_line, an_order, an_order_line, inspected, received
from tests.workflows.house import House, until


async def test_the_rest_goes_its_own_way(house: House) -> None:
    """Of ten received four are refused and the rest is split off: the four are sent back and end their return, and the six
    are inspected and paid for in one of their own."""
    house.sell(an_order(lines=(an_order_line(quantity=10, unit_price_minor=500),)))
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=10))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 10)))
        await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 4), accepted=False))
        await house.ask(ref, EventKind.SPLIT_REQUESTED, {}, actor=SUPERVISOR)
        (split,) = house.view(ref).split_off
        linked = CaseRef(merchant=MERCHANT, rma=split.rma)
        await house.gateway.open(linked)
        old = await house.end(ref)
        await house.take_in_inspection(linked, ("1", 6))
        await until(lambda: house.view(linked).state != "received")
        new = await house.end(linked)
    assert (old.state, old.going_back[0].sent) == (ReturnState.SENT_BACK, 4)
    assert (new.state, new.follows, new.lines[0].quantity) == (ReturnState.CLOSED, ref.rma, 6)
    assert [order.amount.minor for order in house.payments.orders] == [6 * 500]
    assert len(house.carrier.bookings) == 1
    assert "return.follows" in house.timeline(linked)
    assert house.records.reads.quote_basis(MERCHANT, "A-1001", at=house.clock.now()).taken == {"1": 6}
