"""What of an adjustment waits for approval, or was decided by somebody or by the rules alone."""

from __future__ import annotations

from domain.adjustments.authority import deed_of
from domain.adjustments.case import Adjustment
from domain.approvals import ApprovalItem, ApprovalState, Priority
from domain.authority import BY_DEFAULT, role_asked
from domain.cases import Progress, WaitingFor
from domain.money import Money
from domain.policies import AuthorityNeed
from domain.returns.case import Decision

SUBJECT = "adjustment"


def amount_of(case: Adjustment) -> Money:
    """What its approval is about; a receivable is as large as what it takes back."""
    return Money(minor=abs(case.plan.total_minor) if case.plan else 0, currency=case.currency)


def approval_items(case: Adjustment, progress: Progress) -> tuple[ApprovalItem, ...]:
    """The one thing about this adjustment that needs or needed authority; what was paid outside only needs a proof."""
    if case.plan is None or case.approval_asked_at is None or (case.is_paid_outside and not case.approval_reasons):
        return ()
    need = case.approval_need
    still_needed = (need.approvals if need else 1) - (case.first_approval is not None)
    escalations = case.escalated.count(WaitingFor.APPROVAL)
    state, by, at = ApprovalState.VOID, None, progress.since
    if not case.approval_reasons:
        state, by, at = ApprovalState.ALONE, case.opened_by, case.approval_asked_at
    elif case.approval is not None:
        refused = case.approval.decision is Decision.REFUSE
        state, by, at = (
            (ApprovalState.REFUSED if refused else ApprovalState.APPROVED),
            case.approval.actor,
            case.approval.at,
        )
    is_open = progress.waiting_for is WaitingFor.APPROVAL
    item = ApprovalItem(
        subject=SUBJECT,
        action=deed_of(case, case.plan).action,
        state=ApprovalState.OPEN if is_open else state,
        amount_minor=amount_of(case).minor,
        currency=case.currency,
        asked_by=case.opened_by,
        asked_at=case.approval_asked_at,
        role=role_asked(need, escalations=escalations),
        roles=need.roles if need else BY_DEFAULT,
        still_needed=still_needed,
        row=case.approval_row,
        priority=_priority(need, escalations=escalations),
        deadline=progress.deadline if is_open else None,
        due_at=progress.deadline or progress.since,
        reasons=case.approval_reasons,
        note=case.asked.why,
        decided_by=None if is_open else by,
        decided_at=None if is_open else at,
        stands_in_for=case.approval.stands_in_for if case.approval else "",
    )
    return (item,)


def _priority(need: AuthorityNeed | None, *, escalations: int) -> Priority:
    if escalations:
        return Priority.URGENT
    return Priority.HIGH if need is not None and need.approvals > 1 else Priority.NORMAL
