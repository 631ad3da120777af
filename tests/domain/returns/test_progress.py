"""Where a return stands: derived from facts, whatever the order in which they came."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from domain.cases import EventKind, EventOutcome, InboxEvent, Progress, WaitingFor
from domain.goods_back.counts import received_units
from domain.goods_back.facts import GoodsBack, Label, ReverseDelivery
from domain.returns.case import Eligibility, ReturnCase, Verdict
from domain.returns.changes import Change
from domain.returns.events import apply_event
from domain.returns.opening import close_return, open_return, pass_deadline
from domain.returns.progress import ReturnState, derive_progress
from tests.builders import (
    ASKED,
    CONDITIONS,
    DOCK,
    OTHER_SUPERVISOR,
    STOREFRONT,
    SUPERVISOR,
    a_policy,
    a_return,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    decided,
    inspected,
    received,
    reviewed,
)

POLICY = a_policy()
LATER = ASKED + timedelta(days=2)
LABEL = Label(
    carrier="USPS", service="Ground", tracking_number="T1", url="http://x", shipment_reference="shp", booked_at=ASKED
)

LABELLED = GoodsBack(deliveries=(ReverseDelivery(label=LABEL),))

SCAN = an_event(EventKind.LABEL_SCANNED)
RECEIPT = an_event(EventKind.ITEM_RECEIVED, received(("1", 1)))
INSPECTION = an_event(EventKind.INSPECTION_RECORDED, inspected(("1", 1)))


def person(event: InboxEvent) -> InboxEvent:
    """The same, sent by someone who waits for the answer."""
    return event.model_copy(update={"awaits_answer": True})


def after(case: ReturnCase, *events: InboxEvent) -> Change:
    """The last change of a return to which the events happened one after the other."""
    change = Change(case=case)
    for event in events:
        change = apply_event(change.case, event, policy=POLICY, at=LATER)
    return change


def where(case: ReturnCase) -> tuple[str, WaitingFor]:
    """State and wait."""
    progress = derive_progress(case, POLICY)
    return progress.state, progress.waiting_for


def answer_of(change: Change) -> tuple[EventOutcome, str]:
    """What the sender of the last event is told."""
    assert change.answer is not None
    return change.answer.outcome, change.answer.code


def test_a_return_waits_for_one_thing_after_the_other() -> None:
    """Label, parcel, inspection: each piece of news moves it to the next wait."""
    case = an_authorized_return(goods=LABELLED)
    assert where(case) == (ReturnState.AUTHORIZED, WaitingFor.PARCEL)
    case = after(case, SCAN).case
    assert where(case) == (ReturnState.IN_TRANSIT, WaitingFor.PARCEL)
    case = after(case, RECEIPT).case
    assert where(case) == (ReturnState.RECEIVED, WaitingFor.INSPECTION)


@pytest.mark.parametrize("order", list(permutations([SCAN, RECEIPT, INSPECTION])))
def test_machine_news_in_any_order_leads_to_the_same_place(order: tuple[InboxEvent, ...]) -> None:
    """A scan that comes after the receipt, an inspection that comes before it: nothing is lost."""
    straight = after(an_authorized_return(), SCAN, RECEIPT, INSPECTION).case
    shuffled = after(an_authorized_return(), *order).case
    assert where(shuffled) == where(straight)
    assert shuffled.goods.receipts == straight.goods.receipts
    assert shuffled.goods.inspections == straight.goods.inspections


def test_two_boxes_are_two_receipts() -> None:
    """After the first box the return waits for the rest, and says how many units are missing."""
    case = an_authorized_return(lines=(a_return_line(quantity=2),))
    case = after(case, RECEIPT).case
    assert where(case) == (ReturnState.PARTLY_RECEIVED, WaitingFor.REMAINING_PARCELS)
    assert "1 unit still to come" in derive_progress(case, POLICY).next_step
    case = after(case, RECEIPT.model_copy(update={"event_id": "evt_2"})).case
    assert where(case) == (ReturnState.RECEIVED, WaitingFor.INSPECTION)


def test_what_was_not_expected_is_counted_beside_the_receipt() -> None:
    """Three came where one was promised: one is received, two are on record as unexpected."""
    change = after(an_authorized_return(), an_event(EventKind.ITEM_RECEIVED, received(("1", 2), ("7", 1))))
    (receipt,) = change.case.goods.receipts
    assert [(unit.line_id, unit.quantity) for unit in receipt.units] == [("1", 1)]
    assert {(unit.line_id, unit.quantity) for unit in receipt.unexpected} == {("1", 1), ("7", 1)}


def test_only_unexpected_units_change_nothing_but_stay_on_the_timeline() -> None:
    """The parcel of somebody else: kept, and the return still waits for its own."""
    change = after(an_authorized_return(), an_event(EventKind.ITEM_RECEIVED, received(("7", 1))))
    assert answer_of(change) == (EventOutcome.KEPT, "unexpected_units")
    assert where(change.case) == (ReturnState.AUTHORIZED, WaitingFor.PARCEL)
    assert change.entries


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ([SCAN], SCAN, (EventOutcome.KEPT, "already_scanned")),
        ([RECEIPT], RECEIPT, (EventOutcome.KEPT, "unexpected_units")),
        ([RECEIPT], an_event(EventKind.ITEM_RECEIVED), (EventOutcome.KEPT, "nothing_expected")),
        ([RECEIPT, INSPECTION], INSPECTION, (EventOutcome.KEPT, "already_inspected")),
        ([RECEIPT, INSPECTION], person(INSPECTION), (EventOutcome.REFUSED, "already_inspected")),
    ],
)
def test_news_that_comes_again(first: list[InboxEvent], second: InboxEvent, told: tuple[EventOutcome, str]) -> None:
    """A machine's repetition is kept and changes nothing; an inspector is told that it was done."""
    once = after(an_authorized_return(), *first).case
    again = after(once, second)
    assert answer_of(again) == told
    assert where(again.case) == where(once)
    assert received_units(again.case.goods) == received_units(once.goods)


@pytest.mark.parametrize(
    ("before", "payload", "code"),
    [
        ([], inspected(("1", 1)), "not_received"),
        ([RECEIPT], inspected(("1", 2)), "more_than_received"),
        ([RECEIPT], inspected(("7", 1)), "line_not_on_return"),
    ],
)
def test_an_inspector_who_is_wrong_is_told_the_next_step(
    before: list[InboxEvent], payload: dict[str, Any], code: str
) -> None:
    """Too early, too many, or a line that is not on the return: refused, and the attempt is on the timeline."""
    case = after(an_authorized_return(), *before).case
    change = after(case, person(an_event(EventKind.INSPECTION_RECORDED, payload)))
    assert answer_of(change) == (EventOutcome.REFUSED, code)
    assert change.case == case
    assert change.entries[0].actor == DOCK


def test_content_that_cannot_be_read_is_parked() -> None:
    """An event from an older version of a scanner never stops the case."""
    change = after(an_authorized_return(), an_event(EventKind.INSPECTION_RECORDED, {"units": "none"}))
    assert answer_of(change) == (EventOutcome.PARKED, "unreadable_event")


def test_whoever_decides_first_wins_and_the_second_is_told_who_it_was() -> None:
    """Two supervisors at once: the second reads the name of the first."""
    waiting = a_return(eligibility=Eligibility(verdict=Verdict.IN_REVIEW), decided_at=ASKED)
    first = an_event(EventKind.APPROVAL_DECIDED, decided("approve"), actor=SUPERVISOR)
    second = an_event(EventKind.APPROVAL_DECIDED, decided("refuse"), actor=OTHER_SUPERVISOR)
    change = after(waiting, first, second)
    assert answer_of(change) == (EventOutcome.REFUSED, "already_decided")
    assert change.answer is not None
    assert "sue approved" in change.answer.detail


@pytest.mark.parametrize(("actor", "code"), [(STOREFRONT, "no_authority"), (SUPERVISOR, "nothing_to_decide")])
def test_a_decision_that_is_not_theirs_or_not_due_is_refused(actor: Any, code: str) -> None:
    """No authority, or nothing to decide: the case does not move."""
    change = after(an_authorized_return(), an_event(EventKind.APPROVAL_DECIDED, decided(), actor=actor))
    assert answer_of(change) == (EventOutcome.REFUSED, code)


def test_before_the_parcel_is_here_the_customer_may_cancel() -> None:
    """A cancelled return only needs closing; after the receipt it is too late to cancel."""
    cancel = an_event(EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
    cancelled = after(an_authorized_return(goods=LABELLED), cancel).case
    assert where(cancelled) == (ReturnState.CANCELLED, WaitingFor.CLOSING)
    assert derive_progress(cancelled, POLICY).unused_labels == (1,)
    assert answer_of(after(an_authorized_return(), RECEIPT, cancel)) == (EventOutcome.REFUSED, "already_received")


def test_news_for_a_closed_return_is_parked() -> None:
    """A parcel that arrives after the end is for a person to look at."""
    closed = an_authorized_return(cancelled_at=ASKED, closed_at=LATER)
    assert answer_of(after(closed, RECEIPT)) == (EventOutcome.PARKED, "case_closed")


def passed(case: ReturnCase, waiting_for: WaitingFor) -> ReturnCase:
    """The return after the deadline that it has now."""
    deadline = derive_progress(case, POLICY).deadline
    assert deadline is not None
    change = pass_deadline(case, waiting_for, policy=POLICY, at=deadline)
    assert change is not None
    return change.case


def test_no_parcel_means_overdue_then_expired_and_a_late_parcel_revives_it() -> None:
    """21 days to send it, 14 more in which it is still taken in."""
    overdue = passed(an_authorized_return(), WaitingFor.PARCEL)
    assert where(overdue) == (ReturnState.OVERDUE, WaitingFor.PARCEL)
    assert where(after(overdue, RECEIPT).case) == (ReturnState.RECEIVED, WaitingFor.INSPECTION)
    assert where(passed(overdue, WaitingFor.PARCEL)) == (ReturnState.EXPIRED, WaitingFor.CLOSING)


def test_a_scanned_parcel_gets_its_time_anew() -> None:
    """The deadline counts from the carrier's scan: the same time of day in London, although the clocks go forward."""
    scanned = after(an_authorized_return(), SCAN).case
    assert derive_progress(scanned, POLICY).deadline == LATER + POLICY.deadlines.parcel.length - timedelta(hours=1)


def test_missing_parcels_do_not_hold_up_what_arrived() -> None:
    """After ten days the return goes on with the units that came."""
    case = after(an_authorized_return(lines=(a_return_line(quantity=2),)), RECEIPT).case
    assert where(passed(case, WaitingFor.REMAINING_PARCELS)) == (ReturnState.RECEIVED, WaitingFor.INSPECTION)


def test_a_person_who_is_late_is_escalated_and_never_expires() -> None:
    """The inspection is still due, without a further deadline."""
    case = passed(after(an_authorized_return(), RECEIPT).case, WaitingFor.INSPECTION)
    progress = derive_progress(case, POLICY)
    assert (progress.waiting_for, progress.deadline) == (WaitingFor.INSPECTION, None)
    assert "escalated" in progress.next_step


def test_a_deadline_that_is_not_due_or_no_longer_matters_does_nothing() -> None:
    """The timer fired while the parcel came in: the case has moved on."""
    case = an_authorized_return()
    assert pass_deadline(case, WaitingFor.PARCEL, policy=POLICY, at=LATER) is None
    assert pass_deadline(case, WaitingFor.INSPECTION, policy=POLICY, at=LATER + timedelta(days=99)) is None


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"cancelled_at": ASKED}, ReturnState.CANCELLED),
        ({"goods": GoodsBack(given_up_at=ASKED)}, ReturnState.EXPIRED),
        ({}, ReturnState.CLOSED),
    ],
)
def test_a_closed_return_says_how_it_ended(facts: dict[str, Any], state: ReturnState) -> None:
    """The final state follows from the facts, and nothing is waited for."""
    closed = close_return(an_authorized_return(**facts), policy=POLICY, at=LATER).case
    assert where(closed) == (state, WaitingFor.NOTHING)
    assert not derive_progress(closed, POLICY).open


def opened(**changes: Any) -> Progress:
    """Where a fresh request stands after its decision."""
    change = open_return(a_return(**changes), an_order(), policy=POLICY, conditions=CONDITIONS, taken={}, at=ASKED)
    return derive_progress(change.case, POLICY)


def test_the_verdict_says_what_happens_next() -> None:
    """Authorized waits for the parcel; refused is over at once."""
    assert opened().waiting_for is WaitingFor.PARCEL
    too_late = opened(requested_at=ASKED + timedelta(days=90))
    assert (too_late.state, too_late.waiting_for) == (ReturnState.REFUSED, WaitingFor.NOTHING)
    assert not too_late.open


@pytest.mark.parametrize(("decision", "waiting_for"), [("approve", WaitingFor.PARCEL), ("refuse", WaitingFor.CLOSING)])
def test_a_review_ends_with_a_decision(decision: str, waiting_for: WaitingFor) -> None:
    """Approved goes on as if authorized; refused is over."""
    careful = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    change = open_return(a_return(), an_order(), policy=careful, conditions=CONDITIONS, taken={}, at=ASKED)
    assert where(change.case) == (ReturnState.IN_REVIEW, WaitingFor.REVIEW)
    approval = an_event(EventKind.APPROVAL_DECIDED, decided(decision), actor=SUPERVISOR)
    assert where(after(change.case, approval).case)[1] is waiting_for
