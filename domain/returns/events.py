"""What each kind of news does to a return. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.authority import find_approver_fault
from domain.cases import EventKind, InboxEvent, WaitingFor
from domain.changes import applied, parked, refused
from domain.goods_back.dispositions import return_all_to_customer
from domain.goods_back.events import GOODS_NEWS, apply_goods_event
from domain.orders import Order
from domain.policies import Policy
from domain.returns.case import Approval, Decision, ReturnCase
from domain.returns.changes import Change
from domain.returns.progress import derive_progress


class DecidedBody(BaseModel):
    """What the supervisor said, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision: Decision
    note: str = ""


def apply_event(
    case: ReturnCase, event: InboxEvent, *, policy: Policy, at: datetime, order: Order | None = None
) -> Change:
    """The return after the event; the answer says applied, kept, refused or parked, and why.

    With the order, goods are known by what can be read on them too, not by their line ids alone.
    """
    if not derive_progress(case, policy).open:
        detail = f"Return {case.ref.rma} is closed; the event is kept for a person to look at."
        return parked(case, event, at=at, code="case_closed", detail=detail)
    apply = _APPLY.get(event.kind)
    try:
        if event.kind in GOODS_NEWS:
            is_over = case.plan is not None or case.cancelled_at is not None
            return apply_goods_event(case, event, order=order, is_over=is_over, at=at)
        if apply is None:
            return parked(case, event, at=at, code="not_for_returns", detail=f"A return takes no {event.kind}.")
        return apply(case, event, policy, at)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)


def _decide(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    if fault := find_approver_fault(event.actor, requester=case.opened_by):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    waiting = derive_progress(case, policy).waiting_for
    body = DecidedBody.model_validate(event.payload)
    decision = Approval(event_id=event.event_id, at=at, actor=event.actor, decision=body.decision, note=body.note)
    verb = "approved" if body.decision is Decision.APPROVE else "refused"
    if waiting is WaitingFor.REVIEW:
        summary = f"{event.actor.name} {verb} the request."
        return applied(case.with_facts(review=decision), event, at=at, summary=summary)
    if waiting is WaitingFor.APPROVAL:
        summary = f"{event.actor.name} {verb} the refund."
        changed = case.with_facts(approval=decision)
        if body.decision is Decision.REFUSE and not case.payouts:
            changed = changed.with_goods(dispositions=return_all_to_customer(case.goods))
        return applied(changed, event, at=at, summary=summary)
    return _nothing_to_decide(case, event, policy, at)


def _nothing_to_decide(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    earlier = case.approval or case.review
    progress = derive_progress(case, policy)
    if earlier is not None:
        verb = "approved" if earlier.decision is Decision.APPROVE else "refused"
        detail = f"Already decided: {earlier.actor.name} {verb} it at {earlier.at:%Y-%m-%d %H:%M:%S} UTC."
        return refused(case, event, at=at, code="already_decided", detail=detail)
    detail = f"There is nothing to decide now. Next: {progress.next_step}"
    return refused(case, event, at=at, code="nothing_to_decide", detail=detail)


def _cancel(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    if case.cancelled_at is not None:
        return refused(case, event, at=at, code="already_cancelled", detail="The return was cancelled already.")
    if case.goods.arrivals:
        detail = "The warehouse has the goods, so the return can no longer be cancelled; wait for its outcome."
        return refused(case, event, at=at, code="already_received", detail=detail)
    return applied(case.with_facts(cancelled_at=at), event, at=at, summary=f"{event.actor.name} cancelled the return.")


_APPLY: dict[EventKind, Callable[[ReturnCase, InboxEvent, Policy, datetime], Change]] = {
    EventKind.APPROVAL_DECIDED: _decide,
    EventKind.CANCEL_REQUESTED: _cancel,
}
