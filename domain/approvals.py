"""What waits for somebody's approval, or was decided, whatever the case: one entry of the queue and of its history."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from domain.cases import Actor, CasePart, Role
from domain.money import Money
from domain.policies import Action
from domain.returns.case import Finding


class ApprovalState(StrEnum):
    """Where an approval stands; `alone` when whoever asked could decide it, `void` when its case ended before."""

    OPEN = "open"
    EVIDENCE = "evidence"
    APPROVED = "approved"
    REFUSED = "refused"
    ALONE = "alone"
    VOID = "void"


UNDECIDED = (ApprovalState.OPEN, ApprovalState.EVIDENCE)


class Priority(StrEnum):
    """What is looked at first: what passed a deadline, then what takes two people, then the rest."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class ApprovalItem(CasePart):
    """One thing that needs authority. `subject` tells it apart from others of its case.

    `due_at` is the deadline, or since when it is overdue; `role` is asked now, `still_needed` people must approve.
    """

    subject: str
    action: Action
    state: ApprovalState
    amount_minor: int
    currency: str
    asked_by: Actor
    asked_at: AwareDatetime
    role: Role
    roles: tuple[Role, ...]
    still_needed: int = 1
    priority: Priority = Priority.NORMAL
    deadline: AwareDatetime | None = None
    due_at: AwareDatetime
    reasons: tuple[Finding, ...] = ()
    note: str = ""
    row: str = ""
    rules: tuple[str, ...] = ()
    decided_by: Actor | None = None
    decided_at: AwareDatetime | None = None
    stands_in_for: str = ""


def find_change(*, waits: str, amount: Money, subject: str | None, expected_minor: int | None) -> Finding | None:
    """Why what the decider looked at is not what waits now; None when it is, and where they did not say.

    `waits` and `amount` are the open approval's, `subject` and `expected_minor` what the decider named.
    """
    if subject is not None and subject != waits:
        detail = f"What waits for a decision now is not the {_say(subject)} but the {_say(waits)}."
        return _fault("another_matter", detail, "Look at that before you decide on it.")
    if expected_minor is not None and expected_minor != amount.minor:
        return _fault("amount_changed", f"The {_say(waits)} now comes to {amount}.", "Look at it again.")
    return None


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)


def _say(subject: str) -> str:
    return subject.replace("_", " ")
