"""A label is a convenience: whatever becomes of its booking, goods that came without it are paid for."""

from __future__ import annotations

import threading
from datetime import timedelta

from domain.calendar import Span
from domain.cases import CaseRef, EventKind
from domain.errors import Unavailable
from domain.goods_back.facts import Label, LabelRefund
from domain.ports import LabelBooking
from domain.returns.progress import ReturnState
from tests.builders import a_policy, an_order, received
from tests.fakes.carriers import FakeCarrier
from tests.workflows.house import House, until

DAY = timedelta(days=1)
HANGS_AT_MOST_SECONDS = 30.0


class CarrierThatHangs(FakeCarrier):
    """Answers nothing until it is told to, and then that it cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.gives_up = threading.Event()

    def book_return_label(self, booking: LabelBooking) -> Label:
        self.bookings.append(booking)
        self.gives_up.wait(HANGS_AT_MOST_SECONDS)
        raise Unavailable("down")


async def test_a_booking_that_fails_when_nobody_needs_it_any_more_stops_nothing(house: House) -> None:
    """The goods are here and inspected while the carrier still hangs; its failure costs the customer nothing."""
    house.carrier = carrier = CarrierThatHangs()
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await until(lambda: len(carrier.bookings) == 1)
        await house.take_in(ref)
        carrier.gives_up.set()
        ended = await house.end(ref)
    assert (ended.state, ended.label, len(house.payments.made)) == (ReturnState.CLOSED, None, 1)


async def test_the_price_of_an_unused_label_is_asked_back(house: House) -> None:
    """A customer cancels: the label is void, and the return says that its 3.85 were asked for."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await until(lambda: house.view(ref).label is not None)
        await house.ask(ref, EventKind.CANCEL_REQUESTED, {})
        ended = await house.end(ref)
    (delivery,) = ended.deliveries
    assert delivery.label is not None
    assert (delivery.label_refund, str(delivery.label.price)) == (LabelRefund.SUBMITTED, "3.85 GBP")
    told = house.timeline(ref)
    assert told[told.index("label.voided") + 1] == "label.refund_submitted"


async def test_a_label_that_was_used_is_not_paid_back(house: House) -> None:
    """The parcel is on its way although nobody told us: the carrier keeps the price, and the return shows it."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await until(lambda: house.view(ref).label is not None)
        house.carrier.scan(ref.workflow_id)
        await house.ask(ref, EventKind.CANCEL_REQUESTED, {})
        ended = await house.end(ref)
    assert ended.deliveries[0].label_refund is LabelRefund.REJECTED


async def test_a_label_that_nobody_used_is_given_back_while_the_return_waits(house: House) -> None:
    """After a week the label is void and its price asked back; the goods come in a parcel of the customer's and are paid for."""
    house.sell(an_order(), a_policy(deadlines=a_policy().deadlines.model_copy(update={"label": Span.of("7 days")})))
    async with house.open_for_business():
        ref = await house.ask_for()
        await until(lambda: house.view(ref).deliveries[0].label_expires_at is not None)
        await house.pass_time(ref, 6 * DAY)
        assert house.carrier.voided == []
        await house.pass_time(ref, 2 * DAY)
        await until(lambda: house.carrier.voided == [ref.workflow_id])
        await until(lambda: house.view(ref).deliveries[0].label_refund is LabelRefund.SUBMITTED)
        assert house.view(ref).state == ReturnState.AUTHORIZED
        await house.take_in(ref)
        ended = await house.end(ref)
    assert (ended.state, len(house.payments.made)) == (ReturnState.CLOSED, 1)
    told = house.timeline(ref)
    assert told[told.index("label.expired") : told.index("label.expired") + 2] == ["label.expired", "label.voided"]


async def test_an_expired_label_is_given_back_although_the_carrier_was_down(house: House) -> None:
    """The carrier is down when the label's time is over, and the goods come by another way: the refund waits for nobody, and
    the label is given back once the carrier is there again."""
    house.sell(an_order(), a_policy(deadlines=a_policy().deadlines.model_copy(update={"label": Span.of("7 days")})))
    house.carrier.void_faults.fail(Unavailable("down", retry_after=timedelta(hours=4)))
    async with house.open_for_business():
        ref = await expired_while_the_carrier_is_down(house)
        await until(lambda: len(house.payments.made) == 1)
        given_back_early = list(house.carrier.voided)
        await house.pass_time(ref, timedelta(hours=5))
        ended = await house.end(ref)
    assert given_back_early == []
    assert (ended.state, house.carrier.voided) == (ReturnState.CLOSED, [ref.workflow_id])
    assert house.timeline(ref).count("label.voided") == 1


async def expired_while_the_carrier_is_down(house: House) -> CaseRef:
    """The label's time is over, nobody could give it back yet, and the goods came without it."""
    ref = await house.ask_for()
    await until(lambda: house.view(ref).deliveries[0].label_expires_at is not None)
    await house.pass_time(ref, 7 * DAY + timedelta(hours=1))
    await until(lambda: "label.expired" in house.timeline(ref))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
    await house.take_in_inspection(ref, ("1", 1))
    return ref
