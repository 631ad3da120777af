"""The recorded stories of goods that go back to their customer."""

from __future__ import annotations

from domain.cases import CaseRef, EventKind
from tests.builders import MERCHANT, SUPERVISOR, a_return_line, an_order, inspected, received
from tests.replay.stories import Story
from tests.workflows.house import House, until


async def sent_back_in_two_parcels(house: House) -> CaseRef:
    """Neither of two is accepted; they leave one after the other."""
    house.sell(an_order())
    ref = await house.ask_for(a_return_line(quantity=2))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
    await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 2), accepted=False))
    await until(lambda: bool(house.going_back(ref)))
    await house.send_back(ref, ("MUG-1", 1), state="shipped")
    await until(lambda: house.view(ref).going_back[0].sent == 1)
    await house.send_back(ref, ("MUG-1", 1), state="shipped", parcel="p2")
    await house.handle(ref).result()
    return ref


async def rest_split_off(house: House) -> CaseRef:
    """One of two is refused and goes back; the other is split off, and is paid for in a return of its own, the recorded one."""
    house.sell(an_order())
    ref = await house.ask_for(a_return_line(quantity=2))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
    await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), accepted=False))
    await house.ask(ref, EventKind.SPLIT_REQUESTED, {}, actor=SUPERVISOR)
    linked = CaseRef(merchant=MERCHANT, rma=house.view(ref).split_off[0].rma)
    await house.gateway.open(linked)
    await house.end(ref)
    await house.take_in_inspection(linked, ("1", 1))
    await house.end(linked)
    return linked


GIVING_BACK_STORIES: tuple[Story, ...] = (sent_back_in_two_parcels, rest_split_off)
