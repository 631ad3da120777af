"""What a person says to a request, a refund or an exception: approve, refuse, lower, or ask the customer first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.approvals import find_change
from domain.authority import Delegation, Standing, find_standing, find_taken_fault
from domain.cases import Actor, InboxEvent, WaitingFor
from domain.changes import applied, declined, refused
from domain.exchanges.recalls import find_recall_fault, start_recall
from domain.goods_back.dispositions import give_all_back, return_all_to_customer
from domain.money import Money
from domain.policies import Action
from domain.returns.ahead import is_ahead, refuse_ahead
from domain.returns.case import Approval, Decision, EvidenceRequest, Finding, PolicyException, ReturnCase
from domain.returns.changes import Change
from domain.returns.exceptions import pending_exception, settle_exception, settle_request_exception
from domain.returns.matters import Matter, matter_of
from domain.returns.waits import open_question
from domain.words import say_pieces

_VERBS = {
    Decision.APPROVE: "approved",
    Decision.REFUSE: "refused",
    Decision.REDUCE: "lowered",
    Decision.ASK_EVIDENCE: "asked the customer about",
}


class DecidedBody(BaseModel):
    """What the person said. `exception` names the one it is about; `subject` and `expected_minor` are what they saw."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision: Decision
    note: str = ""
    exception: int | None = None
    amount_minor: int | None = None
    subject: str | None = None
    expected_minor: int | None = None


@dataclass(frozen=True)
class DecidingRoom:
    """Who else has a say: authority that was lent to the decider, and who has taken the approval on."""

    delegations: Sequence[Delegation] = ()
    claimed_by: str = ""


def decide(case: ReturnCase, event: InboxEvent, waiting: WaitingFor, room: DecidingRoom, *, at: datetime) -> Change:
    """The decision is part of the return, or the decider is told which rule is against it and what to do."""
    body = DecidedBody.model_validate(event.payload)
    asked = pending_exception(case, body.exception)
    if body.exception is not None and asked is None:
        detail = (
            f"The return has no exception {body.exception} that waits for a decision; its `exceptions` say which do."
        )
        return refused(case, event, at=at, code="nothing_to_decide", detail=detail)
    matter = matter_of(case, waiting, asked)
    standing = find_standing(
        event.actor,
        requester=matter.requester,
        need=matter.need,
        first=matter.first,
        delegations=room.delegations,
        at=at,
    )
    if isinstance(standing, Standing) and asked is None and _refused_it_before(case, event.actor, waiting):
        way_out = "Somebody else hears an appeal."
        standing = _fault("refused_it_before", f"{event.actor.name} refused what this appeal is about.", way_out)
    if isinstance(standing, Finding):
        return refused(case, event, at=at, code=standing.rule, detail=f"{standing.detail} {standing.way_out}")
    if fault := _find_fault(case, event, waiting, body, matter, asked) or find_owner_fault(event, room):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}".strip())
    if body.decision is Decision.ASK_EVIDENCE:
        return _ask_customer(case, event, waiting, body, at=at)
    given = _given(event, body, standing, matter.first, at=at)
    is_first = matter.need is not None and matter.need.approvals > 1 and matter.first is None
    if is_first and body.decision is not Decision.REFUSE:
        return _keep_first(case, event, waiting, given, asked, at=at)
    return _settle(case, event, waiting, given, asked, at=at)


def give_evidence(case: ReturnCase, event: InboxEvent, *, at: datetime) -> Change:
    """The customer answered the question; whoever asked it, or somebody else, decides now."""
    question = open_question(case)
    if question is None:
        detail = "Nothing was asked of the customer that is still open; what was decided can be appealed."
        return declined(case, event, at=at, code="nothing_asked", detail=detail)
    answer = EvidenceBody.model_validate(event.payload)
    facts = {"answered_at": at, "answer": answer.note, "evidence": answer.evidence}
    kept = (*case.evidence_requests[:-1], question.model_copy(update=facts))
    summary = f"The customer answered {question.actor.name}, with {say_pieces(len(answer.evidence))}."
    return applied(case.with_facts(evidence_requests=kept), event, at=at, summary=summary)


class EvidenceBody(BaseModel):
    """What the customer sends: where photos and the like are kept, and a word."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    evidence: tuple[str, ...] = ()
    note: str = ""


def _find_fault(
    case: ReturnCase,
    event: InboxEvent,
    waiting: WaitingFor,
    body: DecidedBody,
    matter: Matter,
    asked: PolicyException | None,
) -> Finding | None:
    """Why this cannot be decided now or so."""
    if asked is None and waiting not in (WaitingFor.REVIEW, WaitingFor.APPROVAL):
        return _nothing_to_decide(case, waiting)
    named, seen = body.subject, body.expected_minor
    if change := find_change(waits=matter.subject, amount=matter.amount, subject=named, expected_minor=seen):
        return change
    if body.decision is Decision.REDUCE:
        return _find_reduction_fault(case, waiting, body, asked)
    if asked is not None and asked.action is Action.LATE_CANCELLATION and body.decision is Decision.APPROVE:
        return find_recall_fault(case)
    if body.decision is Decision.ASK_EVIDENCE and asked is not None:
        return _fault("no_evidence_for_exception", "An exception is approved or refused.", "Ask whoever asked for it.")
    if body.decision is Decision.ASK_EVIDENCE and not body.note.strip():
        return _fault("question_missing", "The customer must be told what is asked.", "Write the question as the note.")
    pending = [each.rule for each in case.approval_reasons if each.rule == "exception_pending"]
    if asked is None and waiting is WaitingFor.APPROVAL and pending and body.decision is not Decision.REFUSE:
        way_out = "Decide on the exception first; the refund is then proposed anew."
        return _fault("exception_pending", "An exception that changes the refund is not decided yet.", way_out)
    return None


def _find_reduction_fault(
    case: ReturnCase, waiting: WaitingFor, body: DecidedBody, asked: PolicyException | None
) -> Finding | None:
    if asked is not None or waiting is not WaitingFor.APPROVAL or case.plan is None:
        return _fault("nothing_to_reduce", "Only a proposed refund can be lowered.", "Approve or refuse.")
    if case.payouts:
        return _fault("already_paid", "Part of the refund is in the ledger already.", "Approve or refuse the rest.")
    total = _say(case.plan.total_minor, case.currency)
    if body.amount_minor is None or not 0 < body.amount_minor < case.plan.total_minor:
        way_out = f"Send amount_minor above nothing and below {total}; to pay nothing, refuse."
        return _fault("amount_not_lower", f"The refund comes to {total}.", way_out)
    return None


def _refused_it_before(case: ReturnCase, actor: Actor, waiting: WaitingFor) -> bool:
    refuser = case.appeal.refused_by if case.appeal else None
    return waiting is WaitingFor.REVIEW and refuser is not None and refuser.person == actor.person


def find_owner_fault(event: InboxEvent, room: DecidingRoom) -> Finding | None:
    """Why the decider must leave it to somebody else who has taken it on; None when nobody else has."""
    return find_taken_fault(event.actor, room.claimed_by)


def _nothing_to_decide(case: ReturnCase, waiting: WaitingFor) -> Finding:
    if waiting is WaitingFor.EVIDENCE:
        detail = "The customer was asked and has not answered yet."
        return _fault("waits_for_customer", detail, "Decide when the answer is there or its time has passed.")
    earlier = case.approval or case.review
    if earlier is not None:
        words = f"{earlier.actor.name} {_VERBS[earlier.decision]} it at {earlier.at:%Y-%m-%d %H:%M:%S} UTC."
        return _fault("already_decided", f"Already decided: {words}", "What is decided stays.")
    return _fault("nothing_to_decide", "There is nothing to decide now.", "`next_step` says what comes first.")


def _given(
    event: InboxEvent, body: DecidedBody, standing: Standing, first: Approval | None, *, at: datetime
) -> Approval:
    """The decision as it is kept; the lower of two amounts counts."""
    lowered = [amount for amount in (body.amount_minor, first.reduced_to_minor if first else None) if amount]
    reduces = body.decision is Decision.REDUCE or (first is not None and first.reduced_to_minor is not None)
    decision = Decision.REDUCE if reduces and body.decision is Decision.APPROVE else body.decision
    return Approval(
        event_id=event.event_id,
        at=at,
        actor=event.actor,
        decision=decision,
        note=body.note,
        stands_in_for=standing.stands_in_for,
        reduced_to_minor=min(lowered) if decision is Decision.REDUCE else None,
    )


def _keep_first(
    case: ReturnCase,
    event: InboxEvent,
    waiting: WaitingFor,
    given: Approval,
    asked: PolicyException | None,
    *,
    at: datetime,
) -> Change:
    summary = f"{event.actor.name} {_VERBS[given.decision]} it; a second approval by somebody else is needed."
    if asked is not None:
        first = asked.model_copy(update={"first_approval": given})
        kept = tuple(first if each.number == asked.number else each for each in case.exceptions)
        return applied(case.with_facts(exceptions=kept), event, at=at, summary=summary)
    fact = "first_review" if waiting is WaitingFor.REVIEW else "first_approval"
    return applied(case.with_facts(**{fact: given}), event, at=at, summary=summary)


def _settle(
    case: ReturnCase,
    event: InboxEvent,
    waiting: WaitingFor,
    given: Approval,
    asked: PolicyException | None,
    *,
    at: datetime,
) -> Change:
    by = f"{event.actor.name} (for {given.stands_in_for})" if given.stands_in_for else event.actor.name
    verb = _VERBS[given.decision]
    if asked is not None:
        granted = given.decision is not Decision.REFUSE
        changed = settle_exception(case, asked.number, granted=granted, decision=given, first=asked.first_approval)
        if granted and asked.action is Action.LATE_CANCELLATION:
            changed = start_recall(changed, asked.number, at=at)
        return applied(changed, event, at=at, summary=f"{by} {verb} exception {asked.number}.")
    if waiting is WaitingFor.REVIEW:
        changed = settle_request_exception(case, given).with_facts(review=given)
        if given.decision is Decision.REFUSE:
            changed = changed.with_goods(dispositions=give_all_back(case.goods))
        return applied(changed, event, at=at, summary=f"{by} {verb} the request.")
    changed = case.with_facts(approval=given)
    if given.decision is Decision.REDUCE:
        # Proposed anew by the same function, so that every line and tax follows.
        changed = changed.with_facts(plan=None)
        summary = f"{by} lowered the refund to {_say(given.reduced_to_minor, case.currency)}."
        return applied(changed, event, at=at, summary=summary, amount_minor=given.reduced_to_minor)
    if given.decision is Decision.REFUSE and is_ahead(case):
        summary = f"{by} refused to pay ahead of the inspection, which says what is owed."
        return applied(refuse_ahead(case, at=at), event, at=at, summary=summary)
    if given.decision is Decision.REFUSE and not case.payouts:
        changed = changed.with_goods(dispositions=return_all_to_customer(case.goods))
    return applied(changed, event, at=at, summary=f"{by} {verb} the refund.")


def _ask_customer(
    case: ReturnCase, event: InboxEvent, waiting: WaitingFor, body: DecidedBody, *, at: datetime
) -> Change:
    asked = EvidenceRequest(
        event_id=event.event_id, at=at, actor=event.actor, question=body.note.strip(), during=waiting
    )
    changed = case.with_facts(evidence_requests=(*case.evidence_requests, asked))
    return applied(changed, event, at=at, summary=f"{event.actor.name} asked the customer for evidence.")


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)


def _say(minor: int | None, currency: str) -> str:
    return str(Money(minor=minor or 0, currency=currency))
