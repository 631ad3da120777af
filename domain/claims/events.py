"""What each kind of news does to a claim, apart from money and replacements, which the records tell of."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.asking import open_question
from domain.cases import EventKind, InboxEvent, WaitingFor
from domain.changes import applied, declined, parked, refused
from domain.claims.case import MOST_EVIDENCE, Appeal, Claim
from domain.claims.deciding import decide_claim
from domain.claims.planning import Ground
from domain.claims.progress import derive_progress
from domain.claims.proposing import ClaimChange
from domain.goods_back.events import GOODS_NEWS, apply_goods_event
from domain.goods_back.inspecting import Expectations
from domain.goods_back.parts import Evidence, find_evidence_problem
from domain.returns.approvals import DecidingRoom
from domain.words import say_pieces


class ShownBody(BaseModel):
    """What the customer sends: photos and the like by reference, and a word."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    evidence: tuple[Evidence, ...] = ()
    note: str = ""


def apply_event(case: Claim, event: InboxEvent, ground: Ground, room: DecidingRoom, *, at: datetime) -> ClaimChange:
    """The claim after the event; the answer says applied, kept, refused or parked, and why."""
    progress = derive_progress(case, ground.policy)
    if not progress.open:
        detail = f"The claim {case.ref.rma} is closed; the event is kept for a person to look at."
        return parked(case, event, at=at, code="case_closed", detail=detail)
    try:
        if event.kind in GOODS_NEWS:
            return _apply_goods(case, event, ground, at=at)
        match event.kind:
            case EventKind.APPROVAL_DECIDED:
                return decide_claim(case, event, progress.waiting_for, ground, room, at=at)
            case EventKind.EVIDENCE_GIVEN:
                return _give_evidence(case, event, at=at)
            case EventKind.APPEAL_REQUESTED:
                return _appeal(case, event, at=at)
            case EventKind.CANCEL_REQUESTED:
                return _cancel(case, event, at=at)
            case _:
                detail = f"A claim takes no {event.kind}; a person finds the case that it is about."
                return parked(case, event, at=at, code="not_for_claims", detail=detail)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)


def _apply_goods(case: Claim, event: InboxEvent, ground: Ground, *, at: datetime) -> ClaimChange:
    if not case.takes_goods:
        detail = "The goods of this claim were not asked for; what came is kept for a person."
        return parked(case, event, at=at, code="goods_not_asked_for", detail=detail)
    over = case.given_at is not None or case.cancelled_at is not None or case.is_denied
    expectations = Expectations(checklists=_checklists(case), order=ground.order, is_over=over)
    return apply_goods_event(case, event, expectations=expectations, at=at)


def _checklists(case: Claim) -> dict[str, tuple[str, ...]]:
    return {line_id: granted.checklist for line_id, granted in case.terms.items()}


def _give_evidence(case: Claim, event: InboxEvent, *, at: datetime) -> ClaimChange:
    """The answer to a question, or more of what was sent with the claim; counted with it."""
    told = ShownBody.model_validate(event.payload)
    if fault := _evidence_fault(case, told.evidence):
        return declined(case, event, at=at, code=fault[0], detail=fault[1])
    question = open_question(case)
    undecided = case.resolution is None and not case.is_denied
    if question is None and not undecided:
        detail = (
            "Nothing was asked of the customer that is still open, and the claim is decided; a denial can be appealed."
        )
        return declined(case, event, at=at, code="nothing_asked", detail=detail)
    changed = case.with_facts(evidence=(*case.evidence, *told.evidence))
    count = len(told.evidence)
    if question is None:
        summary = f"The customer sent {say_pieces(count, more=True)}. {told.note}".strip()
        return applied(changed, event, at=at, summary=summary)
    references = tuple(piece.reference for piece in told.evidence)
    answered = question.model_copy(update={"answered_at": at, "answer": told.note, "evidence": references})
    changed = changed.with_facts(evidence_requests=(*case.evidence_requests[:-1], answered))
    summary = f"The customer answered {question.actor.name}, with {say_pieces(count)}."
    return applied(changed, event, at=at, summary=summary)


def _appeal(case: Claim, event: InboxEvent, *, at: datetime) -> ClaimChange:
    """Somebody other than who denied it looks at the claim again."""
    told = ShownBody.model_validate(event.payload)
    if not case.may_be_appealed:
        words = (
            "It was looked at twice already; the shop can be asked for goodwill."
            if len(case.denials) > 1
            else "There is no denial to appeal; `next_step` says what comes first."
        )
        return declined(case, event, at=at, code="nothing_to_appeal", detail=words)
    if not told.note.strip():
        return declined(
            case,
            event,
            at=at,
            code="reason_missing",
            detail="An appeal needs its reason. Say as `note` what the denial has wrong.",
        )
    if fault := _evidence_fault(case, told.evidence):
        return declined(case, event, at=at, code=fault[0], detail=fault[1])
    appeal = Appeal(event_id=event.event_id, at=at, actor=event.actor, note=told.note.strip(), evidence=told.evidence)
    denial = case.denials[-1].model_copy(update={"appeal": appeal})
    kept = tuple(each for each in case.escalated if each is not WaitingFor.REVIEW)
    changed = case.with_facts(
        denials=(*case.denials[:-1], denial), evidence=(*case.evidence, *told.evidence), escalated=kept
    )
    return applied(changed, event, at=at, summary=f"The denial was appealed: {appeal.note}")


def _cancel(case: Claim, event: InboxEvent, *, at: datetime) -> ClaimChange:
    """Withdrawn as long as nothing is on its way; after a denial it means that the denial stands."""
    if case.cancelled_at is not None:
        return refused(
            case, event, at=at, code="already_cancelled", detail="The claim was withdrawn already; file another one."
        )
    if case.is_denied:
        denial = case.denials[-1].model_copy(update={"accepted_at": at})
        changed = case.with_facts(denials=(*case.denials[:-1], denial))
        return applied(changed, event, at=at, summary=f"{event.actor.name} accepted the denial.")
    if case.given_at is not None or case.goods.arrivals or case.is_partly_paid:
        detail = "Something is on its way already, so the claim can no longer be withdrawn; wait for its outcome."
        return refused(case, event, at=at, code="already_given", detail=detail)
    return applied(case.with_facts(cancelled_at=at), event, at=at, summary=f"{event.actor.name} withdrew the claim.")


def _evidence_fault(case: Claim, evidence: tuple[Evidence, ...]) -> tuple[str, str] | None:
    if problem := find_evidence_problem(evidence):
        return "evidence_not_usable", f"The evidence cannot be used: {problem}"
    if len(case.evidence) + len(evidence) > MOST_EVIDENCE:
        left = max(0, MOST_EVIDENCE - len(case.evidence))
        return "too_much_evidence", f"A claim holds up to {MOST_EVIDENCE} pieces of evidence; send {left} or fewer."
    return None
