"""Dates that customers are told: made, kept, broken, moved and called off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.calendar import BusinessCalendar, Span
from domain.cases import SYSTEM, WaitingFor
from domain.goods_back.facts import Label
from domain.policies import RefundMoment
from domain.promises.following import watch_promise
from domain.promises.models import PromiseKind, PromiseState
from domain.promises.telling import tell_promise
from domain.returns.case import Approval, Decision, Eligibility, EvidenceRequest, Verdict
from tests.builders import ASKED, DOCK, SUPERVISOR, a_policy, a_return
from tests.domain.promises.builders import DAY, HOUR, Book, a_case, arrived, inspected, scanned

LABEL = Label(carrier="UPS", service="Ground", tracking_number="EZ1", url="", shipment_reference="s", booked_at=ASKED)
MOMENT = timedelta(microseconds=1)
OFFICE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
DEADLINES = a_policy().deadlines
PARCEL = ASKED + DEADLINES.parcel.length


def in_review() -> Eligibility:
    """A person must decide whether the goods may come back."""
    return Eligibility(verdict=Verdict.IN_REVIEW)


def approved(at: datetime) -> Approval:
    """They may."""
    return Approval(event_id="e", at=at, actor=SUPERVISOR, decision=Decision.APPROVE)


def test_made_with_who_told_it() -> None:
    """The customer is told until when to send the parcel; on record are the date, the moment, and who said so."""
    book = Book()
    made, _ = book.follow(a_case(), ASKED)
    assert (made.kind, made.due_at, made.told_at, made.told_by) == (PromiseKind.PARCEL_BY, PARCEL, ASKED, SYSTEM)
    assert (made.state, made.policy_version, made.next_look_at) == (PromiseState.OPEN, 1, None)
    assert book.follow(a_case(), ASKED + HOUR) == ()


@pytest.mark.parametrize(
    ("facts", "after", "state"),
    [
        ({"label": LABEL}, HOUR, PromiseState.KEPT),
        ({"label": LABEL}, 25 * HOUR, PromiseState.BROKEN),
        ({"label_problem": "address_unknown"}, HOUR, PromiseState.WITHDRAWN),
        ({"scanned_at": ASKED + HOUR}, HOUR, PromiseState.WITHDRAWN),
    ],
)
def test_a_label_that_follows(facts: dict[str, Any], after: timedelta, state: PromiseState) -> None:
    """The carrier is down: the label is promised within a day, and watched; refused or not needed, it is owed no more."""
    book = Book()
    book.follow(a_case(), ASKED)
    promised = book.last(PromiseKind.LABEL_BY)
    assert (promised.due_at, promised.next_look_at) == (ASKED + DAY, ASKED + 12 * HOUR)
    book.follow(a_case().with_delivery(1, **facts), ASKED + after)
    settled = book.last(PromiseKind.LABEL_BY)
    assert (settled.state, settled.ended_at) == (state, ASKED + after)


@pytest.mark.parametrize(
    ("sent_at", "state"),
    [
        (PARCEL - MOMENT, PromiseState.KEPT),
        (PARCEL, PromiseState.KEPT),
        (PARCEL + MOMENT, PromiseState.BROKEN),
    ],
)
def test_the_very_moment_is_in_time(sent_at: datetime, state: PromiseState) -> None:
    """A parcel that is scanned at the very deadline is in time, a moment later it is late, and was sent all the same."""
    book = Book()
    book.follow(a_case(), ASKED)
    book.follow(scanned(a_case(), sent_at), sent_at)
    sent = book.last(PromiseKind.PARCEL_BY)
    assert (sent.state, sent.kept_at, sent.ended_at) == (state, sent_at, sent_at)


def test_overdue_parcel() -> None:
    """When nothing was sent by the date it is broken, though the return still waits; a late parcel makes it good."""
    book = Book()
    book.follow(a_case(), ASKED)
    overdue = a_case().with_goods(overdue_at=PARCEL)
    book.follow(overdue, PARCEL)
    assert (book.last(PromiseKind.PARCEL_BY).state, book.last(PromiseKind.PARCEL_BY).ended_at) == ("broken", None)
    late = PARCEL + 2 * DAY
    book.follow(arrived(overdue, late), late)
    made_good = book.last(PromiseKind.PARCEL_BY)
    assert (made_good.state, made_good.kept_at, made_good.broken_at) == ("broken", late, PARCEL)


def test_second_parcel_moves_the_inspection() -> None:
    """Goods that arrive later give the inspectors their time anew: a new date is told, and the old one says by which."""
    book, first, second = Book(), ASKED + DAY, ASKED + 2 * DAY
    case = arrived(a_case(units=2), first)
    case = case.with_goods(receiving_ended_at=first)
    book.follow(case, first, by=DOCK)
    before = book.last(PromiseKind.INSPECTION_BY)
    changed = book.follow(arrived(case, second), second, by=DOCK)
    old, new = book.of(PromiseKind.INSPECTION_BY)
    assert (old.state, old.ended_at, old.replaced_by) == (PromiseState.REPLACED, second, new.number)
    assert (new.due_at, new.told_by, new.state) == (second + DEADLINES.inspection.length, DOCK, PromiseState.OPEN)
    told = tell_promise(before, changed[0], at=second, instead=new)
    assert told is not None
    assert told.event == "promise.replaced"
    assert f"{new.due_at:%Y-%m-%d}" in told.summary
    book.follow(inspected(arrived(case, second), second + DAY, units=2), second + DAY)
    assert book.last(PromiseKind.INSPECTION_BY).state is PromiseState.KEPT


def test_decision_in_time() -> None:
    """A review that is decided before its date is kept, by whatever answer."""
    book, case = Book(), a_return(eligibility=in_review(), decided_at=ASKED)
    book.follow(case, ASKED)
    book.follow(case.with_facts(review=approved(ASKED + DAY)), ASKED + DAY)
    assert book.last(PromiseKind.DECISION_BY).state is PromiseState.KEPT


def test_question_to_the_customer_comes_first() -> None:
    """Who asks the customer first owes no decision meanwhile; the customer owes an answer, then a new date holds."""
    book, case = Book(), a_return(eligibility=in_review(), decided_at=ASKED)
    book.follow(case, ASKED)
    at = ASKED + DAY
    question = EvidenceRequest(event_id="q", at=at, actor=SUPERVISOR, question="Photo?", during=WaitingFor.REVIEW)
    book.follow(case.with_facts(evidence_requests=(question,)), at)
    assert book.last(PromiseKind.DECISION_BY).state is PromiseState.WITHDRAWN
    assert book.last(PromiseKind.ANSWER_BY).due_at == at + DEADLINES.evidence.length
    answered = question.model_copy(update={"answered_at": at + DAY, "answer": "Here."})
    book.follow(case.with_facts(evidence_requests=(answered,)), at + DAY)
    assert book.last(PromiseKind.ANSWER_BY).state is PromiseState.KEPT
    assert [each.state for each in book.of(PromiseKind.DECISION_BY)] == ["withdrawn", "open"]


def test_escalation_breaks_what_was_told() -> None:
    """At the deadline the next person is asked: the customer was told an earlier date, which is broken, not moved."""
    book, case = Book(), a_return(eligibility=in_review(), decided_at=ASKED)
    book.follow(case, ASKED)
    due = book.last(PromiseKind.DECISION_BY).due_at
    escalated = case.with_facts(escalated=(WaitingFor.REVIEW,))
    book.follow(escalated, due)
    assert book.of(PromiseKind.DECISION_BY)[0].state is PromiseState.BROKEN
    book.follow(escalated.with_facts(review=approved(due + DAY)), due + DAY)
    assert book.of(PromiseKind.DECISION_BY)[0].state is PromiseState.BROKEN
    assert all(each.ended_at is not None for each in book.of(PromiseKind.DECISION_BY))


def test_cancelled() -> None:
    """Who cancels is owed nothing any more: neither kept nor broken."""
    book = Book()
    book.follow(a_case(), ASKED)
    book.follow(a_case(cancelled_at=ASKED + DAY), ASKED + DAY)
    assert book.last(PromiseKind.PARCEL_BY).state is PromiseState.WITHDRAWN


def test_warned_a_working_day_before() -> None:
    """Who must inspect by Monday evening is warned on Friday morning, and once; the customer's dates are left to them."""
    policy = a_policy(
        deadlines=DEADLINES.model_copy(update={"warn_before": Span.of("1 working day")}),
        calendar=BusinessCalendar.model_validate({"hours": dict.fromkeys(OFFICE_DAYS, "09:00-17:00")}),
    )
    wednesday = ASKED.replace(month=4, day=8, hour=12)
    book = Book(policy=policy)
    case = arrived(a_case(RefundMoment.INSPECTION), wednesday)
    terms = case.eligibility
    assert terms is not None
    assert terms.decision is not None
    late = terms.decision.model_copy(
        update={"deadlines": DEADLINES.model_copy(update={"inspection": Span.of("3 working days")})}
    )
    case = case.with_facts(eligibility=terms.model_copy(update={"decision": late}))
    book.follow(case, wednesday)
    made = book.last(PromiseKind.INSPECTION_BY)
    assert made.due_at.strftime("%A") == "Monday"
    assert made.warn_at is not None
    assert made.warn_at.strftime("%A %H") == f"Friday {made.due_at.hour - 8:02}"
    assert watch_promise(made, at=made.warn_at - MOMENT) is None
    warned = watch_promise(made, at=made.warn_at)
    assert warned is not None
    assert (warned.state, warned.warned_at) == (PromiseState.AT_RISK, made.warn_at)
    assert watch_promise(warned, at=made.due_at) is None
    broken = watch_promise(warned, at=made.due_at + MOMENT)
    assert broken is not None
    assert (broken.state, broken.broken_at, broken.next_look_at) == (PromiseState.BROKEN, made.due_at, None)


def test_close_dates_are_warned_about_half_way() -> None:
    """A date that is closer than the warning is not at risk from the first moment on."""
    deadlines = DEADLINES.model_copy(update={"inspection": Span.of("4 hours"), "warn_before": Span.of("1 day")})
    case = arrived(a_case(), ASKED)
    assert case.eligibility is not None
    assert case.eligibility.decision is not None
    record = case.eligibility.decision.model_copy(update={"deadlines": deadlines})
    case = case.with_facts(eligibility=case.eligibility.model_copy(update={"decision": record}))
    book = Book(policy=a_policy(deadlines=deadlines))
    book.follow(case, ASKED)
    assert book.last(PromiseKind.INSPECTION_BY).warn_at == ASKED + 2 * HOUR
