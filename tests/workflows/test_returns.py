"""The story of one return: what the storefront, the dock, the supervisor and the customer live through."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.cases import EventKind, EventOutcome, WaitingFor
from domain.errors import Rejected, Unavailable
from domain.policies import Disposition
from domain.returns.case import (
    Verdict,
)
from domain.returns.progress import ReturnState
from tests.builders import (
    MERCHANT,
    OTHER_SUPERVISOR,
    STOREFRONT,
    SUPERVISOR,
    a_policy,
    a_return_line,
    an_order,
    an_order_line,
    received,
    reviewed,
)
from tests.workflows.house import House, until
from workflows import gateway
from workflows.gateway import CaseNotOpen, OutcomePending

EXPENSIVE = (an_order_line(quantity=2, unit_price_minor=6000),)


async def test_a_small_refund_needs_nobody_and_is_paid_once(house: House) -> None:
    """Authorized with a label at once; scanned, received, inspected, refunded, restocked, closed."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        opened = house.view(ref)
        assert (opened.state, opened.verdict) == (ReturnState.AUTHORIZED, Verdict.AUTHORIZED)
        assert opened.label is not None
        await house.take_in(ref)
        ended = await house.end(ref)
    assert (ended.state, ended.waiting_for) == (ReturnState.CLOSED, WaitingFor.NOTHING)
    assert [(order.amount.minor, order.payment_reference) for order, _ in house.payments.made] == [(1200, "pi_A-1001")]
    assert [unit.disposition for unit in ended.dispositions] == [Disposition.RESTOCK]
    (total,) = house.records.receipts.disposition_totals(MERCHANT)
    assert (total.disposition, total.units) == (Disposition.RESTOCK, 1)
    happened = house.timeline(ref)
    assert happened[:8] == [
        "return.requested",
        "return.authorized",
        "label.booked",
        "label_scanned",
        "item_received",
        "inspection_recorded",
        "refund.proposed",
        "refund.planned",
    ]
    # Money and goods go their ways side by side.
    assert sorted(happened[8:]) == ["credit_note.issued", "goods.disposed", "refund.settled", "return.closed"]


async def test_a_large_refund_waits_for_a_supervisor(house: House) -> None:
    """Nothing is paid before the approval; the approver's name is on the timeline."""
    house.sell(an_order(lines=EXPENSIVE))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        waiting = house.view(ref)
        assert waiting.waiting_for is WaitingFor.APPROVAL
        assert waiting.approval is not None
        assert waiting.approval.reasons[0].rule == "refund_above_limit"
        assert house.payments.made == []
        answer = await house.decide(ref)
        ended = await house.end(ref)
    assert answer.outcome is EventOutcome.APPLIED
    assert ended.state == ReturnState.CLOSED
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 6000


async def test_a_refused_request_is_a_closed_case_with_its_reasons(house: House) -> None:
    """Asked for 60 days later: refused, nothing reserved, no label bought."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(asked=an_order().placed_at + timedelta(days=60))
        ended = await house.end(ref)
    assert ended.state == ReturnState.REFUSED
    assert [finding.rule for finding in ended.reasons] == ["window_passed"]
    assert house.carrier.bookings == []


async def test_two_supervisors_at_the_same_moment(house: House) -> None:
    """One wins; the other is told who was first; one refund leaves."""
    house.sell(an_order(lines=EXPENSIVE))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        answers = await asyncio.gather(
            house.decide(ref, "approve", actor=SUPERVISOR), house.decide(ref, "approve", actor=OTHER_SUPERVISOR)
        )
        await house.end(ref)
    by_outcome = {answer.outcome: answer for answer in answers}
    assert set(by_outcome) == {EventOutcome.APPLIED, EventOutcome.REFUSED}
    assert "Already decided: " in by_outcome[EventOutcome.REFUSED].detail
    assert len(house.payments.made) == 1


async def test_the_requester_does_not_approve(house: House) -> None:
    """Four eyes, whatever the role; the case goes on waiting."""
    house.sell(an_order(lines=EXPENSIVE))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        namesake = SUPERVISOR.model_copy(update={"name": STOREFRONT.name})
        answer = await house.decide(ref, actor=namesake)
        assert (answer.outcome, answer.code) == (EventOutcome.REFUSED, "requester_cannot_approve")
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        await house.handle(ref).terminate()


async def test_the_same_event_told_twice_counts_once(house: House) -> None:
    """Delivered by signal and by update, again and again: one entry, one answer."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        event = await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        assert await house.gateway.deliver(ref, event)
        answers = [await house.gateway.ask(ref, event) for _ in range(2)]
        assert answers[0] == answers[1]
        assert house.timeline(ref).count("item_received") == 1
        assert house.view(ref).lines[0].received == 1
        await house.handle(ref).terminate()


async def test_a_hand_typed_signal_decides_nothing(house: House) -> None:
    """An event that never came through the API is noted and ignored, whatever its payload is."""
    house.sell(an_order(lines=EXPENSIVE))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        for payload in ("evt_made_up", {"decision": "approve", "actor": "boss"}, None, 7):
            await house.handle(ref).signal("approval_decided", payload)
        await house.decide(ref, "refuse")
        ended = await house.end(ref)
    assert ended.state == ReturnState.REJECTED
    assert house.timeline(ref).count("signal.ignored") == 4


async def test_an_event_of_another_case_is_not_applied_here(house: House) -> None:
    """A copied event id cannot move a foreign return."""
    house.sell(an_order(lines=(an_order_line(quantity=2),)))
    async with house.open_for_business():
        ours, theirs = await house.ask_for(), await house.ask_for()
        event = house.keep(theirs, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        answer = await house.gateway.ask(ours, event)
        assert answer.code == "unknown_event"
        assert house.view(ours).state == ReturnState.AUTHORIZED
        for ref in (ours, theirs):
            await house.handle(ref).terminate()


async def test_no_unit_is_in_two_open_cases(house: House) -> None:
    """Claimed at the same time, decided one after the other: the second is refused."""
    house.sell(an_order())
    async with house.open_for_business():
        first, second = house.claim(a_return_line(quantity=2)), house.claim(a_return_line(quantity=1))
        await asyncio.gather(house.gateway.open(first), house.gateway.open(second))
        states = sorted(house.view(ref).state for ref in (first, second))
        assert states == [ReturnState.AUTHORIZED, ReturnState.REFUSED]
        loser = next(house.view(ref) for ref in (first, second) if house.view(ref).state == ReturnState.REFUSED)
        assert [finding.rule for finding in loser.reasons] == ["units_in_other_case"]


async def test_a_cancelled_return_frees_its_units_and_voids_its_label(house: House) -> None:
    """Before the receipt the customer may change their mind again, and ask anew."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        answer = await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        assert answer.outcome is EventOutcome.APPLIED
        assert (await house.end(ref)).state == ReturnState.CANCELLED
        assert len(house.carrier.voided) == 1
        again = await house.ask_for(a_return_line(quantity=2))
        assert house.view(again).state == ReturnState.AUTHORIZED


async def test_a_closed_case_takes_no_news(house: House) -> None:
    """The machine's news finds nobody; the person is told that the case is not open."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        await house.end(ref)
        assert not await house.gateway.deliver(ref, house.keep(ref, EventKind.ITEM_RECEIVED))
        with pytest.raises(CaseNotOpen):
            await house.decide(ref)


async def test_opening_twice_opens_once(house: House) -> None:
    """Also after the case has closed: no second run, no second decision."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.gateway.open(ref)
        await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        await house.end(ref)
        await house.gateway.open(ref)
    assert house.timeline(ref).count("return.authorized") == 1


async def test_a_carrier_that_is_down_delays_the_label_only(house: House) -> None:
    """Authorized at once, "label follows"; it comes when the carrier is back, and the parcel need not wait for it."""
    house.carrier.faults.fail(Unavailable("down", retry_after=timedelta(hours=1)), times=1)
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        assert house.view(ref).label_follows
        await house.pass_time(ref, timedelta(hours=2))
        await until(lambda: house.view(ref).label is not None)
        await house.take_in(ref)
        assert (await house.end(ref)).state == ReturnState.CLOSED


async def test_goods_that_arrive_before_their_label_end_the_search_for_one(house: House) -> None:
    """A carrier that stays down does not keep the return open."""
    house.carrier.faults.fail(Unavailable("down", retry_after=timedelta(hours=1)), times=1000)
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        ended = await house.end(ref)
    assert (ended.state, ended.label) == (ReturnState.CLOSED, None)


async def test_an_address_that_the_carrier_refuses_is_told(house: House) -> None:
    """No label will follow: the customer is told to correct the address or send it otherwise."""
    house.carrier.faults.fail(Rejected("ADDRESS.VERIFY.FAILURE"))
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        view = house.view(ref)
        assert not view.label_follows
        assert "correct the address" in view.next_step
        await house.handle(ref).terminate()


async def test_a_review_is_decided_by_a_person_before_anything_else(house: House) -> None:
    """In review no label is bought; approved, the return goes its way."""
    careful = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    house.sell(an_order(), careful)
    async with house.open_for_business():
        ref = await house.ask_for()
        assert (house.view(ref).state, house.carrier.bookings) == (ReturnState.IN_REVIEW, [])
        await house.decide(ref)
        await until(lambda: house.view(ref).label is not None)
        await house.take_in(ref)
        assert (await house.end(ref)).state == ReturnState.CLOSED


async def test_without_a_worker_the_storefront_is_told_to_ask_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is on record and its workflow started; when a worker comes the same call finds it decided."""
    monkeypatch.setattr(gateway, "ANSWER_PATIENCE", timedelta(seconds=1))
    house.sell(an_order())
    ref = house.claim()
    with pytest.raises(OutcomePending):
        await house.gateway.open(ref)
    async with house.open_for_business():
        await house.gateway.open(ref)
        assert house.view(ref).state == ReturnState.AUTHORIZED
        await house.handle(ref).terminate()
