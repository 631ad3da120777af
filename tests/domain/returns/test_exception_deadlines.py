"""Other fees that nobody decided on: each deadline that passes asks the next role, and nothing is decided by silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.approvals import ApprovalItem, Priority
from domain.cases import Actor, Role, WaitingFor
from domain.policies import Action, AuthorityNeed
from domain.returns.case import PolicyException, ReturnCase
from domain.returns.exception_deadlines import exceptions_due_at, pass_exception_deadlines
from domain.returns.opening import pass_deadline
from domain.returns.progress import derive_progress
from domain.returns.queue import approval_items
from tests.builders import ASKED, a_policy, an_authorized_return

ANN = Actor(name="ann", role=Role.AGENT)
POLICY = a_policy()
SPAN = POLICY.deadlines.approval.length
ROLES = (Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)


def waits(**changes: Any) -> ReturnCase:
    """A return for whose parcel everybody waits, and for which an agent asked for other fees."""
    need = AuthorityNeed(action=Action.FEE_WAIVER, amount_minor=500, currency="GBP", roles=ROLES)
    facts: dict[str, Any] = {"number": 1, "action": Action.FEE_WAIVER, "asked_by": ANN, "asked_at": ASKED, "note": "x"}
    asked = PolicyException(**facts | {"need": need, "deadline": ASKED + SPAN} | changes)
    return an_authorized_return(exceptions=(asked,))


def item_of(case: ReturnCase) -> ApprovalItem:
    """The one entry of the queue."""
    (item,) = approval_items(case, derive_progress(case, POLICY))
    return item


def test_it_is_in_the_queue_with_its_deadline() -> None:
    """The case waits for its parcel for weeks; the queue has the two days of the approval, and the case wakes then."""
    case = waits()
    progress = derive_progress(case, POLICY)
    assert (item_of(case).deadline, item_of(case).priority) == (ASKED + SPAN, Priority.NORMAL)
    assert (progress.waiting_for, progress.wakes_at) == (WaitingFor.PARCEL, ASKED + SPAN)


def test_the_next_role_is_asked_and_the_last_one_without_end() -> None:
    """Supervisor, finance, administrator; nobody loses authority by it, and nothing is decided."""
    case, asked = waits(), []
    for late in (1, 2):
        assert (
            pass_deadline(case, WaitingFor.PARCEL, policy=POLICY, at=ASKED + late * SPAN - timedelta(seconds=1)) is None
        )
        change = pass_deadline(case, WaitingFor.PARCEL, policy=POLICY, at=ASKED + late * SPAN)
        assert change is not None
        case = change.case
        asked.append((item_of(case).role, item_of(case).priority, change.entries[0].event))
    assert asked == [
        (Role.FINANCE, Priority.URGENT, "exception.escalated"),
        (Role.ADMIN, Priority.URGENT, "exception.escalated"),
    ]
    assert item_of(case).roles == ROLES
    assert case.exceptions[0].granted is None
    assert exceptions_due_at(case) is None
    assert pass_exception_deadlines(case, policy=POLICY, at=ASKED + 90 * SPAN) is None


def test_nobody_is_asked_about_what_is_over() -> None:
    """Decided, or of a return that was cancelled: no deadline any more."""
    assert exceptions_due_at(waits(granted=False)) is None
    assert exceptions_due_at(waits().with_facts(cancelled_at=ASKED)) is None


def test_what_was_stored_before_waits_as_it_did() -> None:
    """A wish without a deadline, of an older release, is in the queue and asks nobody else."""
    case = waits(deadline=None)
    assert (item_of(case).deadline, item_of(case).due_at) == (None, ASKED)
    assert derive_progress(case, POLICY).exceptions_due_at is None
