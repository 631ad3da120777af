"""One return in several parcels, to several warehouses, as a story."""

from __future__ import annotations

import threading
from typing import Any

from domain.cases import EventKind
from domain.errors import OutcomeUnknown
from domain.goods_back.facts import Label
from domain.ports import LabelBooking
from domain.returns.progress import ReturnState
from tests.builders import STOREFRONT, a_return_line
from tests.domain.goods_back.test_deliveries import a_mixed_order, two_warehouses
from tests.fakes.carriers import FakeCarrier
from tests.workflows.house import House, until

LINES = tuple(a_return_line(line_id) for line_id in ("1", "2", "3"))
BY_LABEL: dict[str, Any] = {"return_methods": ()}


async def test_two_parcels_to_two_warehouses(house: House) -> None:
    """Each has its label, scan and receipt; each warehouse puts its own goods away, once; one refund."""
    house.sell(a_mixed_order(), two_warehouses(**BY_LABEL))
    house.warehouse.faults.lose_answer()
    async with house.open_for_business():
        ref = await house.ask_for(*LINES)
        view = house.view(ref)
        mugs, sofa = (delivery.label for delivery in view.deliveries)
        assert mugs is not None
        assert sofa is not None
        assert [booking.warehouse for booking in house.carrier.bookings] == ["main", "north"]
        await house.tell(ref, EventKind.LABEL_SCANNED, {"tracking_number": sofa.tracking_number})
        await house.tell(ref, EventKind.ITEM_RECEIVED, {"tracking_number": sofa.tracking_number})
        assert [delivery.received_at is not None for delivery in house.view(ref).deliveries] == [False, True]
        found = house.records.receipts.find_awaiting(ref.merchant, numbers=[sofa.tracking_number], order_id=None)
        assert found == [ref.rma]
        await house.tell(ref, EventKind.ITEM_RECEIVED, {"tracking_number": mugs.tracking_number})
        await house.take_in_inspection(ref, ("1", 1), ("2", 1), ("3", 1))
        ended = await house.end(ref)
    assert ended.state == ReturnState.CLOSED
    assert len(house.payments.made) == 1
    done = {each.warehouse: [unit.line_id for unit in each.units] for each in house.warehouse.done.values()}
    assert done == {"main": ["1", "3"], "north": ["2"]}


class CarrierThatDiesOnce(FakeCarrier):
    """Sells the label, and its answer is lost together with whoever asked."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()

    def book_return_label(self, booking: LabelBooking) -> Label:
        super().book_return_label(booking)
        self.may_go_on.wait(30)
        raise OutcomeUnknown("the worker is gone")


async def test_a_label_that_was_bought_while_the_case_was_called_off_is_voided(house: House) -> None:
    """The customer cancels while the first label is being bought: it is given back, and no second one is bought."""
    house.carrier = carrier = CarrierThatDiesOnce()
    house.sell(a_mixed_order(), two_warehouses(**BY_LABEL))
    async with house.open_for_business():
        ref = await house.ask_for(*LINES)
        await until(lambda: len(carrier.bookings) == 1)
        await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        carrier.may_go_on.set()
        ended = await house.end(ref)
    assert ended.state == ReturnState.CANCELLED
    assert carrier.voided == list(carrier.labels) == [ref.workflow_id]
    assert len(carrier.bookings) == 1
