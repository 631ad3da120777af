"""What of a claim waits for approval, or was decided by somebody or by the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.approvals import ApprovalItem, ApprovalState, Priority
from domain.authority import BY_DEFAULT, role_asked
from domain.cases import Actor, Progress, WaitingFor
from domain.claims.case import Claim
from domain.claims.proposing import action_of
from domain.money import Money
from domain.policies import Action, AuthorityNeed
from domain.returns.case import Approval, Finding, Verdict
from domain.returns.risks import evidence_of

CLAIM = "claim"
REMEDY = "remedy"


def approval_items(case: Claim, progress: Progress) -> tuple[ApprovalItem, ...]:
    """The claim itself where a person had to look at it, and what is given for it."""
    return tuple(_items(case, progress))


def amount_of(case: Claim, subject: str) -> Money:
    """What an approval of that name is about: the price of the goods, or what is given for them."""
    need = case.review_need if subject == CLAIM else case.approval_need
    minor = need.amount_minor if need else 0
    if subject == REMEDY and case.plan is not None:
        minor = case.plan.total_minor
    return Money(minor=minor, currency=case.currency)


def _items(case: Claim, progress: Progress) -> Iterator[ApprovalItem]:
    if case.review_need is not None and _had_review(case):
        need = case.review_need
        yield _item(
            case,
            progress,
            subject=CLAIM,
            action=Action.REVIEW,
            wait=WaitingFor.REVIEW,
            need=need,
            given=case.reviewed if case.resolution is not None else None,
            denied=case.is_denied,
            asked_at=case.last_fact(case.decided_at),
            reasons=(*case.findings, *evidence_of(case.risk)),
        )
    if case.resolution is not None and case.approval_asked_at is not None:
        alone = not case.approval_reasons
        yield _item(
            case,
            progress,
            subject=REMEDY,
            action=action_of(case.resolution),
            wait=WaitingFor.APPROVAL,
            need=case.approval_need,
            given=case.approval,
            alone_by=(case.resolution.actor, case.approval_asked_at) if alone else None,
            asked_at=case.approval_asked_at,
            reasons=case.approval_reasons,
        )


def _had_review(case: Claim) -> bool:
    appealed = any(denial.appeal is not None for denial in case.denials)
    return case.verdict is Verdict.IN_REVIEW or appealed or case.reopened_at is not None


def _item(
    case: Claim,
    progress: Progress,
    *,
    subject: str,
    action: Action,
    wait: WaitingFor,
    need: AuthorityNeed | None,
    given: Approval | None,
    asked_at: datetime,
    reasons: tuple[Finding, ...],
    denied: bool = False,
    alone_by: tuple[Actor, datetime] | None = None,
) -> ApprovalItem:
    escalations = case.escalated.count(wait)
    asking = progress.waiting_for is WaitingFor.EVIDENCE and case.evidence_requests[-1].during is wait
    is_open = progress.waiting_for is wait or asking
    state, by, at = ApprovalState.VOID, None, progress.since
    if is_open:
        state = ApprovalState.EVIDENCE if asking else ApprovalState.OPEN
    elif alone_by is not None:
        state, (by, at) = ApprovalState.ALONE, alone_by
    elif given is not None:
        state, by, at = ApprovalState.APPROVED, given.actor, given.at
    elif denied:
        state, by, at = ApprovalState.REFUSED, case.denials[-1].actor, case.denials[-1].at
    first = case.first_approval if wait is WaitingFor.APPROVAL else None
    return ApprovalItem(
        subject=subject,
        action=action,
        state=state,
        amount_minor=amount_of(case, subject).minor,
        currency=case.currency,
        asked_by=case.opened_by,
        asked_at=asked_at,
        role=role_asked(need, escalations=escalations),
        roles=need.roles if need else BY_DEFAULT,
        still_needed=(need.approvals if need else 1) - (1 if first else 0),
        priority=_priority(need, escalations),
        deadline=progress.deadline if is_open else None,
        due_at=progress.deadline or progress.since,
        reasons=reasons,
        note=case.note,
        row=case.approval_row if subject == REMEDY else "",
        decided_by=None if is_open else by,
        decided_at=None if is_open else at,
        stands_in_for=given.stands_in_for if given is not None and not is_open else "",
    )


def _priority(need: AuthorityNeed | None, escalations: int) -> Priority:
    if escalations:
        return Priority.URGENT
    return Priority.HIGH if need is not None and need.approvals > 1 else Priority.NORMAL
