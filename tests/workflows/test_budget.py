"""What one return costs in Temporal: each activity is a round trip, each event is kept for months."""

from __future__ import annotations

from collections import Counter

from domain.cases import EventKind, WaitingFor
from tests.builders import an_order, an_order_line, inspected, received
from tests.workflows.house import House, until

MOST_ACTIVITIES = 9
MOST_EVENTS = 96


async def test_an_approved_return_stays_within_its_budget(house: House) -> None:
    """Open, label, scan, receipt, inspection, approval, refund, goods, close: nine activities, 96 events at most."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        for kind, payload in ((EventKind.LABEL_SCANNED, {}), (EventKind.ITEM_RECEIVED, received(("1", 1)))):
            assert await house.gateway.deliver(ref, house.keep(ref, kind, payload))
        await until(lambda: house.view(ref).waiting_for is WaitingFor.INSPECTION)
        await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
        await house.decide(ref)
        await house.end(ref)
        history = await house.handle(ref).fetch_history()
    kinds = Counter(str(event.WhichOneof("attributes")) for event in history.events)
    activities = kinds["activity_task_scheduled_event_attributes"]
    print(", ".join(f"{name.removesuffix('_event_attributes')}={count}" for name, count in kinds.items()))
    print(f"\nan approved return: {activities} activities, {len(history.events)} events")
    assert activities <= MOST_ACTIVITIES
    assert len(history.events) <= MOST_EVENTS
