"""Asking for an adjustment: the quote, which keeps nothing, and the request, which becomes a case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import adjustment_problems, problems
from api import examples_adjustments as examples
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem, retry_after
from api.etags import etag
from api.idempotency import IdempotencyKey, hash_body
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from domain.adjustments.case import AdjustmentBasis, Asked, Correction, Goodwill
from domain.adjustments.planning import (
    Planned,
    correction_basis,
    find_corrections,
    plan_correction,
    plan_goodwill,
)
from domain.adjustments.progress import AdjustmentState
from domain.adjustments.views import AdjustmentQuote, AdjustmentView, quote_adjustment, view_adjustment
from domain.cases import CaseKind, CaseRef
from domain.policies import Policy
from domain.reimbursements import AmountRefused
from domain.returns.case import ReturnCase
from domain.rma import MalformedRma, parse_rma
from records.adjustment_models import AdjustmentClaim, AmountBasis
from records.models import Claimed, ClaimOutcome, FirstAnswer
from workflows.gateway import OutcomePending, TemporalUnavailable

router = APIRouter(prefix="/v1/adjustments", tags=["Adjustments"])

AskedBody = Annotated[Asked, Body(openapi_examples=examples.REQUESTS)]
Asker = Annotated[Caller, needs(Permission.OPEN_ADJUSTMENTS)]
_REFUSALS = (
    problems.ORDER_NOT_FOUND,
    problems.RETURN_NOT_FOUND,
    problems.POLICY_MISSING,
    adjustment_problems.AMOUNT_REFUSED,
    problems.MALFORMED_RMA,
)


@router.post(
    "/quote",
    operation_id="quote_adjustment",
    summary="What would it come to?",
    responses={200: {"content": {"application/json": {"example": examples.QUOTE}}}, **problem_responses(*_REFUSALS)},
)
def quote(asked: AskedBody, caller: Asker, parts: Parts, request: Request) -> AdjustmentQuote:
    """The amounts with their reasons, and whether a person would have to decide. Nothing is kept."""
    order_id, planned, policy = _plan(parts, caller, asked)
    note(request, order_id=order_id)
    if isinstance(planned, AmountRefused):
        raise amount_refused(planned)
    return quote_adjustment(order_id, asked, planned, policy, requester=caller.actor)


@router.post(
    "",
    operation_id="open_adjustment",
    summary="Open an adjustment",
    status_code=201,
    response_model=AdjustmentView,
    responses={
        201: {
            "description": "It is on record: paid, waiting for a person, or owed to the shop.",
            "content": {"application/json": {"example": examples.VIEW}},
        },
        **problem_responses(
            *_REFUSALS,
            problems.IDEMPOTENCY_KEY_MISSING,
            problems.IDEMPOTENCY_KEY_REUSED,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def open_adjustment(
    asked: AskedBody, idempotency_key: IdempotencyKey, caller: Asker, parts: Parts, request: Request
) -> Response:
    """Goodwill by amount, a refund that was paid outside, or the correction of a closed return.

    What cannot be paid is answered with what is left and what to do, and leaves no case. The same request with the same
    `Idempotency-Key` gets the same answer, whenever it is sent again.
    """
    ref = await run_in_threadpool(_claim, asked, idempotency_key, caller, parts)
    note(request, case_id=ref.rma)
    answered = await run_in_threadpool(parts.records.reads.first_answer, ref)
    if answered is None:
        try:
            await parts.gateway.open(ref)
        except (OutcomePending, TemporalUnavailable):
            raise _pending(ref) from None
        answered = await run_in_threadpool(_keep_first_answer, parts, ref)
    return _as_response(answered, ref)


def amount_refused(refusal: AmountRefused, **members: Any) -> ApiProblem:
    """Why it cannot be paid, what is left, and what to do."""
    said = refusal.model_dump(include={"code", "left_minor", "way_out"})
    return ApiProblem(adjustment_problems.AMOUNT_REFUSED, f"{refusal.detail} {refusal.way_out}", members=said | members)


def _claim(asked: Asked, key: str, caller: Caller, parts: Services) -> CaseRef:
    body_hash = hash_body(asked)
    money = parts.records.reads.money
    claimed = money.claim(caller.merchant, key, body_hash, kind=CaseKind.ADJUSTMENT)
    claimed = claimed or _claim_anew(asked, key, body_hash, caller, parts)
    if claimed.outcome is ClaimOutcome.CONFLICT:
        detail = f"The key {key} was used before with another body; a new request needs a new key."
        raise ApiProblem(problems.IDEMPOTENCY_KEY_REUSED, detail)
    return claimed.ref


def _claim_anew(asked: Asked, key: str, body_hash: str, caller: Caller, parts: Services) -> Claimed:
    """What cannot be paid is said at once; what may be is decided once more by the case, with its order locked."""
    order_id, planned, _ = _plan(parts, caller, asked)
    if isinstance(planned, AmountRefused):
        raise amount_refused(planned)
    if isinstance(asked, Correction):
        asked = asked.model_copy(update={"rma": _number(asked)})
        version = parts.records.reads.return_case(caller.merchant, asked.rma).case.policy_version
    else:
        version = parts.records.reads.policy(caller.merchant).version
    claim = AdjustmentClaim(
        merchant=caller.merchant,
        idempotency_key=key,
        body_hash=body_hash,
        asked=asked,
        order_id=order_id,
        policy_version=version,
        actor=caller.actor,
        requested_at=parts.clock.now(),
    )
    return parts.records.claim_adjustment(claim, new_rma=parts.clock.new_rma)


def _plan(parts: Services, caller: Caller, asked: Asked) -> tuple[str, Planned, Policy]:
    """The order, what it would come to at this moment, and the policy by which it is worked out."""
    reads = parts.records.reads
    if isinstance(asked, Goodwill):
        found = reads.money.amount_basis(caller.merchant, asked.order_id)
        policy = found.policy.policy
        planned = plan_goodwill(asked, found.order, _basis(found), policy=policy, at=parts.clock.now())
        return asked.order_id, planned, policy
    original = reads.return_case(caller.merchant, _number(asked)).case
    policy = reads.policy(caller.merchant, original.policy_version).policy
    return original.order_id, _plan_correction(parts, caller, asked, original, policy), policy


def _plan_correction(
    parts: Services, caller: Caller, asked: Correction, original: ReturnCase, policy: Policy
) -> Planned:
    money = parts.records.reads.money
    corrections = find_corrections(money.adjustments_of(caller.merchant, original.order_id), original.ref.rma)
    beside = [original.ref, *(each.ref for each in corrections)]
    found = money.amount_basis(caller.merchant, original.order_id, apart_from=beside)
    basis = correction_basis(_basis(found), asked, original, corrections)
    return plan_correction(asked, original, found.order, basis, policy=policy)


def _basis(found: AmountBasis) -> AdjustmentBasis:
    return AdjustmentBasis(
        order_version=found.version,
        before=found.before,
        refundable_minor=found.refundable_minor,
        collected=found.collected,
    )


def _number(asked: Correction) -> str:
    try:
        return parse_rma(asked.rma)
    except MalformedRma as malformed:
        raise ApiProblem(problems.MALFORMED_RMA, f"{malformed}.") from None


def _pending(ref: CaseRef) -> ApiProblem:
    detail = f"The adjustment {ref.rma} is on record and not decided yet; ask again with the same Idempotency-Key."
    return ApiProblem(problems.OUTCOME_PENDING, detail, headers=retry_after(), members={"rma": ref.rma})


def _keep_first_answer(parts: Services, ref: CaseRef) -> FirstAnswer:
    """Whoever reads it first fixes the answer; a second request at the same moment gets the same."""
    stored = parts.records.reads.money.adjustment(ref.merchant, ref.rma)
    view = view_adjustment(stored.case, stored.progress)
    if view.state is AdjustmentState.REQUESTED:
        raise _pending(ref)
    status = adjustment_problems.AMOUNT_REFUSED.status if view.refusal else 201
    answer = FirstAnswer(status=status, version=stored.version, body=view.model_dump_json())
    return parts.records.keep_first_answer(ref, answer)


def _as_response(answered: FirstAnswer, ref: CaseRef) -> Response:
    if answered.status == adjustment_problems.AMOUNT_REFUSED.status:
        view = AdjustmentView.model_validate_json(answered.body)
        assert view.refusal is not None, "only a refusal is answered so"
        raise amount_refused(view.refusal, case=view.model_dump(mode="json"))
    headers = {"Location": f"/v1/adjustments/{ref.rma}", "ETag": etag(answered.version)}
    return Response(answered.body, answered.status, headers=headers, media_type="application/json")
