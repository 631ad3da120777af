"""Asking for a return: the quote, which keeps nothing, and the request, which becomes a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api import abuse_problems, approval_problems, examples, examples_authority, gift_problems, problems
from api.dependencies import Parts, Rma, Services, needs, require
from api.errors import ApiProblem, FieldError, retry_after
from api.etags import etag
from api.idempotency import IdempotencyKey, hash_body
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from api.returns.asking import neutrally, what_is_wanted
from api.viewers import view_for_recipient
from domain.cases import CaseKind, CaseRef
from domain.gifts import GiftReturn
from domain.orders import Moment
from domain.recipients import name_gift
from domain.returns.case import Appeal, ReturnRequest, Verdict
from domain.returns.quotes import ReturnQuote, quote_return
from domain.returns.recipients import quote_recipient
from domain.returns.views import ReturnView, view_return
from records.models import ClaimOutcome, FirstAnswer, ReturnClaim
from workflows.gateway import OutcomePending, TemporalUnavailable

router = APIRouter(prefix="/v1/returns", tags=["Returns"])


class ExceptionAsked(BaseModel):
    """Why the rules should be set aside for this request; it is shown on the case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Annotated[str, Field(min_length=3, max_length=2000)]


class ReturnAsked(ReturnRequest):
    """What a storefront or an agent asks for."""

    requested_at: Annotated[
        Moment | None,
        Field(description="When the customer asked, if not now; for administrators who enter past requests."),
    ] = None
    exception: Annotated[
        ExceptionAsked | None,
        Field(description="For people with authority: that the goods come back although the rules refuse them."),
    ] = None


@dataclass(frozen=True)
class Wish:
    """A request as it came in: by whom, under which key, and after which refused return.

    An appeal is about a request of then, so it is judged by the day on which that was made.
    """

    asked: ReturnAsked
    key: str
    caller: Caller
    follows: str = ""
    appeal: Appeal | None = None
    appealed_at: datetime | None = None
    gift: GiftReturn | None = None


@router.post(
    "/quote",
    operation_id="quote_return",
    summary="What if these came back?",
    responses={
        200: {"content": {"application/json": {"example": examples.QUOTE}}},
        **problem_responses(problems.ORDER_NOT_FOUND, gift_problems.GIFT_NOT_FOUND, problems.POLICY_MISSING),
    },
)
def quote(
    asked: Annotated[ReturnAsked, Body(openapi_examples=examples.RETURN_REQUESTS)],
    caller: Annotated[Caller, needs(Permission.QUOTE_RETURNS)],
    parts: Parts,
    request: Request,
) -> ReturnQuote:
    """Per line: eligible or why not, and until when; who pays the shipping; the refund; what happens next.

    Nothing is kept. The refund is worked out by the function that later pays it.
    """
    note(request, order_id=asked.order_id)
    at = _requested_at(asked, caller, parts)
    with neutrally(asked):
        basis = parts.records.reads.quote_basis(caller.merchant, asked.order_id, at=at)
    if asked.gift is not None:
        name_gift(basis.order, asked.gift, (line.line_id for line in asked.lines))
    quoted = quote_return(
        basis.order,
        asked.chosen_lines,
        policy=basis.policy.policy,
        conditions=parts.conditions,
        taken=basis.taken,
        before=basis.before,
        now=at,
        ask=what_is_wanted(asked, caller, parts, basis.order),
        history=basis.history,
        kept=basis.kept,
        is_gift=asked.gift is not None,
    )
    return quoted if asked.gift is None else quote_recipient(quoted, basis.policy.policy.gift_value)


@router.post(
    "",
    operation_id="open_return",
    summary="Open a return",
    status_code=201,
    response_model=ReturnView,
    responses={
        201: {
            "description": "The return is open: authorized, with its label or one to follow, or in review.",
            "content": {"application/json": {"example": examples.RETURN_VIEW}},
        },
        **problem_responses(
            problems.ORDER_NOT_FOUND,
            gift_problems.GIFT_NOT_FOUND,
            problems.POLICY_MISSING,
            problems.IDEMPOTENCY_KEY_MISSING,
            problems.IDEMPOTENCY_KEY_REUSED,
            problems.RETURN_REFUSED,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def open_return(
    asked: Annotated[ReturnAsked, Body(openapi_examples=examples.RETURN_REQUESTS)],
    idempotency_key: IdempotencyKey,
    caller: Annotated[Caller, needs(Permission.OPEN_RETURNS)],
    parts: Parts,
    request: Request,
) -> Response:
    """The request is judged by the shop's policy and becomes a case, also when it is refused.

    With an `exception` the rules may be set aside: at once where the policy's matrix lets the caller do that alone,
    else somebody else decides.

    The same request with the same `Idempotency-Key` gets the same answer, whenever it is sent again. After a 503 send
    it again: it is on record and is never opened twice.
    """
    note(request, order_id=asked.order_id)
    return await give_answer(Wish(asked, idempotency_key, caller), parts, request)


@router.post(
    "/{rma}/exception_requested",
    operation_id="exception_requested",
    summary="Ask for an exception after a refusal",
    status_code=201,
    response_model=ReturnView,
    responses={
        201: {
            "description": "A new return with the same lines: authorized, or in review until somebody decides.",
            "content": {"application/json": {"example": examples.RETURN_VIEW}},
        },
        **problem_responses(
            problems.RETURN_NOT_FOUND,
            problems.MALFORMED_RMA,
            problems.IDEMPOTENCY_KEY_MISSING,
            problems.IDEMPOTENCY_KEY_REUSED,
            approval_problems.NOTHING_TO_EXCEPT,
            problems.RETURN_REFUSED,
            problems.OUTCOME_PENDING,
        ),
    },
)
async def exception_requested(
    caller: Annotated[Caller, needs(Permission.ASK_EXCEPTIONS)],
    rma: Rma,
    wanted: Annotated[ExceptionAsked, Body(openapi_examples=examples_authority.EXCEPTIONS_ASKED)],
    idempotency_key: IdempotencyKey,
    parts: Parts,
    request: Request,
) -> Response:
    """The refused return stays as it is; a new one asks for the same lines beyond the rules, under the caller's name."""
    stored = await run_in_threadpool(parts.records.reads.return_case, caller.merchant, rma)
    case = stored.case
    if case.eligibility is None or case.eligibility.verdict is not Verdict.REFUSED:
        detail = f"Return {rma} was not refused by the rules: it is {stored.progress.state}."
        raise ApiProblem(approval_problems.NOTHING_TO_EXCEPT, detail)
    asked = ReturnAsked(
        order_id=case.order_id,
        lines=case.lines,
        in_advance=case.exchange is not None and case.exchange.in_advance,
        pay_with=case.exchange.pay_with if case.exchange else "",
        exception=wanted,
    )
    return await give_answer(Wish(asked, idempotency_key, caller, follows=rma, gift=case.gift), parts, request)


async def give_answer(wish: Wish, parts: Services, request: Request) -> Response:
    """The request's first answer, given now or before."""
    ref = await run_in_threadpool(_claim, wish, parts)
    note(request, case_id=ref.rma)
    answered = await run_in_threadpool(parts.records.reads.first_answer, ref)
    if answered is None:
        await _open(parts, ref)
        answered = await run_in_threadpool(_keep_first_answer, parts, ref)
    return _as_response(answered, ref)


def _claim(wish: Wish, parts: Services) -> CaseRef:
    asked, key, caller = wish.asked, wish.key, wish.caller
    if asked.exception is not None:
        require(caller, Permission.ASK_EXCEPTIONS)
    claim = ReturnClaim(
        merchant=caller.merchant,
        idempotency_key=key,
        # A request without an exception keeps the hash that it had before there were any.
        body_hash=hash_body(wish.appeal or asked, apart_from=set() if asked.exception else {"exception"}),
        request=ReturnRequest(
            **{name: getattr(asked, name) for name in ReturnRequest.model_fields} | {"lines": asked.chosen_lines}
        ),
        actor=caller.actor,
        requested_at=wish.appealed_at or _requested_at(asked, caller, parts),
        claimed_at=parts.clock.now(),
        exception=asked.exception.note if asked.exception else "",
        follows=wish.follows,
        appeal=wish.appeal,
        gift=wish.gift,
    )
    with neutrally(asked):
        claimed = parts.records.claim_return(claim, new_rma=parts.clock.new_rma)
    if claimed.outcome is ClaimOutcome.CONFLICT and wish.appeal is not None:
        raise ApiProblem(
            abuse_problems.APPEAL_NOT_POSSIBLE, f"Return {wish.follows} was appealed before: {claimed.ref.rma}."
        )
    if claimed.outcome is ClaimOutcome.CONFLICT:
        detail = f"The key {key} was used before with another body; a new request needs a new key."
        raise ApiProblem(problems.IDEMPOTENCY_KEY_REUSED, detail)
    return claimed.ref


async def _open(parts: Services, ref: CaseRef) -> None:
    try:
        await parts.gateway.open(ref)
    except (OutcomePending, TemporalUnavailable):
        raise _pending(ref) from None


def _pending(ref: CaseRef) -> ApiProblem:
    detail = f"The return {ref.rma} is on record and not decided yet; ask again with the same Idempotency-Key."
    return ApiProblem(problems.OUTCOME_PENDING, detail, headers=retry_after(), members={"rma": ref.rma})


def _requested_at(asked: ReturnAsked, caller: Caller, parts: Services) -> datetime:
    now = parts.clock.now()
    if asked.requested_at is None:
        return now
    require(caller, Permission.BACKDATE_RETURNS)
    if asked.requested_at > now:
        error = FieldError(field="requested_at", detail="This is in the future.")
        raise ApiProblem(problems.INVALID_REQUEST, f"{error.field}: {error.detail}", errors=[error])
    return asked.requested_at


def _keep_first_answer(parts: Services, ref: CaseRef) -> FirstAnswer:
    """Whoever reads the return first fixes the answer; a second request at the same moment gets the same."""
    stored = parts.records.reads.return_case(ref.merchant, ref.rma)
    view = (
        view_for_recipient(stored, parts)
        if stored.case.gift
        else view_return(stored.case, stored.progress, stored.promises)
    )
    if view.verdict is None:
        raise _pending(ref)
    status = 422 if view.verdict is Verdict.REFUSED else 201
    answer = FirstAnswer(status=status, version=stored.version, body=view.model_dump_json())
    return parts.records.keep_first_answer(ref, answer)


def _as_response(answered: FirstAnswer, ref: CaseRef) -> Response:
    if answered.status == problems.RETURN_REFUSED.status:
        raise _refused(json.loads(answered.body))
    place = "exchanges" if ref.kind is CaseKind.EXCHANGE else "returns"
    headers = {"Location": f"/v1/{place}/{ref.rma}", "ETag": etag(answered.version)}
    return Response(answered.body, answered.status, headers=headers, media_type="application/json")


def _refused(view: dict[str, Any]) -> ApiProblem:
    """As it was written then: an old answer stays readable when the view has grown."""
    reasons = view["reasons"]
    detail = " ".join(reason["detail"] for reason in reasons)
    return ApiProblem(problems.RETURN_REFUSED, detail, members={"case": view, "reasons": reasons})
