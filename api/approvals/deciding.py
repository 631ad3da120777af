"""Working the queue off: taking an approval on, letting it go, and deciding equal ones at once."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api import approval_problems, examples_authority, problems
from api.adjustments.door import ADJUSTMENTS
from api.adjustments.events import AdjustmentApprovalDecided
from api.approvals.views import ApprovalAddress, ApprovalView, split_address, unknown_approval, view_approval
from api.claims.door import CLAIMS
from api.claims.news import ClaimDecided
from api.delivery import Incoming, ask
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem
from api.keys import Caller
from api.news import EventId
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.door import RETURNS
from api.returns.news import ApprovalDecided
from domain.approvals import UNDECIDED
from domain.cases import CaseKind, EventKind
from domain.confirmations import is_confirmation
from domain.policies import Action
from domain.returns.case import Decision, Finding
from records.approval_claims import ClaimAnswer
from records.approvals import StoredApproval

router = APIRouter(prefix="/v1/approvals", tags=["Approvals"])

Decider = Annotated[Caller, needs(Permission.DECIDE_APPROVALS)]
# Each decision is a call to its case, one after the other; more would keep the caller waiting for minutes.
MOST_AT_ONCE = 100

_WORDS: dict[str, Literal[Decision.APPROVE, Decision.REFUSE]] = {
    "approve": Decision.APPROVE,
    "refuse": Decision.REFUSE,
}
_CLAIMED = {
    200: {"content": {"application/json": {"example": examples_authority.APPROVAL}}},
    **problem_responses(approval_problems.APPROVAL_NOT_FOUND, approval_problems.APPROVAL_TAKEN),
}


class BulkDecision(BaseModel):
    """One decision for approvals that are equal: of the same action, and none above the same amount."""

    model_config = ConfigDict(extra="forbid")

    approvals: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="Ids of the queue."
    )
    decision: Literal["approve", "refuse"]
    action: Action = Field(description="What they all are about; one of another kind is left undecided.")
    at_most_minor: int | None = Field(default=None, ge=0, description="One above this amount is left undecided.")
    note: str = Field(default="", max_length=2000, description="Why; it is shown on each case.")


class BulkOutcome(BaseModel):
    """What came of one of them."""

    model_config = ConfigDict(frozen=True)

    approval: str
    outcome: str = Field(description="applied, refused, or pending: ask again with the same Idempotency-Key.")
    code: str = Field(description="Stable, for programs.")
    detail: str


class BulkAnswer(BaseModel):
    """An outcome for each, in the order in which they were sent."""

    model_config = ConfigDict(frozen=True)

    applied: int
    outcomes: list[BulkOutcome]


@router.post(
    "/decisions", operation_id="decide_approvals", summary="Decide equal approvals at once",
    responses={
        200: {"content": {"application/json": {"example": examples_authority.BULK_ANSWER}}},
        **problem_responses(),
    },
)  # fmt: skip
async def decide_approvals(
    caller: Decider,
    parts: Parts,
    body: Annotated[BulkDecision, Body(openapi_examples=examples_authority.BULK_DECISIONS)],
    key: Annotated[EventId, Header(alias="Idempotency-Key", description="Your id of this decision.")],
) -> BulkAnswer:
    """Each is decided by its own case under the same rules as alone; one that is refused does not stop the others."""
    outcomes = [await _decide_one(caller, parts, body, key, approval) for approval in dict.fromkeys(body.approvals)]
    return BulkAnswer(applied=sum(each.outcome == "applied" for each in outcomes), outcomes=outcomes)


@router.post("/{approval}/claimed", operation_id="claim_approval", summary="Take an approval on", responses=_CLAIMED)
def claim_approval(caller: Decider, address: ApprovalAddress, parts: Parts) -> ApprovalView:
    """Nobody else decides it meanwhile. Of two who take it on at the same moment one has it; who may not decide has it never."""
    _require_voice(caller, parts, *address)
    return _shown(address, *parts.records.claim_approval(caller.merchant, *address, by=caller.actor))


@router.post("/{approval}/released", operation_id="release_approval", summary="Let it go", responses=_CLAIMED)
def release_approval(caller: Decider, address: ApprovalAddress, parts: Parts) -> ApprovalView:
    """It is free again; whoever may decide may also release what somebody else took on and left."""
    return _shown(address, *parts.records.release_approval(caller.merchant, *address, by=caller.actor))


def _require_voice(caller: Caller, parts: Services, rma: str, subject: str) -> None:
    """The caller has one of the roles that are asked, or stands in for somebody who has."""
    found = parts.records.reads.approvals.approval(caller.merchant, rma, subject)
    if found is None or caller.actor.role in found.item.roles:
        return
    with parts.records.transaction() as tx:
        lent = tx.delegations_to(caller.merchant, caller.actor.person, at=parts.clock.now())
    if not any(each.delegator.role in found.item.roles for each in lent):
        roles = " or ".join(found.item.roles)
        detail = f"Only {roles} may decide {found.approval_id}, and whoever stands in for them."
        raise ApiProblem(problems.FORBIDDEN, detail)


def _shown(address: tuple[str, str], answer: ClaimAnswer, found: StoredApproval | None) -> ApprovalView:
    approval = ".".join(address)
    if found is None:
        raise unknown_approval(approval)
    if answer is ClaimAnswer.TAKEN:
        detail = f"{found.owner} has taken {approval} on since {found.claimed_at:%Y-%m-%d %H:%M} UTC."
        raise ApiProblem(approval_problems.APPROVAL_TAKEN, detail)
    if answer is ClaimAnswer.DECIDED:
        raise ApiProblem(approval_problems.APPROVAL_TAKEN, _say_decided(found))
    return view_approval(found)


async def _decide_one(caller: Caller, parts: Services, body: BulkDecision, key: str, approval: str) -> BulkOutcome:
    """The outcome of one; who was told something before is told the same again."""
    try:
        rma, subject = split_address(approval)
        found = await run_in_threadpool(parts.records.reads.approvals.approval, caller.merchant, rma, subject)
        if found is None:
            raise unknown_approval(approval)
        event = _as_event(found, body, caller, f"{key}:{approval}"[:200], expected_minor=found.item.amount_minor)
        assert event.own_id is not None, "it has a key"
        if known := await run_in_threadpool(parts.records.reads.event, caller.merchant, event.own_id):
            # What it is about may have changed since, not what its sender looked at.
            event = _as_event(found, body, caller, event.key, expected_minor=known.event.payload.get("expected_minor"))
        elif fault := _find_difference(found, body):
            return BulkOutcome(approval=approval, outcome="refused", code=fault.rule, detail=fault.detail)
        told = json.loads(bytes((await ask(parts, event)).body))
    except ApiProblem as problem:
        outcome = "pending" if problem.kind.status == 503 else "refused"
        code = str(problem.members.get("code") or problem.kind.slug)
        return BulkOutcome(approval=approval, outcome=outcome, code=code, detail=problem.detail)
    return BulkOutcome(approval=approval, outcome=told["outcome"], code=told["code"], detail=told["detail"])


def _as_event(
    found: StoredApproval, body: BulkDecision, caller: Caller, key: str | None, *, expected_minor: int | None
) -> Incoming:
    """The decision as the case of that kind takes it, with what was looked at: should that have changed, it refuses."""
    kind, rma, subject = EventKind.APPROVAL_DECIDED, found.ref.rma, found.item.subject
    said: dict[str, Any] = {"decision": _WORDS[body.decision], "note": body.note}
    said |= {"subject": subject, "expected_minor": expected_minor}
    if found.ref.kind is CaseKind.ADJUSTMENT:
        return Incoming(ADJUSTMENTS, caller, rma, kind, AdjustmentApprovalDecided(**said), key)
    if found.ref.kind is CaseKind.CLAIM:
        return Incoming(CLAIMS, caller, rma, kind, ClaimDecided(**said), key)
    number = int(subject.removeprefix("exception_")) if subject.startswith("exception_") else None
    return Incoming(RETURNS, caller, rma, kind, ApprovalDecided(**said, exception=number), key)


def _find_difference(found: StoredApproval, body: BulkDecision) -> Finding | None:
    """Why the approval is not one to decide with the others; None when it is."""
    item = found.item
    if item.state not in UNDECIDED:
        return _left("already_decided" if item.decided_by else "nothing_to_decide", _say_decided(found))
    if is_confirmation(item.subject):
        return _left("not_equal", "Money that was paid outside is confirmed alone, by whoever has seen its proof.")
    if item.action is not body.action:
        return _left("not_equal", f"It is about a {item.action}, not about a {body.action}; decide it alone.")
    if body.at_most_minor is not None and item.amount_minor > body.at_most_minor:
        detail = f"It is about {item.amount_minor}, more than {body.at_most_minor}; decide it alone."
        return _left("not_equal", detail)
    return None


def _left(rule: str, detail: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out="")


def _say_decided(found: StoredApproval) -> str:
    by = found.item.decided_by.name if found.item.decided_by else "nobody"
    return f"{found.approval_id} waits no more: it is {found.item.state} by {by}."
