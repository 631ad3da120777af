"""Filing a claim: judged by the policy at once, by a person where it must be."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import claim_problems, problems
from api import examples_claims as examples
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem, retry_after
from api.etags import etag
from api.idempotency import IdempotencyKey, hash_body
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from domain.cases import CaseRef
from domain.claims.case import ClaimRequest
from domain.claims.views import view_claim
from domain.goods_back.parts import find_evidence_problem
from domain.returns.case import Verdict
from records.claim_models import ClaimFiled
from records.models import ClaimOutcome, FirstAnswer
from workflows.gateway import OutcomePending, TemporalUnavailable

router = APIRouter(prefix="/v1/claims", tags=["Claims"])


@router.post(
    "",
    operation_id="file_claim",
    summary="File a claim",
    status_code=201,
    responses={
        201: {
            "description": "The claim is open: granted, denied with the way to appeal, or with a person.",
            "content": {"application/json": {"example": examples.VIEW}},
        },
        **problem_responses(
            problems.ORDER_NOT_FOUND,
            problems.POLICY_MISSING,
            problems.IDEMPOTENCY_KEY_MISSING,
            problems.IDEMPOTENCY_KEY_REUSED,
            claim_problems.CLAIM_REFUSED,
            claim_problems.EVIDENCE_NOT_USABLE,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def file_claim(
    asked: Annotated[ClaimRequest, Body(openapi_examples=examples.REQUESTS)],
    idempotency_key: IdempotencyKey,
    caller: Annotated[Caller, needs(Permission.FILE_CLAIMS)],
    parts: Parts,
    request: Request,
) -> Response:
    """Goods that came damaged, wrong, not at all or not as described, with evidence by reference instead of goods.

    The policy's table `claims` decides where it can; else a person does, who may ask for more evidence or for the goods.
    The same request with the same `Idempotency-Key` gets the same answer, whenever it is sent again.
    """
    note(request, order_id=asked.order_id)
    if problem := find_evidence_problem(asked.evidence):
        raise ApiProblem(claim_problems.EVIDENCE_NOT_USABLE, problem)
    ref = await run_in_threadpool(_file, asked, idempotency_key, caller, parts)
    note(request, case_id=ref.rma)
    answered = await run_in_threadpool(parts.records.reads.first_answer, ref)
    if answered is None:
        try:
            await parts.gateway.open(ref)
        except (OutcomePending, TemporalUnavailable):
            raise _pending(ref) from None
        answered = await run_in_threadpool(_keep_first_answer, parts, ref)
    return _as_response(answered, ref)


def _file(asked: ClaimRequest, key: str, caller: Caller, parts: Services) -> CaseRef:
    filed = ClaimFiled(
        merchant=caller.merchant,
        idempotency_key=key,
        body_hash=hash_body(asked),
        request=asked,
        actor=caller.actor,
        requested_at=parts.clock.now(),
    )
    claimed = parts.records.claims.file(filed, new_rma=parts.clock.new_rma)
    if claimed.outcome is ClaimOutcome.CONFLICT:
        detail = f"The key {key} was used before with another body; a new request needs a new key."
        raise ApiProblem(problems.IDEMPOTENCY_KEY_REUSED, detail)
    return claimed.ref


def _pending(ref: CaseRef) -> ApiProblem:
    detail = f"The claim {ref.rma} is on record and not decided yet; ask again with the same Idempotency-Key."
    return ApiProblem(problems.OUTCOME_PENDING, detail, headers=retry_after(), members={"rma": ref.rma})


def _keep_first_answer(parts: Services, ref: CaseRef) -> FirstAnswer:
    """Whoever reads the claim first fixes the answer; a second request at the same moment gets the same."""
    stored = parts.records.claims.claim(ref.merchant, ref.rma)
    view = view_claim(stored.case, stored.progress)
    if view.verdict is None:
        raise _pending(ref)
    status = claim_problems.CLAIM_REFUSED.status if view.verdict is Verdict.REFUSED else 201
    answer = FirstAnswer(status=status, version=stored.version, body=view.model_dump_json())
    return parts.records.keep_first_answer(ref, answer)


def _as_response(answered: FirstAnswer, ref: CaseRef) -> Response:
    if answered.status == claim_problems.CLAIM_REFUSED.status:
        raise _refused(json.loads(answered.body))
    headers = {"Location": f"/v1/claims/{ref.rma}", "ETag": etag(answered.version)}
    return Response(answered.body, answered.status, headers=headers, media_type="application/json")


def _refused(view: dict[str, Any]) -> ApiProblem:
    """As it was written then: an old answer stays readable when the view has grown."""
    reasons = view["reasons"]
    detail = " ".join(f"{reason['detail']} {reason['way_out']}" for reason in reasons)
    return ApiProblem(claim_problems.CLAIM_REFUSED, detail, members={"case": view, "reasons": reasons})
