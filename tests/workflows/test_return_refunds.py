"""The money of one return: paid once, to the right payments, whatever the provider answers or loses."""

from __future__ import annotations

from domain.cases import EventKind, WaitingFor
from domain.errors import Rejected
from domain.orders import Payment
from domain.payouts import PayoutState
from domain.policies import Disposition
from domain.returns.progress import ReturnState
from tests.builders import (
    a_return_line,
    an_order,
    an_order_line,
    inspected,
)
from tests.workflows.house import House, until

EXPENSIVE = (an_order_line(quantity=2, unit_price_minor=6000),)


async def test_a_lost_answer_is_asked_about_before_anything_is_paid_again(house: House) -> None:
    """The provider made the refund and its answer was lost: found by key, never made twice."""
    house.payments.faults.lose_answer()
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        ended = await house.end(ref)
    assert len(house.payments.orders) == 1
    assert [payout.state for payout in ended.payouts] == [PayoutState.SETTLED]
    assert "refund.unknown" in house.timeline(ref)


async def test_a_lost_request_is_sent_again_with_the_same_key(house: House) -> None:
    """Nothing had happened at the provider; the second try carries the first key."""
    house.payments.faults.lose_request()
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.end(ref)
    assert len({order.key for order in house.payments.orders}) == 1
    assert len(house.payments.made) == 1


async def test_a_declined_refund_goes_to_a_person(house: House) -> None:
    """The card is closed: a supervisor approves another try, which gets a key of its own."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        declined = house.view(ref)
        assert declined.approval is not None
        assert declined.approval.reasons[-1].rule == "refund_declined"
        await house.decide(ref)
        ended = await house.end(ref)
    assert [payout.state for payout in ended.payouts] == [PayoutState.FAILED, PayoutState.SETTLED]
    assert len({order.key for order in house.payments.orders}) == 2


async def test_a_pending_refund_does_not_keep_the_case_open(house: House) -> None:
    """The provider has it: the return closes, the ledger waits for the settlement."""
    house.payments.pend_next()
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        ended = await house.end(ref)
    assert [payout.state for payout in ended.payouts] == [PayoutState.ACCEPTED]


async def test_one_refund_over_two_payments_is_two_payouts(house: House) -> None:
    """Each payment gets back no more than it paid."""
    card = Payment(payment_id="card", reference="pi_1", captured_minor=900)
    wallet = Payment(payment_id="wallet", reference="pi_2", captured_minor=1500)
    house.sell(an_order(payments=(card, wallet)))
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.take_in(ref, ("1", 2))
        ended = await house.end(ref)
    paid = {payout.payment_id: payout.amount_minor for payout in ended.payouts}
    assert paid == {"card": 900, "wallet": 1500}
    assert len(house.payments.made) == 2


async def test_what_the_inspector_does_not_accept_is_not_paid(house: House) -> None:
    """One of two units is worn: half is refunded, the worn one goes back."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.ITEM_RECEIVED)
        await house.ask(ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
        worn = inspected(("1", 1), condition="used", grade="D", accepted=False)
        await house.ask(ref, EventKind.INSPECTION_RECORDED, worn)
        ended = await house.end(ref)
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 1200
    found = {unit.disposition: unit.quantity for unit in ended.dispositions}
    assert found == {Disposition.RESTOCK: 1, Disposition.BACK_TO_CUSTOMER: 1}


async def test_a_refused_refund_sends_the_goods_back(house: House) -> None:
    """The supervisor refuses: no money, and every unit goes back to the customer."""
    house.sell(an_order(lines=EXPENSIVE))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.decide(ref, "refuse")
        ended = await house.end(ref)
    assert ended.state == ReturnState.REJECTED
    assert house.payments.orders == []
    assert [unit.disposition for unit in ended.dispositions] == [Disposition.BACK_TO_CUSTOMER]
