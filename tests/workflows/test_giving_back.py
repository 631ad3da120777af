"""Goods that the shop does not keep, all the way back to their customer."""

from __future__ import annotations

from domain.cases import CaseKind, CaseRef, EventKind, WaitingFor
from domain.returns.progress import ReturnState
from records.models import StoredShipment
from tests.builders import MERCHANT, a_return_line, an_order, an_order_line, inspected, received
from tests.workflows.house import House, until

TEN = an_order(lines=(an_order_line(quantity=10),))


async def ten_refused(house: House) -> CaseRef:
    """Ten came, the inspector accepts none, and the warehouse was told to send them back."""
    house.sell(TEN)
    ref = await house.ask_for(a_return_line(quantity=10))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 10)))
    await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 10), accepted=False))
    await until(lambda: bool(house.going_back(ref)))
    return ref


def the_shipment(house: House, ref: CaseRef) -> StoredShipment:
    """The one shipment that takes the goods back."""
    (found,) = house.records.reads.shipments.of_order(MERCHANT, "A-1001")
    assert found.case.for_case == ref
    return found


async def test_in_two_parcels(house: House) -> None:
    """Two of ten are sent back: eight remain. The return has sent everything back when all ten have left, not before."""
    async with house.open_for_business():
        ref = await ten_refused(house)
        planned = house.view(ref)
        await house.send_back(ref, ("MUG-1", 2), state="shipped")
        await until(lambda: house.view(ref).going_back[0].sent == 2)
        partly = house.view(ref)
        await house.send_back(ref, ("MUG-1", 8), state="shipped", parcel="p2")
        await house.handle(ref).result()
    assert (planned.state, planned.going_back[0].remaining) == (ReturnState.GOING_BACK, 10)
    assert (partly.state, partly.waiting_for, partly.going_back[0].remaining) == (
        ReturnState.GOING_BACK,
        WaitingFor.GOING_BACK,
        8,
    )
    ended = house.view(ref)
    assert (ended.state, ended.going_back[0].remaining, ended.going_back[0].sent) == (ReturnState.SENT_BACK, 0, 10)
    assert house.payments.orders == []
    assert house.fulfilment.calls == ["ship"]
    (order,) = house.fulfilment.sent.values()
    assert (order.from_return, order.reservation_key) == (ref.rma, "")
    assert house.records.reads.quote_basis(MERCHANT, "A-1001", at=house.clock.now()).taken == {}


async def test_one_of_two_goes_back(house: House) -> None:
    """One is paid for and one goes back: the refund does not wait for that parcel, and the return is closed as any other."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
        good, bad = inspected(("1", 1))["units"], inspected(("1", 1), accepted=False)["units"]
        await house.ask(ref, EventKind.INSPECTION_RECORDED, {"units": [*good, *bad]})
        await until(lambda: house.view(ref).waiting_for is WaitingFor.GOING_BACK)
        paid = len(house.payments.orders)
        ended = await house.end(ref)
    assert (paid, ended.state) == (1, ReturnState.CLOSED)
    assert [unit.quantity for unit in ended.going_back] == [1]


async def test_lost_on_the_way_back(house: House) -> None:
    """The carrier loses four of ten after the return has ended: a claim over what four are worth is there for a person, once."""
    async with house.open_for_business():
        ref = await ten_refused(house)
        await house.send_back(ref, ("MUG-1", 6), state="shipped")
        await house.send_back(ref, ("MUG-1", 4), state="shipped", parcel="p2")
        await house.handle(ref).result()
        await house.send_back(ref, ("MUG-1", 6))
        await house.send_back(ref, ("MUG-1", 4), state="lost", parcel="p2")
        await house.handle(the_shipment(house, ref).case.ref).result()
        (lost,) = house.records.claims.of_order(MERCHANT, "A-1001")
        await house.gateway.open(lost.case.ref)
    stored = house.records.claims.claim(MERCHANT, lost.case.ref.rma)
    assert (stored.case.ref.kind, stored.case.follows) == (CaseKind.CLAIM, ref)
    assert [(line.line_id, line.quantity) for line in stored.case.lines] == [("1", 4)]
    assert (stored.progress.waiting_for, stored.case.wish) == (WaitingFor.REVIEW, "refund")
    assert house.timeline(ref)[-1] == "goods.lost"
