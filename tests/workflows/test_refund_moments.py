"""Refunds ahead of the inspection: paid at their moment, exactly once, and held against what the goods turn out to be."""

from __future__ import annotations

from datetime import timedelta

from activities.cases import ReturnSteps
from activities.steps import DeadlineStep, EventStep, Step
from domain.cases import SYSTEM, EventKind, WaitingFor
from domain.payouts import PayoutState
from domain.policies import RefundMoment, RefundTiming, Shortfall, Statute, StatutePack, always
from domain.returns.progress import ReturnState
from records.search import CaseFilter
from tests.builders import (
    ASKED,
    CONDITIONS,
    MERCHANT,
    STOREFRONT,
    SUPERVISOR,
    a_policy,
    a_return_line,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.workflows.house import House, until

DAY = timedelta(days=1)
EXPENSIVE = (an_order_line(unit_price_minor=6000),)


def sell(house: House, moment: RefundMoment, when_short: Shortfall = Shortfall.REVIEW) -> None:
    """An order under the policy that pays at that moment."""
    house.sell(an_order(), a_policy(refund_timing=always(RefundTiming(at=moment, when_short=when_short))))


async def test_paid_at_the_first_scan(house: House) -> None:
    """The money leaves while the parcel is in transit; the inspection adds nothing, and one refund was made."""
    sell(house, RefundMoment.FIRST_SCAN)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await until(lambda: bool(house.payments.made))
        view = house.view(ref)
        assert view.waiting_for is WaitingFor.PARCEL
        assert view.state == ReturnState.IN_TRANSIT
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(ref, ("1", 1))
        ended = await house.end(ref)
    assert ended.state == ReturnState.CLOSED
    assert [payout.state for payout in ended.payouts] == [PayoutState.SETTLED]
    assert len(house.payments.made) == 1
    assert "refund.borne_out" in house.timeline(ref)
    assert ended.dispositions


async def test_paid_at_receipt(house: House) -> None:
    """Not at the scan, but as soon as the dock has it, before anybody looked."""
    sell(house, RefundMoment.RECEIPT)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        assert house.payments.made == []
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await until(lambda: bool(house.payments.made))
        assert house.view(ref).waiting_for is WaitingFor.INSPECTION
        await house.take_in_inspection(ref, ("1", 1))
        ended = await house.end(ref)
    assert (ended.state, len(house.payments.made)) == (ReturnState.CLOSED, 1)


async def test_the_law_overrules_the_shop(house: House) -> None:
    """A withdrawal from Great Britain is paid at the proof of sending although the shop pays after inspection."""
    house.sell(an_order(), a_policy(statutes=(Statute(pack=StatutePack.UK_WITHDRAWAL),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await until(lambda: bool(house.payments.made))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(ref, ("1", 1))
        assert (await house.end(ref)).state == ReturnState.CLOSED


async def test_a_large_refund_ahead_asks_a_supervisor(house: House) -> None:
    """Above the limit a person is asked while the parcel travels; approved, it is paid, and the goods still come."""
    house.sell(an_order(lines=EXPENSIVE), a_policy(refund_timing=always(RefundTiming(at=RefundMoment.FIRST_SCAN))))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        await house.decide(ref)
        await until(lambda: bool(house.payments.made))
        assert house.view(ref).waiting_for is WaitingFor.PARCEL
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(ref, ("1", 1))
        ended = await house.end(ref)
    assert (ended.state, len(house.payments.made)) == (ReturnState.CLOSED, 1)


async def test_a_refused_refund_ahead_waits_for_the_inspection(house: House) -> None:
    """A supervisor does not want to pay ahead: the goods are inspected first, and then it is decided anew."""
    house.sell(an_order(lines=EXPENSIVE), a_policy(refund_timing=always(RefundTiming(at=RefundMoment.FIRST_SCAN))))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await house.decide(ref, "refuse")
        assert house.view(ref).waiting_for is WaitingFor.PARCEL
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.take_in_inspection(ref, ("1", 1))
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        assert house.payments.made == []
        await house.decide(ref)
        ended = await house.end(ref)
    assert (ended.state, len(house.payments.made)) == (ReturnState.CLOSED, 1)


async def test_worth_less_and_the_customer_owes_it(house: House) -> None:
    """Paid at the scan, damaged on arrival: a supervisor says that it is owed back, and an issue follows it."""
    sell(house, RefundMoment.FIRST_SCAN)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await until(lambda: bool(house.payments.made))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        findings = inspected(("1", 1), condition="damaged", grade="D", accepted=False)
        await house.ask(ref, EventKind.INSPECTION_RECORDED, findings)
        waiting = house.view(ref)
        assert waiting.waiting_for is WaitingFor.APPROVAL
        assert waiting.approval is not None
        assert [each.rule for each in waiting.approval.reasons] == ["refund_ahead_too_high"]
        await house.decide(ref, "refuse")
        ended = await house.end(ref)
    assert ended.state == ReturnState.CLOSED
    assert len(house.payments.made) == 1
    issues = house.records.reads.money.payment_issues(ref.merchant, CaseFilter(), limit=10, cursor=None).issues
    assert [(each.case.cause, each.case.amount_minor) for each in issues] == [("overpaid", 1200)]
    (owed,) = house.records.reads.case_ledger(ref.merchant, issues[0].case.ref.rma)
    assert (owed.kind, owed.amount_minor, owed.facts) == ("receivable_recorded", 1200, {"return": ref.rma})


async def test_a_parcel_that_was_scanned_and_never_came(house: House) -> None:
    """Paid at the scan and lost: after the grace a person decides; left with the customer, the units stay taken."""
    sell(house, RefundMoment.FIRST_SCAN)
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await until(lambda: bool(house.payments.made))
        await house.pass_time(ref, 22 * DAY)
        await until(lambda: house.view(ref).state == ReturnState.OVERDUE)
        await house.pass_time(ref, 15 * DAY)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        await house.decide(ref, "approve")
        await house.end(ref)
        again = await house.ask_for()
        assert house.view(again).state == ReturnState.REFUSED
    assert len(house.payments.made) == 1


async def test_no_cancelling_after_the_refund(house: House) -> None:
    """Whoever has the money sends the goods."""
    sell(house, RefundMoment.FIRST_SCAN)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.tell(ref, EventKind.LABEL_SCANNED)
        await until(lambda: bool(house.payments.made))
        answer = await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        assert answer.code == "already_refunded"
        await house.handle(ref).terminate()


async def test_a_lost_answer_ahead_is_one_refund(house: House) -> None:
    """The provider's answer is lost while the parcel travels and everything else goes on: still one refund."""
    sell(house, RefundMoment.FIRST_SCAN)
    house.payments.faults.lose_answer()
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        ended = await house.end(ref)
    assert ended.state == ReturnState.CLOSED
    assert len(house.payments.made) == 1


def test_what_the_bank_kept_from_leaving_ends_with_its_return(house: House) -> None:
    """Paid at the scan, but the bank disputes it, and the parcel never comes: nobody owes anybody, and the payment is free."""
    sell(house, RefundMoment.FIRST_SCAN)
    steps, ref = ReturnSteps(house.records, CONDITIONS), house.claim()
    steps.open(Step(ref=ref, at=ASKED))
    scan = house.keep(ref, EventKind.LABEL_SCANNED)
    steps.apply_event(EventStep(ref=ref, at=ASKED, event_id=scan.event_id))
    with house.records.transaction() as tx:
        frozen = tx.payouts(ref)[0].model_copy(update={"state": PayoutState.FROZEN})
        tx.record_payout(ref, frozen, SYSTEM, about="provider")
    for days in (60, 120):
        steps.pass_deadline(DeadlineStep(ref=ref, at=ASKED + days * DAY, waiting_for=WaitingFor.PARCEL))
    asked = house.view(ref).approval
    steps.close(Step(ref=ref, at=ASKED + 121 * DAY))
    ended = house.view(ref)
    assert (ended.state, [payout.state for payout in ended.payouts]) == (ReturnState.EXPIRED, [PayoutState.FAILED])
    assert asked is None
    assert [each.refundable_minor for each in house.records.reads.balances(MERCHANT, "A-1001")] == [2400]


async def test_a_lowered_refund_ahead_does_not_cap_the_rest(house: House) -> None:
    """The first of two is scratched and 50.00 is paid for it: about the second a supervisor is asked anew, and both are paid."""
    timing = always(RefundTiming(at=RefundMoment.RECEIPT))
    house.sell(an_order(lines=(an_order_line(unit_price_minor=6000),)), a_policy(refund_timing=timing))
    lowered = {"decision": "reduce", "amount_minor": 5000, "note": "scratched"}
    async with house.open_for_business():
        ref = await house.ask_for(a_return_line(quantity=2))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        await house.ask(ref, EventKind.APPROVAL_DECIDED, lowered, actor=SUPERVISOR)
        await until(lambda: bool(house.payments.made))
        await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        await house.decide(ref)
        await house.take_in_inspection(ref, ("1", 2))
        ended = await house.end(ref)
    assert (ended.state, [payout.amount_minor for payout in ended.payouts]) == (ReturnState.CLOSED, [5000, 7000])
