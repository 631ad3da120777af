"""What of a return waits for approval, or was decided by somebody or by the rules alone, derived from its facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.approvals import UNDECIDED, ApprovalItem, ApprovalState, Priority
from domain.authority import BY_DEFAULT, role_asked
from domain.cases import SYSTEM, Actor, Progress, WaitingFor
from domain.policies import Action, AuthorityNeed
from domain.returns.case import Approval, Decision, PolicyException, ReturnCase, Verdict
from domain.returns.exceptions import OF_REQUESTS
from domain.returns.matters import REFUND, REQUEST, exception_subject, undecided_minor
from domain.returns.risks import evidence_of


def approval_items(case: ReturnCase, progress: Progress) -> tuple[ApprovalItem, ...]:
    """Everything about this return that needs or needed authority, one item each."""
    return tuple(_items(case, progress))


def _items(case: ReturnCase, progress: Progress) -> Iterator[ApprovalItem]:
    for asked in case.exceptions:
        if asked.action not in OF_REQUESTS or (asked.granted and asked.need is None):
            yield _of_exception(case, asked, progress)
    if case.eligibility is not None and case.decided_at is not None:
        by_person = case.review is not None or case.eligibility.verdict is Verdict.IN_REVIEW
        if by_person:
            yield _of_request(case, progress, asked_at=case.decided_at)
    if case.plan is not None and case.approval_asked_at is not None:
        yield _of_refund(case, progress, asked_at=case.approval_asked_at)


def _of_request(case: ReturnCase, progress: Progress, *, asked_at: datetime) -> ApprovalItem:
    need, wanted = case.review_need, next(iter(case.exceptions), None)
    is_exception = need is not None and need.action in OF_REQUESTS and wanted is not None
    assert case.eligibility is not None, "the caller looked"
    return ApprovalItem(
        subject=REQUEST,
        action=need.action if need else Action.REVIEW,
        amount_minor=need.amount_minor if need else 0,
        currency=case.currency,
        asked_by=case.opened_by,
        asked_at=asked_at,
        reasons=(*case.eligibility.findings, *evidence_of(case.eligibility.risk)),
        note=wanted.note if is_exception and wanted else case.appeal.note if case.appeal else "",
        rules=wanted.rules if is_exception and wanted else (),
        **_standing(case, progress, WaitingFor.REVIEW, need=need, first=case.first_review, given=case.review),
    )


def _of_refund(case: ReturnCase, progress: Progress, *, asked_at: datetime) -> ApprovalItem:
    assert case.plan is not None, "the caller looked"
    facts = _standing(
        case,
        progress,
        WaitingFor.APPROVAL,
        need=case.approval_need,
        first=case.first_approval,
        given=case.approval,
    )
    if not case.approval_reasons:
        facts |= {"state": ApprovalState.ALONE, "decided_by": SYSTEM, "decided_at": asked_at}
    owed = undecided_minor(case) if facts["state"] in UNDECIDED else case.plan.total_minor
    return ApprovalItem(
        subject=REFUND,
        action=Action.REFUND,
        amount_minor=owed,
        currency=case.currency,
        asked_by=case.opened_by,
        asked_at=asked_at,
        reasons=(*case.approval_reasons, *evidence_of(case.goods_risk)),
        row=case.approval_row,
        **facts,
    )


def _of_exception(case: ReturnCase, asked: PolicyException, progress: Progress) -> ApprovalItem:
    given, need = asked.decision, asked.need
    state, by, at = ApprovalState.OPEN, None, None
    if asked.granted is not None and given is None:
        state, by, at = ApprovalState.ALONE, asked.asked_by, asked.asked_at
    elif given is not None:
        state, by, at = _decided_as(given), given.actor, given.at
    elif not progress.open:
        state, at = ApprovalState.VOID, progress.since
    return ApprovalItem(
        subject=exception_subject(asked.number),
        action=asked.action,
        state=state,
        amount_minor=asked.amount_minor,
        currency=case.currency,
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        role=role_asked(need, escalations=asked.escalations),
        roles=need.roles if need else BY_DEFAULT,
        still_needed=_still_needed(need, asked.first_approval),
        priority=_priority(need, escalations=asked.escalations),
        deadline=asked.deadline if state is ApprovalState.OPEN else None,
        due_at=asked.deadline or asked.asked_at,
        reasons=asked.reasons,
        note=asked.note,
        row=asked.row,
        rules=asked.rules,
        decided_by=by,
        decided_at=at,
        stands_in_for=given.stands_in_for if given else "",
    )


def _standing(
    case: ReturnCase,
    progress: Progress,
    wait: WaitingFor,
    *,
    need: AuthorityNeed | None,
    first: Approval | None,
    given: Approval | None,
) -> dict[str, Any]:
    """Where the approval of the request or the refund stands, by whom it is decided, and until when."""
    escalations = case.escalated.count(wait)
    asking = progress.waiting_for is WaitingFor.EVIDENCE and case.evidence_requests[-1].during is wait
    state = ApprovalState.VOID
    decider: Actor | None = None
    decided: datetime | None = progress.since
    if given is not None:
        state, decider, decided = _decided_as(given), given.actor, given.at
    elif progress.waiting_for is wait or asking:
        state, decided = (ApprovalState.EVIDENCE if asking else ApprovalState.OPEN), None
    return {
        "state": state,
        "role": role_asked(need, escalations=escalations),
        "roles": need.roles if need else BY_DEFAULT,
        "still_needed": _still_needed(need, first),
        "priority": _priority(need, escalations=escalations),
        "deadline": progress.deadline if decided is None else None,
        "due_at": progress.deadline or progress.since,
        "decided_by": decider,
        "decided_at": decided,
        "stands_in_for": given.stands_in_for if given else "",
    }


def _decided_as(given: Approval) -> ApprovalState:
    return ApprovalState.REFUSED if given.decision is Decision.REFUSE else ApprovalState.APPROVED


def _still_needed(need: AuthorityNeed | None, first: Approval | None) -> int:
    return (need.approvals if need else 1) - (1 if first else 0)


def _priority(need: AuthorityNeed | None, *, escalations: int) -> Priority:
    if escalations:
        return Priority.URGENT
    return Priority.HIGH if need is not None and need.approvals > 1 else Priority.NORMAL
