"""What an inspector must say, and what they are told when something is missing or does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import EventKind, EventOutcome, InboxEvent
from domain.policies import always
from domain.policies.terms import Checklist
from domain.returns.case import ReturnCase
from domain.returns.changes import Change
from domain.returns.events import apply_event
from domain.returns.opening import open_return
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return,
    a_return_line,
    an_event,
    an_order,
    an_order_line,
    received,
)

CHECKS = ("It switches on", "The charger is in the box")
POLICY = a_policy(checklists=always(Checklist(checks=CHECKS)))
ORDER = an_order(lines=(an_order_line("1", sku="PHONE", quantity=2, serial_numbers=("S1", "S2")),))
ANSWERS = [{"check": check, "passed": True} for check in CHECKS]
PHOTO = {"reference": "s3://bench/1.jpg", "media_type": "image/jpeg", "size_bytes": 800_000}


def arrived(quantity: int = 1) -> ReturnCase:
    """A return under a policy with a checklist, whose phones are at the bench."""
    lines = (a_return_line("1", quantity),)
    opened = open_return(a_return(lines=lines), ORDER, policy=POLICY, conditions=CONDITIONS, taken={}, at=ASKED)
    return applied_to(opened.case, an_event(EventKind.ITEM_RECEIVED, received(("1", quantity)))).case


def found(*, person: bool = True, event_id: str = "evt_look", **more: Any) -> InboxEvent:
    """An inspector's word on one phone."""
    unit = {"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A", "checks": ANSWERS} | more
    return an_event(EventKind.INSPECTION_RECORDED, {"units": [unit]}, awaits_answer=person, event_id=event_id)


def applied_to(case: ReturnCase, *events: InboxEvent) -> Change:
    """The last change."""
    change = Change(case=case)
    for event in events:
        change = apply_event(change.case, event, policy=POLICY, at=ASKED, order=ORDER)
    return change


def answer_of(change: Change) -> tuple[EventOutcome, str]:
    """Outcome and code."""
    assert change.answer is not None
    return change.answer.outcome, change.answer.code


def test_a_whole_inspection() -> None:
    """Every check answered, a photo, a grade: it is on record as the inspector said it."""
    change = applied_to(arrived(), found(evidence=[PHOTO], found={"serial_number": "S1"}))
    assert answer_of(change) == (EventOutcome.APPLIED, "applied")
    (unit,) = change.case.goods.inspections[0].units
    assert [answer.check for answer in unit.checks] == list(CHECKS)
    assert unit.evidence[0].reference == PHOTO["reference"]


@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        ({"checks": ANSWERS[:1]}, "checklist_incomplete", CHECKS[1]),
        ({"checks": []}, "checklist_incomplete", CHECKS[0]),
        ({"checks": [*ANSWERS, {"check": "It smells", "passed": True}]}, "unknown_check", "It smells"),
        ({"evidence": [PHOTO | {"media_type": "text/html"}]}, "evidence_not_usable", "image/jpeg"),
        ({"evidence": [PHOTO | {"size_bytes": 25_000_001}]}, "evidence_not_usable", "smaller than 25 MB"),
        ({"found": {"serial_number": "S9"}}, "serial_number_differs", "wrong_item"),
    ],
)
def test_what_is_missing_or_does_not_fit(wrong: dict[str, Any], code: str, told: str) -> None:
    """The inspector is refused with the reason and the next step; the attempt is on the timeline, the case as it was."""
    case = arrived()
    change = applied_to(case, found(**wrong))
    assert answer_of(change) == (EventOutcome.REFUSED, code)
    assert change.case == case
    assert told in change.entries[0].summary


def test_an_exchanged_phone() -> None:
    """The phone that lies there was never sold: a wrong item, whose number stays on the timeline as proof."""
    wrong: dict[str, Any] = {
        "condition": "wrong_item",
        "grade": "D",
        "accepted": False,
        "found": {"serial_number": "S9"},
    }
    change = applied_to(arrived(), found(**wrong))
    assert answer_of(change) == (EventOutcome.APPLIED, "applied")
    assert change.entries[0].facts["serial_numbers_not_sold"] == ["S9"]


def test_nothing_to_check() -> None:
    """A unit that is not in the parcel has no checklist."""
    assert answer_of(applied_to(arrived(), found(condition="not_in_parcel", checks=[])))[1] == "applied"


def test_a_machine_is_never_refused() -> None:
    """A grading machine knows nothing of the checklist: what it found counts."""
    change = applied_to(arrived(), found(person=False, checks=[], evidence=[PHOTO | {"media_type": "text/html"}]))
    assert answer_of(change) == (EventOutcome.APPLIED, "applied")


def test_a_machine_that_is_too_early() -> None:
    """Its finding is kept, and counts once the phone is there; until then nothing is accepted."""
    early = open_return(a_return(), ORDER, policy=POLICY, conditions=CONDITIONS, taken={}, at=ASKED).case
    case = applied_to(early, found(person=False), an_event(EventKind.ITEM_RECEIVED, received(("1", 1)))).case
    straight = applied_to(arrived(), found(person=False)).case
    assert case.goods.inspections == straight.goods.inspections
    assert case.goods.receipts == straight.goods.receipts


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({}, "already_inspected"),
        ({"condition": "damaged", "grade": "D"}, "contradicts_inspection"),
        ({"accepted": False}, "contradicts_inspection"),
    ],
)
def test_a_second_inspection(second: dict[str, Any], code: str) -> None:
    """Whoever looks again is told who found what; a contradiction goes to a supervisor and stays on the timeline."""
    first = applied_to(arrived(), found()).case
    change = applied_to(first, found(event_id="evt_again", **second))
    assert answer_of(change) == (EventOutcome.REFUSED, code)
    assert "dock-1 found 1 of line 1 as_new, grade A" in change.entries[0].summary
    assert change.case == first
