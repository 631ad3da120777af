"""Requests that a person decides on when their goods are at the warehouse already."""

from __future__ import annotations

import pytest

from domain.cases import EventKind, WaitingFor
from domain.policies import RefundMoment, RefundTiming, always
from domain.returns.progress import ReturnState
from tests.builders import MERCHANT, a_policy, a_return_line, an_order, received, reviewed
from tests.exchanges import an_exchange_policy, replaced, swapped
from tests.workflows.exchanging import an_exchange
from tests.workflows.house import House

CAREFUL = a_policy(acceptance=reviewed('reason == "changed_mind"'))


@pytest.mark.parametrize("inspected_before", [False, True])
async def test_goods_of_a_refused_request_go_back_and_nothing_is_paid(house: House, inspected_before: bool) -> None:
    """They came while somebody thought about the request: refused is refused, and the customer gets the goods again."""
    house.sell(an_order(), CAREFUL)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        if inspected_before:
            await house.take_in_inspection(ref, ("1", 1))
        assert (house.view(ref).state, house.view(ref).payouts) == (ReturnState.IN_REVIEW, ())
        await house.decide(ref, "refuse")
        ended = await house.end(ref)
        again = await house.ask_for()
        await house.handle(again).terminate()
    assert ended.state == ReturnState.REFUSED
    assert [(each.quantity, each.remaining) for each in ended.going_back] == [(1, 0)]
    assert (ended.payouts, house.payments.orders, house.carrier.bookings) == ((), [], [])
    assert house.view(again).state == ReturnState.IN_REVIEW


async def test_a_refused_exchange_pays_and_ships_nothing(house: House) -> None:
    """The old goods go back; no new ones leave and no money does."""
    policy = an_exchange_policy(acceptance=reviewed('reason == "defective"'))
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced(), policy=policy)
        await house.tell(bazaar.ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(bazaar.ref, ("1", 1))
        await house.decide(bazaar.ref, "refuse")
        assert await bazaar.end() == "refused"
    assert (bazaar.refunded(), bazaar.case.payouts) == ([], ())
    assert [each.from_return for each in house.fulfilment.sent.values()] == [bazaar.ref.rma]


async def test_an_exchange_that_is_inspected_before_its_review_is_an_exchange(house: House) -> None:
    """Approved after the inspection: the new goods leave, and the old ones are not refunded beside."""
    policy = an_exchange_policy(acceptance=reviewed('reason == "defective"'))
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced(), policy=policy)
        await house.tell(bazaar.ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(bazaar.ref, ("1", 1))
        await house.decide(bazaar.ref)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert (bazaar.refunded(), bazaar.case.payouts) == ([], ())


async def test_a_return_that_is_inspected_before_its_review_is_paid_once_approved(house: House) -> None:
    """The money waits for the yes, and for nothing else."""
    house.sell(an_order(), CAREFUL)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(ref, ("1", 1))
        await house.decide(ref)
        ended = await house.end(ref)
    assert (ended.state, [payout.amount_minor for payout in ended.payouts]) == (ReturnState.CLOSED, [1200])


async def test_a_scan_during_the_review_pays_nothing_ahead(house: House) -> None:
    """Paid at the first scan, but only what may come back: a refusal leaves nothing pending on the order."""
    timing = always(RefundTiming(at=RefundMoment.FIRST_SCAN))
    house.sell(an_order(), CAREFUL.model_copy(update={"refund_timing": timing}))
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.LABEL_SCANNED)
        assert house.view(ref).payouts == ()
        await house.decide(ref, "refuse")
        assert (await house.end(ref)).state == ReturnState.REFUSED
    assert [each.refundable_minor for each in house.records.reads.balances(MERCHANT, "A-1001")] == [2400]


async def test_an_inspection_before_the_customer_paid_waits_for_them(house: House) -> None:
    """The old goods are here before the 3.00 are: it is settled with the 3.00, and nothing is left as uncollected."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped())
        await house.take_in(bazaar.ref)
        early = bazaar.case
        assert (early.plan, house.view(bazaar.ref).waiting_for) == (None, WaitingFor.PAYMENT)
        await bazaar.confirm()
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    assert house.collections.captured() == [300]
    settled = bazaar.case.plan
    assert settled is not None
    assert "uncollected" not in {line.kind for line in settled.lines}
