"""The recorded stories of goods that go back to their customer."""

from __future__ import annotations

from domain.cases import CaseRef, EventKind
from tests.builders import a_return_line, an_order, inspected, received
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


GIVING_BACK_STORIES: tuple[Story, ...] = (sent_back_in_two_parcels,)
