"""The way of the goods back as a story: boxes that come late, empty, or in two parts."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import EventKind, EventOutcome, WaitingFor
from domain.goods_back.receptions import Reception
from domain.policies import Deadlines, Disposition
from domain.returns.progress import ReturnState
from tests.builders import a_return_line, an_order, an_order_line, inspected, received
from tests.workflows.house import House, until

DAY = timedelta(days=1)
EXPENSIVE = an_order(lines=(an_order_line(quantity=2, unit_price_minor=9900),))


async def test_a_box_after_the_settlement_holds_nothing_up(house: House) -> None:
    """The return went on without the second box, which comes while a supervisor thinks: a person gets it, the refund goes."""
    house.sell(EXPENSIVE)
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line("1", 2))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.pass_time(ref, Deadlines().remaining_parcels.length + DAY)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.INSPECTION)
        await house.take_in_inspection(ref, ("1", 1))
        late = await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        await house.decide(ref)
        ended = await house.end(ref)
    assert ended.state == ReturnState.CLOSED
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 9900
    assert [kept.event.event_id for kept in house.records.receipts.waiting(ref.merchant, limit=9)] == [late.event_id]


async def test_an_empty_box_is_looked_into(house: House) -> None:
    """Nothing was in it: an inspector believes the customer, who is paid; nothing goes on a shelf."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.ITEM_RECEIVED, {"empty": True, "weight_grams": 150})
        told = await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
        assert (told.outcome, told.code) == (EventOutcome.REFUSED, "reported_missing")
        absent = inspected(("1", 1), condition="not_in_parcel", grade="D")
        await house.ask(ref, EventKind.INSPECTION_RECORDED, absent)
        ended = await house.end(ref)
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 1200
    assert ended.lines[0].reception == {Reception.LOST_BY_CARRIER: 1}
    assert ended.dispositions == ()


async def test_two_boxes_with_one_damaged_unit(house: House) -> None:
    """One mug in each box, the second one broken: each has its own fate, and the totals say so."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line("1", 2))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.tell(ref, EventKind.ITEM_RECEIVED, {"units": [{"line_id": "1", "damaged": True}]})
        await house.take_in_inspection(ref, ("1", 1))
        await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), condition="damaged", grade="D"))
        ended = await house.end(ref)
    assert ended.lines[0].reception == {Reception.RECEIVED: 2}
    totals = house.records.receipts.disposition_totals(ref.merchant)
    assert {(total.disposition, total.units, total.recovered_minor) for total in totals} == {
        (Disposition.RESTOCK, 1, 1200),
        (Disposition.QUARANTINE, 1, 0),
    }
