"""The stories that are recorded: one for each way a return can go, each with the waits that matter to a replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from domain.cases import CaseRef, EventKind
from domain.errors import Rejected, Unavailable
from tests.builders import STOREFRONT, SUPERVISOR, a_return_line, an_order, an_order_line, received
from tests.workflows.adjusting import FINANCE, TRANSFER, adjust, confirm, correction, goodwill, record, say, view
from tests.workflows.house import House, until

DAY = timedelta(days=1)
Story = Callable[[House], Awaitable[CaseRef]]


async def approved(house: House) -> CaseRef:
    """A large refund that a supervisor approves."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    ref = await house.ask_for()
    await house.take_in(ref)
    await house.decide(ref)
    await house.end(ref)
    return ref


async def refused_at_once(house: House) -> CaseRef:
    """The window has passed."""
    house.sell(an_order())
    ref = await house.ask_for(asked=an_order().placed_at + 90 * DAY)
    await house.end(ref)
    return ref


async def cancelled(house: House) -> CaseRef:
    """Cancelled before the parcel came; the label is voided."""
    house.sell(an_order())
    ref = await house.ask_for()
    await house.ask(ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
    await house.end(ref)
    return ref


async def expired(house: House) -> CaseRef:
    """Nothing ever came."""
    house.sell(an_order())
    ref = await house.ask_for()
    await house.pass_time(ref, 22 * DAY)
    await until(lambda: house.view(ref).state == "overdue")
    await house.pass_time(ref, 15 * DAY)
    await house.end(ref)
    return ref


async def two_boxes_late_label_lost_answer(house: House) -> CaseRef:
    """The label follows, two boxes come, the provider's answer is lost, and all ends well."""
    house.carrier.faults.fail(Unavailable("down"), times=1)
    house.payments.faults.lose_answer()
    house.sell(an_order())
    ref = await house.ask_for(a_return_line(quantity=2))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", 1)))
    await house.take_in_inspection(ref, ("1", 2))
    await house.end(ref)
    return ref


async def declined_then_refused(house: House) -> CaseRef:
    """The card is closed, and the supervisor gives up."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order())
    ref = await house.ask_for()
    await house.take_in(ref)
    await until(lambda: house.view(ref).waiting_for == "approval")
    await house.decide(ref, "refuse")
    await house.end(ref)
    return ref


async def waiting_for_inspection(house: House) -> CaseRef:
    """Still open: recorded in the middle of its story, as most cases are on the day of a release."""
    house.sell(an_order())
    ref = await house.ask_for()
    await house.tell(ref, EventKind.ITEM_RECEIVED)
    await until(lambda: house.view(ref).waiting_for == "inspection")
    return ref


async def goodwill_above_the_limit(house: House) -> CaseRef:
    """An agent asks, a supervisor approves, the provider declines once, and it is approved again."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    ref = await adjust(house, goodwill("80.00"))
    for _ in range(2):
        await until(lambda: view(house, ref).waiting_for == "approval")
        await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"})
    await house.handle(ref).result()
    return ref


async def goodwill_paid_outside(house: House) -> CaseRef:
    """Paid by transfer, not confirmed at first, and recorded once more."""
    house.sell(an_order())
    ref = await adjust(house, goodwill("20.00", paid_outside=TRANSFER))
    await confirm(house, ref, "refuse", actor=FINANCE)
    await record(house, ref, "20.00")
    await confirm(house, ref, actor=FINANCE)
    await house.handle(ref).result()
    return ref


async def corrected_to_a_receivable(house: House) -> CaseRef:
    """A closed return was paid too much; nobody decides in time, then finance writes it off."""
    house.sell(an_order())
    returned = await house.ask_for()
    await house.take_in(returned)
    await house.end(returned)
    ref = await adjust(house, correction(returned, ("1", 0)))
    await house.pass_time(ref, 30 * DAY)
    await until(lambda: "resolution.escalated" in house.timeline(ref))
    await say(house, ref, EventKind.RESOLUTION_DECIDED, {"resolution": "write_off"}, actor=FINANCE)
    await house.handle(ref).result()
    return ref


async def declined_then_paid_outside(house: House) -> CaseRef:
    """The card is closed: the return is paid by transfer, and a second person confirms it."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order())
    ref = await house.ask_for()
    await house.take_in(ref)
    await until(lambda: house.view(ref).waiting_for == "approval")
    await record(house, ref, "12.00")
    await confirm(house, ref)
    await house.end(ref)
    return ref


async def asked_escalated_and_lowered(house: House) -> CaseRef:
    """The customer is asked and never answers, nobody decides in time, and at last somebody pays less."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    ref = await house.ask_for()
    await house.take_in(ref)
    question = {"decision": "ask_evidence", "note": "A photo, please."}
    await house.ask(ref, EventKind.APPROVAL_DECIDED, question, actor=SUPERVISOR)
    await house.pass_time(ref, 8 * DAY)
    await until(lambda: house.view(ref).waiting_for == "approval")
    await house.pass_time(ref, 3 * DAY)
    await until(lambda: "approval.escalated" in house.timeline(ref))
    lower = {"decision": "reduce", "amount_minor": 5000}
    await house.ask(ref, EventKind.APPROVAL_DECIDED, lower, actor=SUPERVISOR)
    await house.end(ref)
    return ref


async def evidence_and_other_fees(house: House) -> CaseRef:
    """An exception opens it, the customer answers before it is granted, and other fees are granted later."""
    house.sell(an_order())
    ref = await house.ask_for(asked=an_order().placed_at + 90 * DAY, exception="A regular.")
    question = {"decision": "ask_evidence", "note": "When did you get it?"}
    await house.ask(ref, EventKind.APPROVAL_DECIDED, question, actor=SUPERVISOR)
    await house.tell(ref, EventKind.EVIDENCE_GIVEN, {"note": "Last week."})
    await house.decide(ref)
    fees = {"fees": {"return_shipping": {"minor": {"GBP": 300}}}, "note": "Two parcels."}
    await house.tell(ref, EventKind.EXCEPTION_REQUESTED, fees)
    decision = {"decision": "approve", "exception": 2}
    await house.ask(ref, EventKind.APPROVAL_DECIDED, decision, actor=SUPERVISOR)
    await house.take_in(ref)
    await house.end(ref)
    return ref


STORIES: tuple[Story, ...] = (
    approved,
    refused_at_once,
    cancelled,
    expired,
    two_boxes_late_label_lost_answer,
    declined_then_refused,
    waiting_for_inspection,
    goodwill_above_the_limit,
    goodwill_paid_outside,
    corrected_to_a_receivable,
    declined_then_paid_outside,
    asked_escalated_and_lowered,
    evidence_and_other_fees,
)
