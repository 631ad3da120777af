"""What each kind of news does to a return. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from domain.cases import EventKind, InboxEvent, Progress
from domain.changes import applied, parked, refused
from domain.exchanges.events import cancel_exchange, hear_pointer
from domain.goods_back.events import GOODS_NEWS, apply_goods_event
from domain.goods_back.inspecting import Expectations
from domain.orders import Order
from domain.policies import Policy
from domain.returns.ahead import is_ahead
from domain.returns.approvals import DecidingRoom, decide, give_evidence
from domain.returns.case import ReturnCase
from domain.returns.changes import Change
from domain.returns.progress import derive_progress
from domain.returns.service import terms_of
from domain.returns.stages import is_request_refused

_CANCELLED = "The return was cancelled already; open another one for units that are to come back after all."


def apply_event(
    case: ReturnCase,
    event: InboxEvent,
    *,
    policy: Policy,
    at: datetime,
    order: Order | None = None,
    room: DecidingRoom | None = None,
) -> Change:
    """The return after the event; the answer says applied, kept, refused or parked, and why.

    With the order, goods are known by what can be read on them too, not by their line ids alone. `room` is who else
    has a say when a person decides.
    """
    progress = derive_progress(case, policy)
    if not progress.open:
        detail = f"Return {case.ref.rma} is closed; the event is kept for a person to look at."
        return parked(case, event, at=at, code="case_closed", detail=detail)
    if event.kind is EventKind.APPROVAL_DECIDED:
        return _decide(case, event, progress, room or DecidingRoom(), at=at)
    apply = _APPLY.get(event.kind)
    try:
        if event.kind in GOODS_NEWS:
            return apply_goods_event(case, event, expectations=_expectations(case, order), at=at)
        if apply is None:
            return parked(
                case,
                event,
                at=at,
                code="not_for_returns",
                detail=f"A return takes no {event.kind}; a person finds the case that it is about.",
            )
        return apply(case, event, policy, at)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)


def _expectations(case: ReturnCase, order: Order | None) -> Expectations:
    checklists = {line_id: granted.checklist for line_id, granted in terms_of(case).items()}
    is_proposed = case.plan is not None and not is_ahead(case)
    is_over = is_proposed or case.cancelled_at is not None or is_request_refused(case)
    return Expectations(checklists=checklists, order=order, is_over=is_over)


def _decide(case: ReturnCase, event: InboxEvent, progress: Progress, room: DecidingRoom, *, at: datetime) -> Change:
    try:
        return decide(case, event, progress.waiting_for, room, at=at)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)


def _give_evidence(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    return give_evidence(case, event, at=at)


def _hear_pointer(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    return hear_pointer(case, event, at=at)


def _cancel(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    if case.exchange is not None:
        return cancel_exchange(case, case.exchange, event, at=at)
    if case.cancelled_at is not None:
        return refused(case, event, at=at, code="already_cancelled", detail=_CANCELLED)
    if case.goods.arrivals:
        detail = "The warehouse has the goods, so the return can no longer be cancelled; wait for its outcome."
        return refused(case, event, at=at, code="already_received", detail=detail)
    if any(not payout.is_owed_again for payout in case.payouts):
        detail = (
            "The refund was paid when the parcel was sent, so the return can no longer be cancelled; send the goods."
        )
        return refused(case, event, at=at, code="already_refunded", detail=detail)
    return applied(case.with_facts(cancelled_at=at), event, at=at, summary=f"{event.actor.name} cancelled the return.")


_APPLY: dict[EventKind, Callable[[ReturnCase, InboxEvent, Policy, datetime], Change]] = {
    EventKind.EVIDENCE_GIVEN: _give_evidence,
    EventKind.CANCEL_REQUESTED: _cancel,
    EventKind.REPLACEMENT_CHANGED: _hear_pointer,
    EventKind.COLLECTION_CHANGED: _hear_pointer,
}
