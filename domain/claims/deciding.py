"""What a person says to a claim: what is given, that nothing is, or that the customer must show something first."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from domain.approvals import find_change
from domain.authority import Standing, find_standing, find_taken_fault
from domain.cases import InboxEvent, WaitingFor
from domain.changes import applied, refused
from domain.claims.case import Claim, Denial, Resolution
from domain.claims.planning import Ground, value_claim
from domain.claims.proposing import ClaimChange, deny, propose, say_way_out
from domain.claims.queue import CLAIM, REMEDY, amount_of
from domain.money import Money
from domain.policies import FAULT_OF, Fault, Remedy
from domain.reimbursements import AmountRefused
from domain.returns.approvals import DecidingRoom
from domain.returns.case import Approval, Decision, EvidenceRequest, Finding


class ClaimDecidedBody(BaseModel):
    """What the person said. Approving without a remedy grants what the customer wishes; reducing grants a part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision: Decision
    remedy: Remedy | None = None
    amount_minor: int | None = None
    line_id: str | None = None
    goods_back: bool = False
    fault: Fault | None = None
    note: str = ""
    subject: str | None = Field(default=None, description="What of the claim they looked at, as the queue calls it.")
    expected_minor: int | None = Field(default=None, description="The amount that they saw.")


def decide_claim(
    case: Claim, event: InboxEvent, waiting: WaitingFor, ground: Ground, room: DecidingRoom, *, at: datetime
) -> ClaimChange:
    """The decision is part of the claim, or the decider is told what is against it and what to do.

    Raises ValidationError for content that cannot be read.
    """
    body = ClaimDecidedBody.model_validate(event.payload)
    standing = _find_standing(case, event, waiting, room, at=at)
    if isinstance(standing, Finding):
        return _refuse(case, event, standing, at=at)
    if fault := _find_fault(case, event, waiting, body, room):
        return _refuse(case, event, fault, at=at)
    if body.decision is Decision.ASK_EVIDENCE:
        return _ask_customer(case, event, waiting, body, at=at)
    given = Approval(
        event_id=event.event_id,
        at=at,
        actor=event.actor,
        decision=body.decision,
        note=body.note,
        stands_in_for=standing.stands_in_for,
    )
    if body.decision is Decision.REFUSE and case.is_partly_paid:
        return _refuse_the_rest(case, event, given, at=at)
    if body.decision is Decision.REFUSE:
        return _deny(case, event, body, at=at)
    if waiting is WaitingFor.REVIEW or body.decision is Decision.REDUCE:
        return _propose(case, event, body, given, ground, room, at=at)
    return _approve(case, event, given, at=at)


def _find_standing(
    case: Claim, event: InboxEvent, waiting: WaitingFor, room: DecidingRoom, *, at: datetime
) -> Standing | Finding:
    reviewing = waiting is not WaitingFor.APPROVAL
    proposer = case.resolution.actor if case.resolution is not None and case.given_at is None else None
    standing = find_standing(
        event.actor,
        requester=case.opened_by,
        need=case.review_need if reviewing else case.approval_need,
        first=None if reviewing else case.first_approval,
        also_wanted_by=(proposer,) if proposer is not None and not reviewing else (),
        delegations=room.delegations,
        at=at,
    )
    is_proposer = proposer is not None and event.actor.person == proposer.person != case.opened_by.person
    if isinstance(standing, Finding) and standing.rule == "requester_cannot_approve" and is_proposer:
        detail = f"{event.actor.name} proposed this and may not approve it."
        return _fault("proposer_cannot_approve", detail, "Somebody else with authority decides.")
    if isinstance(standing, Finding):
        return standing
    denier = next((denial.actor for denial in reversed(case.denials) if denial.appeal is not None), None)
    if reviewing and denier is not None and denier.person == event.actor.person:
        detail = f"{event.actor.name} denied this claim, and the customer appealed."
        return _fault("denier_cannot_decide", detail, "Somebody else looks at it again.")
    return standing


def _find_fault(
    case: Claim, event: InboxEvent, waiting: WaitingFor, body: ClaimDecidedBody, room: DecidingRoom
) -> Finding | None:
    """Why this cannot be decided now or so."""
    if waiting not in (WaitingFor.REVIEW, WaitingFor.APPROVAL):
        return _nothing_to_decide(case, waiting)
    waits = CLAIM if waiting is WaitingFor.REVIEW else REMEDY
    named, seen = body.subject, body.expected_minor
    if change := find_change(waits=waits, amount=amount_of(case, waits), subject=named, expected_minor=seen):
        return change
    if taken := find_taken_fault(event.actor, room.claimed_by):
        return taken
    if body.decision is Decision.ASK_EVIDENCE and not body.note.strip():
        return _fault("question_missing", "The customer must be told what is asked.", "Write the question as the note.")
    if body.decision is Decision.REFUSE and not body.note.strip():
        return _fault(
            "reason_missing", "A denial needs its reason, which the customer is told.", "Write it as the note."
        )
    if body.decision is Decision.REDUCE or body.remedy is Remedy.REFUND_PART:
        return _find_part_fault(case, waiting, body)
    return None


def _find_part_fault(case: Claim, waiting: WaitingFor, body: ClaimDecidedBody) -> Finding | None:
    if case.payouts or case.shipments:
        return _fault("already_given", "Something is on its way already.", "Approve or refuse the rest.")
    if body.amount_minor is None or body.amount_minor <= 0:
        return _fault("amount_missing", "A part needs its amount.", "Send amount_minor above nothing.")
    lines = [line.line_id for line in case.lines]
    if body.line_id is None and len(lines) > 1:
        return _fault("line_missing", "Of several lines a part is on one.", f"Send line_id: {', '.join(lines)}.")
    if body.line_id is not None and body.line_id not in lines:
        detail = f"Line {body.line_id} is not on this claim."
        return _fault("unknown_line", detail, f"Send one of its lines: {', '.join(lines)}.")
    return None


def _nothing_to_decide(case: Claim, waiting: WaitingFor) -> Finding:
    if waiting is WaitingFor.EVIDENCE:
        detail = "The customer was asked and has not answered yet."
        return _fault("waits_for_customer", detail, "Decide when the answer is there or its time has passed.")
    earlier = case.approval or case.reviewed
    if earlier is not None:
        words = f"{earlier.actor.name} decided at {earlier.at:%Y-%m-%d %H:%M:%S} UTC."
        return _fault("already_decided", f"Already decided: {words}", "What is decided stays.")
    return _fault("nothing_to_decide", "There is nothing to decide now.", "`next_step` says what comes first.")


def _propose(
    case: Claim,
    event: InboxEvent,
    body: ClaimDecidedBody,
    given: Approval,
    ground: Ground,
    room: DecidingRoom,
    *,
    at: datetime,
) -> ClaimChange:
    part = body.decision is Decision.REDUCE or body.remedy is Remedy.REFUND_PART
    before = case.resolution.fault if case.resolution else FAULT_OF[case.problem]
    resolution = Resolution(
        at=at,
        actor=event.actor,
        remedy=Remedy.REFUND_PART if part else body.remedy or case.wish,
        amount_minor=body.amount_minor if part else None,
        line_id=(body.line_id or case.lines[0].line_id) if part else None,
        # What came back already is not asked for again.
        goods_back=body.goods_back and not part and not case.goods.arrivals,
        fault=body.fault or before,
        note=body.note,
    )
    if not part and not value_claim(case, resolution, ground).total_minor and resolution.remedy is Remedy.REFUND:
        words = "Send a replacement, or deny the claim."
        return _refuse(case, event, _fault("nothing_left", "Nothing of what was paid is left to refund.", words), at=at)
    proposed = propose(case, resolution, ground, reviewed=given, delegations=room.delegations, at=at)
    if isinstance(proposed, AmountRefused):
        finding = _fault(proposed.code, proposed.detail, proposed.way_out)
        return _refuse(case, event, finding, at=at)
    by = f"{event.actor.name} (for {given.stands_in_for})" if given.stands_in_for else event.actor.name
    summary = f"{by} decided on the claim. {body.note}".strip()
    change = applied(proposed.case, event, at=at, summary=summary)
    return change.model_copy(update={"entries": (*change.entries, *proposed.entries)})


def _approve(case: Claim, event: InboxEvent, given: Approval, *, at: datetime) -> ClaimChange:
    name = event.actor.name
    if case.approval_need is not None and case.approval_need.approvals > 1 and case.first_approval is None:
        summary = f"{name} approved it; a second approval by somebody else is needed. {given.note}".strip()
        return applied(case.with_facts(first_approval=given), event, at=at, summary=summary)
    minor = case.plan.total_minor if case.plan is not None else 0
    total = f": {Money(minor=minor, currency=case.currency)}" if minor else ""
    return applied(
        case.with_facts(approval=given), event, at=at, summary=f"{name} approved it{total}. {given.note}".strip()
    )


def _deny(case: Claim, event: InboxEvent, body: ClaimDecidedBody, *, at: datetime) -> ClaimChange:
    denial = Denial(at=at, actor=event.actor, reason=body.note.strip(), way_out=say_way_out(case))
    summary = f"{event.actor.name} denied the claim: {denial.reason}"
    return applied(deny(case, denial), event, at=at, summary=summary)


def _refuse_the_rest(case: Claim, event: InboxEvent, given: Approval, *, at: datetime) -> ClaimChange:
    """What was paid stays paid; it is no denial, so nothing is left to appeal."""
    rest = Money(minor=case.payable_minor, currency=case.currency)
    summary = f"{event.actor.name} decided that the {rest} still owed is not paid: {given.note.strip()}"
    return applied(case.with_facts(approval=given), event, at=at, summary=summary)


def _ask_customer(
    case: Claim, event: InboxEvent, waiting: WaitingFor, body: ClaimDecidedBody, *, at: datetime
) -> ClaimChange:
    asked = EvidenceRequest(
        event_id=event.event_id, at=at, actor=event.actor, question=body.note.strip(), during=waiting
    )
    changed = case.with_facts(evidence_requests=(*case.evidence_requests, asked))
    return applied(changed, event, at=at, summary=f"{event.actor.name} asked the customer for evidence.")


def _refuse(case: Claim, event: InboxEvent, fault: Finding, *, at: datetime) -> ClaimChange:
    return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}".strip())


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)
