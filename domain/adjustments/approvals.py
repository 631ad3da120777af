"""What a person with authority says to an adjustment: approve, lower, or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.adjustments.authority import deed_of
from domain.adjustments.case import Adjustment, AdjustmentBasis, Goodwill
from domain.adjustments.events import AdjustmentChange, tell_closed, tell_unreadable
from domain.adjustments.progress import derive_progress
from domain.adjustments.queue import SUBJECT, amount_of
from domain.approvals import find_change
from domain.authority import Deed, Standing, find_standing, need_for
from domain.cases import InboxEvent, WaitingFor
from domain.changes import applied, refused
from domain.money import Money
from domain.policies import Action, AuthorityNeed, Policy
from domain.reimbursements import ReimbursementPlan
from domain.returns.approvals import DecidingRoom, find_owner_fault
from domain.returns.case import Approval, Decision, Finding

_VERBS = {Decision.APPROVE: "approved", Decision.REFUSE: "refused", Decision.REDUCE: "lowered"}


@dataclass(frozen=True)
class Lowered:
    """What a person lowered it to, with what that was computed from."""

    plan: ReimbursementPlan
    basis: AdjustmentBasis


class DecidedBody(BaseModel):
    """What the supervisor said. `subject` and `expected_minor` are what they saw."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision: Literal[Decision.APPROVE, Decision.REFUSE, Decision.REDUCE]
    note: str = ""
    amount_minor: int | None = None
    subject: str | None = None
    expected_minor: int | None = None


def decide_approval(
    case: Adjustment,
    event: InboxEvent,
    *,
    policy: Policy,
    at: datetime,
    room: DecidingRoom | None = None,
    lowered: Lowered | None = None,
) -> AdjustmentChange:
    """A supervisor's decision; the requester never decides, and the first decision counts.

    `lowered` is what it comes to when the supervisor approves less than was asked.
    """
    progress = derive_progress(case, policy)
    if not progress.open:
        return tell_closed(case, event, at=at)
    need = _need(case, policy)
    room, asker, first = room or DecidingRoom(), case.opened_by, case.first_approval
    found = find_standing(event.actor, requester=asker, need=need, first=first, delegations=room.delegations, at=at)
    fault = found if isinstance(found, Finding) else find_owner_fault(event, room)
    if fault is not None:
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    assert isinstance(found, Standing), "a finding is a fault"
    if progress.waiting_for is not WaitingFor.APPROVAL:
        detail = f"There is nothing to approve now. Next: {progress.next_step}"
        return refused(case, event, at=at, code="nothing_to_decide", detail=detail)
    try:
        body = DecidedBody.model_validate(event.payload)
    except ValidationError as error:
        return tell_unreadable(case, event, error, at=at)
    named, seen = body.subject, body.expected_minor
    if change := find_change(waits=SUBJECT, amount=amount_of(case), subject=named, expected_minor=seen):
        return refused(case, event, at=at, code=change.rule, detail=f"{change.detail} {change.way_out}")
    verb, reduced_to = _VERBS[body.decision], None
    if body.decision is Decision.REDUCE:
        if fault := find_reduction_fault(case, body.amount_minor):
            return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
        if lowered is None:
            detail = "The order's payments do not hold that much any more. Look at what is left, or refuse."
            return refused(case, event, at=at, code="payments_hold_less", detail=detail)
        case = case.with_facts(plan=lowered.plan, plan_basis=lowered.basis, plan_made_at=at)
        reduced_to = lowered.plan.total_minor
        verb = f"lowered it to {Money(minor=reduced_to, currency=case.currency)} and approved"
    words: dict[str, Any] = {"event_id": event.event_id, "at": at, "actor": event.actor, "note": body.note}
    words |= {"decision": body.decision, "stands_in_for": found.stands_in_for, "reduced_to_minor": reduced_to}
    approval = Approval(**words)
    if body.decision is not Decision.REFUSE and need.approvals > 1 and case.first_approval is None:
        summary = f"{event.actor.name} {verb} it as the first of two. {body.note}".strip()
        return applied(case.with_facts(first_approval=approval), event, at=at, summary=summary)
    summary = f"{event.actor.name} {verb} it. {body.note}".strip()
    return applied(case.with_facts(approval=approval), event, at=at, summary=summary)


def find_reduction_fault(case: Adjustment, amount_minor: int | None) -> Finding | None:
    """Why it cannot be lowered to that; only what was asked for by amount, and of which nothing has left, can be."""
    if not isinstance(case.asked, Goodwill) or case.is_paid_outside or case.plan is None or case.payouts:
        detail = "Only an amount that was asked for, and of which nothing is in the ledger, can be lowered."
        return Finding(rule="nothing_to_reduce", detail=detail, way_out="Approve or refuse.")
    total = Money(minor=case.plan.total_minor, currency=case.currency)
    if amount_minor is None or not 0 < amount_minor < total.minor:
        way_out = f"Send amount_minor above nothing and below {total}; to pay nothing, refuse."
        return Finding(rule="amount_not_lower", detail=f"It comes to {total}.", way_out=way_out)
    return None


def _need(case: Adjustment, policy: Policy) -> AuthorityNeed:
    """Who must approve it, and how many of them."""
    if case.approval_need is not None:
        return case.approval_need
    if case.plan is None:
        return need_for(Deed(Action.GOODWILL, Money(minor=0, currency=case.currency), case.opened_by), policy)
    return need_for(deed_of(case, case.plan), policy)
