"""How a case waits for the second person who confirms what was paid outside, and how that stands in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from domain.approvals import ApprovalItem, ApprovalState, Priority
from domain.authority import BY_DEFAULT, role_asked
from domain.case_documents import CaseDocument
from domain.cases import Actor, Progress, WaitingFor
from domain.manual_money import say_confirmation, say_paid
from domain.manual_refunds import ManualRefund
from domain.money import Money
from domain.policies import Action, Deadlines, Policy
from domain.returns.case import Finding
from domain.waits import waiting

_PREFIX = "confirmation_"


def confirmation_subject(number: int) -> str:
    """How the manual refund of that number, counted from one, is called in the queue."""
    return f"{_PREFIX}{number}"


def is_confirmation(subject: str) -> bool:
    """Whether the queue speaks of money that was paid outside."""
    return subject.startswith(_PREFIX)


def await_confirmation(case: CaseDocument, state: StrEnum, *, deadlines: Deadlines, policy: Policy) -> Progress | None:
    """The wait for somebody who confirms: each deadline that passes asks the next role, the last one without end."""
    manual = case.unconfirmed
    if manual is None:
        return None
    words, wait, escalations = say_confirmation(manual, case.currency), WaitingFor.CONFIRMATION, _escalations(case)
    words = f"Overdue and escalated. {words}" if escalations else words
    roles = manual.need.roles if manual.need else BY_DEFAULT
    if escalations >= max(1, len(roles) - 1):
        return waiting(state, wait, since=manual.at, next_step=words)
    deadline = manual.at
    for _ in range(escalations + 1):
        deadline = policy.due(deadline, deadlines.approval)
    return waiting(state, wait, since=manual.at, deadline=deadline, next_step=words)


def confirmation_items(case: CaseDocument, progress: Progress) -> Iterator[ApprovalItem]:
    """What was recorded as paid outside on this case, one item each."""
    for number, manual in enumerate(case.manual_refunds, start=1):
        yield _item(case, number, manual, progress)


def _item(case: CaseDocument, number: int, manual: ManualRefund, progress: Progress) -> ApprovalItem:
    is_open = manual.confirmed is None and progress.open
    escalations = _escalations(case) if is_open else 0
    need = manual.need
    state, by, at = _standing(manual, progress)
    is_waited_for = is_open and progress.waiting_for is WaitingFor.CONFIRMATION
    deadline = progress.deadline if is_waited_for else None
    money = Money(minor=manual.amount_minor, currency=case.currency)
    detail = f"{manual.actor.name} says that {money} was paid by {say_paid(manual.paid)}."
    way_out = "Confirm it once you have seen it, or refuse."
    return ApprovalItem(
        subject=confirmation_subject(number),
        action=need.action if need else Action.REFUND,
        state=state,
        amount_minor=money.minor,
        currency=case.currency,
        asked_by=manual.actor,
        asked_at=manual.at,
        role=role_asked(need, escalations=escalations),
        roles=need.roles if need else BY_DEFAULT,
        still_needed=(need.approvals if need else 1) - (1 if manual.first_by else 0),
        priority=_priority(manual, escalations),
        deadline=deadline,
        due_at=deadline or manual.at,
        reasons=(Finding(rule="paid_outside", detail=detail, way_out=way_out),),
        note=manual.note,
        decided_by=by,
        decided_at=at,
        stands_in_for=manual.stands_in_for,
    )


def _standing(manual: ManualRefund, progress: Progress) -> tuple[ApprovalState, Actor | None, datetime | None]:
    if manual.confirmed is not None:
        state = ApprovalState.APPROVED if manual.confirmed else ApprovalState.REFUSED
        return state, manual.decided_by, manual.decided_at
    return (ApprovalState.OPEN, None, None) if progress.open else (ApprovalState.VOID, None, progress.since)


def _escalations(case: CaseDocument) -> int:
    return case.escalated.count(WaitingFor.CONFIRMATION)


def _priority(manual: ManualRefund, escalations: int) -> Priority:
    if escalations:
        return Priority.URGENT
    return Priority.HIGH if manual.need is not None and manual.need.approvals > 1 else Priority.NORMAL
