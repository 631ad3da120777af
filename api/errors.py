"""Whatever goes wrong becomes an RFC 9457 problem document; nothing else ever answers a request that failed."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api import (
    adjustment_problems,
    catalogue_problems,
    claim_problems,
    credit_problems,
    gift_problems,
    policy_problems,
    problems,
)
from api.problem_kinds import ProblemKind
from domain.errors import (
    NotOnRecord,
    OutcomeUnknown,
    Unavailable,
    UnknownAdjustment,
    UnknownCase,
    UnknownClaim,
    UnknownCreditNote,
    UnknownGift,
    UnknownOrder,
    UnknownPaymentIssue,
    UnknownPolicy,
    UnknownPolicyVersion,
    UnknownProduct,
    UnknownReplacementShipment,
    UnknownWarranty,
)
from domain.instruments import CardNumberFound
from records.search import BadCursor

MEDIA_TYPE = "application/problem+json"
# Long enough for a restart of the worker or the database to be over on the second try.
RETRY_AFTER = timedelta(seconds=5)


class FieldError(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="Where it is, such as lines.0.quantity or header.Idempotency-Key.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Stable, for programs; this address describes the kind of problem.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What happened and what to do, for people.")
    way_out: str = Field(default="", description="What can be done instead, for people.")
    request_id: str = Field(description="Name this when you ask about the problem; it is in our logs.")
    errors: list[FieldError] = Field(default=[], description="The fields that are wrong, if it is about fields.")


class ApiProblem(Exception):
    """Ends the request with a problem document; `members` are its further members."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str = "",
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or kind.meaning)
        self.kind = kind
        self.detail = detail or kind.meaning
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})


def retry_after(span: timedelta | None = None) -> dict[str, str]:
    """The header that says when to try again, in whole seconds, never less than one."""
    return {"Retry-After": str(max(1, math.ceil((span or RETRY_AFTER).total_seconds())))}


def problem_response(problem: ApiProblem, request_id: str) -> JSONResponse:
    """The HTTP answer for a problem."""
    document = Problem(
        type=problem.kind.type,
        title=problem.kind.title,
        status=problem.kind.status,
        detail=problem.detail,
        request_id=request_id,
        errors=problem.errors,
        **{"way_out": problem.kind.remedy, **problem.members},
    )
    content = document.model_dump(mode="json", exclude=None if problem.errors else {"errors"})
    return JSONResponse(content, problem.kind.status, headers=problem.headers, media_type=MEDIA_TYPE)


def from_validation(invalid: RequestValidationError) -> ApiProblem:
    """FastAPI's own complaint about a request, with each field named."""
    found = [FieldError(field=_field_name(error["loc"]), detail=_reason(error)) for error in invalid.errors()]
    # A list whose items are wrong is also said to be too short: that is an echo, not a second mistake.
    errors = _once_a_field(
        [each for each in found if not any(other.field.startswith(f"{each.field}.") for other in found)]
    )
    if any(error.field == "header.Idempotency-Key" for error in errors):
        detail = problems.IDEMPOTENCY_KEY_MISSING.example
        return ApiProblem(problems.IDEMPOTENCY_KEY_MISSING, detail, errors=errors)
    for error in invalid.errors():
        if isinstance(cause := error.get("ctx", {}).get("error"), CardNumberFound):
            # The place alone: other complaints could repeat what was sent.
            return ApiProblem(
                catalogue_problems.CARD_NUMBER_REFUSED, f"{cause}; send the provider's reference instead."
            )
    detail = "; ".join(f"{error.field}: {error.detail}" for error in errors[:3])
    return ApiProblem(problems.INVALID_REQUEST, detail, errors=errors)


def from_http(error: HTTPException) -> ApiProblem:
    """What the framework itself refuses: an unknown address, a wrong method, a body that is too large or unreadable."""
    headers = dict(error.headers or {})
    match error.status_code:
        case 404:
            return ApiProblem(problems.NOT_FOUND, problems.NOT_FOUND.example)
        case 409:
            return ApiProblem(problems.PAYLOAD_UNREADABLE, str(error.detail), headers=headers)
        case 413:
            return ApiProblem(problems.TOO_LARGE, str(error.detail))
        case _:
            return ApiProblem(problems.INVALID_REQUEST, str(error.detail), headers=headers)


# What each kind of thing that our records do not hold is told as.
MISSING: dict[type[NotOnRecord], ProblemKind] = {
    UnknownOrder: problems.ORDER_NOT_FOUND,
    UnknownGift: gift_problems.GIFT_NOT_FOUND,
    UnknownProduct: catalogue_problems.PRODUCT_NOT_FOUND,
    UnknownCase: problems.RETURN_NOT_FOUND,
    UnknownPaymentIssue: problems.PAYMENT_ISSUE_NOT_FOUND,
    UnknownReplacementShipment: problems.REPLACEMENT_SHIPMENT_NOT_FOUND,
    UnknownAdjustment: adjustment_problems.ADJUSTMENT_NOT_FOUND,
    UnknownClaim: claim_problems.CLAIM_NOT_FOUND,
    UnknownWarranty: claim_problems.WARRANTY_NOT_FOUND,
    UnknownCreditNote: credit_problems.CREDIT_NOTE_NOT_FOUND,
    UnknownPolicy: problems.POLICY_MISSING,
    UnknownPolicyVersion: policy_problems.POLICY_VERSION_NOT_FOUND,
}


def from_missing(missing: NotOnRecord) -> ApiProblem:
    """What our records do not hold."""
    return ApiProblem(MISSING.get(type(missing), problems.NOT_FOUND))


def from_unavailable(outage: Unavailable) -> ApiProblem:
    """A part that surely did nothing; the message stays in our logs, since it may name hosts."""
    return ApiProblem(problems.UNAVAILABLE, headers=retry_after(outage.retry_after))


def from_bad_cursor(bad: BadCursor) -> ApiProblem:
    """A cursor that no page of this list ended with."""
    error = FieldError(field="query.cursor", detail=str(bad))
    return ApiProblem(problems.INVALID_REQUEST, f"{error.field}: {bad}", errors=[error])


def from_unknown_outcome(_unknown: OutcomeUnknown) -> ApiProblem:
    """A part that may have done it."""
    return ApiProblem(problems.OUTCOME_PENDING, headers=retry_after())


MAPPINGS: dict[type[Exception], Callable[[Any], ApiProblem]] = {
    ApiProblem: lambda problem: problem,
    RequestValidationError: from_validation,
    HTTPException: from_http,
    NotOnRecord: from_missing,
    BadCursor: from_bad_cursor,
    Unavailable: from_unavailable,
    OutcomeUnknown: from_unknown_outcome,
}


def install(app: FastAPI) -> None:
    """Every error that is raised on purpose is answered by its problem document."""
    for error, mapping in MAPPINGS.items():
        app.add_exception_handler(error, _handler(mapping))
    app.add_exception_handler(405, _answer_wrong_method)


async def _answer_wrong_method(request: Request, _error: Exception) -> JSONResponse:
    """The framework names the methods of the first route alone; an address may have several."""
    path, routes = request.url.path, iter_route_contexts(request.app.routes)
    methods = {method for route in routes for method in route.methods or () if route.path_regex.match(path)}
    allowed = ", ".join(sorted(methods))
    problem = ApiProblem(problems.METHOD_NOT_ALLOWED, f"This address takes {allowed}.", headers={"Allow": allowed})
    request.state.problem = problem.kind.slug
    return problem_response(problem, request.state.request_id)


def _handler(mapping: Callable[[Any], ApiProblem]) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def answer(request: Request, error: Exception) -> JSONResponse:
        problem = mapping(error)
        request.state.problem = problem.kind.slug
        return problem_response(problem, request.state.request_id)

    return answer


def _once_a_field(errors: list[FieldError]) -> list[FieldError]:
    """What may be one of several kinds is complained about once for each: told as one mistake."""
    details: dict[str, list[str]] = {}
    for error in errors:
        details.setdefault(error.field, []).append(error.detail)
    return [FieldError(field=field, detail=", or: ".join(dict.fromkeys(said))) for field, said in details.items()]


# How Pydantic names the alternatives of a union in the place of a mistake: str-enum[ReturnState].
_ALTERNATIVE = re.compile(r"^[a-z-]+\[.*\]$")


def _field_name(location: tuple[int | str, ...]) -> str:
    source, *path = location
    names = [str(part) for part in path if not _ALTERNATIVE.match(str(part))]
    if source == "header":
        names = ["-".join(word.capitalize() for word in name.replace("_", "-").split("-")) for name in names]
    return ".".join(names if source == "body" else [str(source), *names]) or "body"


def _reason(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"The body is not JSON: {error['ctx']['error']}"
    return str(error["msg"]).removeprefix("Value error, ")
