"""What each kind of news does to a return. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.authority import find_approver_fault
from domain.cases import EventKind, InboxEvent, WaitingFor
from domain.changes import applied, declined, kept, parked, refused
from domain.policies import Policy
from domain.returns.case import Approval, Decision, InspectedUnits, Inspection, Receipt, ReturnCase, UnitCount
from domain.returns.changes import Change
from domain.returns.counts import (
    count_units,
    inspected_units,
    outstanding_units,
    received_units,
    say_units,
    uninspected_units,
)
from domain.returns.progress import derive_progress
from domain.returns.settlement import return_goods_to_customer


class EventBody(BaseModel):
    """The content of an event, as the API validated it before it was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReceivedBody(EventBody):
    """What the dock took in; no units means everything that was still expected."""

    units: tuple[UnitCount, ...] = ()


class InspectedBody(EventBody):
    """What the inspector found."""

    units: tuple[InspectedUnits, ...]


class DecidedBody(EventBody):
    """What the supervisor said."""

    decision: Decision
    note: str = ""


def apply_event(case: ReturnCase, event: InboxEvent, *, policy: Policy, at: datetime) -> Change:
    """The return after the event; the answer says applied, kept, refused or parked, and why."""
    if not derive_progress(case, policy).open:
        detail = f"Return {case.ref.rma} is closed; the event is kept for a person to look at."
        return parked(case, event, at=at, code="case_closed", detail=detail)
    apply = _APPLY.get(event.kind)
    if apply is None:
        return parked(case, event, at=at, code="not_for_returns", detail=f"A return takes no {event.kind}.")
    try:
        return apply(case, event, policy, at)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)


def _scan_label(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    if case.label_scanned_at is not None:
        detail = "The carrier scanned the label again."
        return kept(case, event, at=at, code="already_scanned", detail=detail)
    return applied(
        case.with_facts(label_scanned_at=at),
        event,
        at=at,
        summary="The carrier scanned the label: the parcel is moving.",
    )


def _receive(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    outstanding = outstanding_units(case)
    named = count_units(ReceivedBody.model_validate(event.payload).units)
    taken = Counter({line: min(count, outstanding[line]) for line, count in named.items()}) if named else outstanding
    receipt = Receipt(
        event_id=event.event_id, at=at, actor=event.actor, units=_units(taken), unexpected=_units(named - taken)
    )
    if not receipt.units and not receipt.unexpected:
        return kept(case, event, at=at, code="nothing_expected", detail="A receipt came when everything had arrived.")
    beside = sum(unit.quantity for unit in receipt.unexpected)
    summary = f"The dock took in {say_units(sum(unit.quantity for unit in receipt.units))}" + (
        f" and {beside} that this return does not expect." if beside else "."
    )
    if not receipt.units:
        return kept(case, event, at=at, code="unexpected_units", detail=summary, unexpected=dict(named))
    changed = case.with_facts(receipts=(*case.receipts, receipt))
    return applied(changed, event, at=at, summary=summary, units=dict(taken), unexpected=dict(named - taken))


def _inspect(case: ReturnCase, event: InboxEvent, policy: Policy, at: datetime) -> Change:
    units = InspectedBody.model_validate(event.payload).units
    named, unknown = count_units(units), sorted({unit.line_id for unit in units} - set(count_units(case.lines)))
    if unknown:
        detail = f"Line {', '.join(unknown)} is not on this return; record it as an unexpected unit at the dock."
        return declined(case, event, at=at, code="line_not_on_return", detail=detail)
    if event.awaits_answer and not received_units(case):
        detail = "Nothing was received yet: record the receipt (item_received) first, then inspect."
        return declined(case, event, at=at, code="not_received", detail=detail)
    if case.plan is not None or (received_units(case) and not uninspected_units(case)):
        detail = "Everything received was inspected already; a finding against it goes to a supervisor."
        return declined(case, event, at=at, code="already_inspected", detail=detail)
    ceiling = uninspected_units(case) if event.awaits_answer else count_units(case.lines) - inspected_units(case)
    if too_many := named - ceiling:
        detail = f"More units than there are to inspect: {_in_words(too_many)} too many. Count again."
        return declined(case, event, at=at, code="more_than_received", detail=detail)
    inspection = Inspection(event_id=event.event_id, at=at, actor=event.actor, units=units)
    accepted = sum(unit.quantity for unit in units if unit.accepted)
    summary = f"Inspected {say_units(sum(named.values()))}, {accepted} accepted."
    changed = case.with_facts(inspections=(*case.inspections, inspection))
    return applied(changed, event, at=at, summary=summary, units=dict(named), accepted=accepted)


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
            changed = changed.with_facts(dispositions=return_goods_to_customer(case))
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
    if case.receipts:
        detail = "The warehouse has the goods, so the return can no longer be cancelled; wait for its outcome."
        return refused(case, event, at=at, code="already_received", detail=detail)
    return applied(case.with_facts(cancelled_at=at), event, at=at, summary=f"{event.actor.name} cancelled the return.")


_APPLY: dict[EventKind, Callable[[ReturnCase, InboxEvent, Policy, datetime], Change]] = {
    EventKind.LABEL_SCANNED: _scan_label,
    EventKind.ITEM_RECEIVED: _receive,
    EventKind.INSPECTION_RECORDED: _inspect,
    EventKind.APPROVAL_DECIDED: _decide,
    EventKind.CANCEL_REQUESTED: _cancel,
}


def _units(counts: Counter[str]) -> tuple[UnitCount, ...]:
    return tuple(UnitCount(line_id=line, quantity=count) for line, count in sorted(counts.items()) if count > 0)


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} of line {line}" for line, count in sorted(counts.items()))
