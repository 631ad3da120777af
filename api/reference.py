"""The OpenAPI description: typed problems with an example each, and at every operation the roles that may call it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api import credit_problems, policy_problems, problems
from api.errors import MEDIA_TYPE, Problem
from api.permissions import Permission, roles_with
from api.problem_documents import (
    NotReady,
    PendingOutcome,
    RefusedEvent,
    RefusedReturn,
    TooLittleCredit,
    UnusablePolicy,
)
from api.problem_kinds import ProblemKind

MODELS: dict[str, type[Problem]] = {
    problems.RETURN_REFUSED.slug: RefusedReturn,
    problems.EVENT_REFUSED.slug: RefusedEvent,
    problems.OUTCOME_PENDING.slug: PendingOutcome,
    problems.NOT_READY.slug: NotReady,
    credit_problems.CREDIT_TOO_LOW.slug: TooLittleCredit,
    policy_problems.POLICY_INVALID.slug: UnusablePolicy,
}
COMMON = (
    problems.UNAUTHENTICATED,
    problems.FORBIDDEN,
    problems.INVALID_REQUEST,
    problems.TOO_MANY_REQUESTS,
    problems.INTERNAL_ERROR,
    problems.UNAVAILABLE,
)
REF = "#/components/schemas/{model}"
RETRY = {"Retry-After": {"description": "Seconds until the next try.", "schema": {"type": "integer", "minimum": 1}}}
REQUEST_ID = {"X-Request-Id": {"description": "The id of this request in our logs.", "schema": {"type": "string"}}}
DESCRIPTION = """
What happens to an order after the customer clicks "buy": returns, exchanges, claims and refunds, each a case that waits
for weeks and moves money exactly once.

* Every call carries `Authorization: Bearer ak_...`; the key names the shop, the actor and the role.
* Amounts are integers in minor units of the order's currency; their names end in `_minor`.
* Times have an offset; ours are in UTC.
* Whatever fails answers with an RFC 9457 problem document; its `type` is an address that explains the kind.
"""
TAGS = [
    {"name": "Orders", "description": "The order as the shop told it, joined up with all that happened since."},
    {
        "name": "Catalogue",
        "description": "What the shop sells: variants with options, price and stock, and who told us when.",
    },
    {"name": "Payment instruments", "description": "How a customer can pay and be paid, by reference of the provider."},
    {"name": "Returns", "description": "Goods that come back: quote, open, follow."},
    {
        "name": "Exchanges",
        "description": "Goods that come back for other goods; the same cases, bodies and events as returns.",
    },
    {"name": "Return events", "description": "News of scanners, docks, inspectors and supervisors about a return."},
    {"name": "Receipts", "description": "Parcels at the dock, whosever they are, and those that wait for a person."},
    {
        "name": "Claims",
        "description": "Goods that came broken, wrong or not at all: evidence instead of goods; warranties.",
    },
    {
        "name": "Replacement shipments",
        "description": "Goods that go to the customer instead of others: follow, cancel.",
    },
    {"name": "Approvals", "description": "What waits for a person's decision, and who may decide what for whom."},
    {"name": "Policies", "description": "The shop's rules: in words, their versions, staged and put in force."},
    {
        "name": "Explanations",
        "description": "Why each decision and each amount is what it is, computed again from what is stored.",
    },
    {"name": "Promises", "description": "Every date that a customer was told: by whom, kept or broken."},
    {"name": "Abuse signals", "description": "What is on record about customers and returns, and the shop's lists."},
    {"name": "Adjustments", "description": "Goodwill, corrections after a payout, and what a customer owes back."},
    {
        "name": "Collections",
        "description": "What customers are asked to pay, and what is held for goods sent in advance.",
    },
    {"name": "Payment issues", "description": "Money that did not go as planned, followed until it is settled."},
    {"name": "Payment events", "description": "What payment providers tell about refunds and disputes."},
    {"name": "Credit", "description": "Store credit and gift cards: what they hold, and spending it."},
    {"name": "Credit notes", "description": "What was paid back, with net and tax by rate, numbered without gaps."},
    {"name": "Health", "description": "For whoever runs the processes."},
]


def problem_responses(*kinds: ProblemKind, common: bool = True) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with those problems, and with those that every route shares."""
    by_status: dict[int, list[ProblemKind]] = {}
    for kind in (*kinds, *(COMMON if common else ())):
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _response(by_status[status]) for status in sorted(by_status)}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app, built once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=TAGS,
            license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        )
        _add_problem_models(document)
        for address, path in document["paths"].items():
            for operation in path.values():
                _finish(operation, may_miss="{" in address)
        app.openapi_schema = document
    return app.openapi_schema


def _response(kinds: list[ProblemKind]) -> dict[str, Any]:
    models = sorted({MODELS.get(kind.slug, Problem).__name__ for kind in kinds})
    refs = [{"$ref": REF.format(model=model)} for model in models]
    content = {
        "schema": refs[0] if len(refs) == 1 else {"anyOf": refs},
        "examples": {kind.slug: {"summary": kind.title, "value": _example(kind)} for kind in kinds},
    }
    described: dict[str, Any] = {
        "description": " · ".join(kind.title for kind in kinds),
        "content": {MEDIA_TYPE: content},
    }
    if kinds[0].status in (429, 503):
        described["headers"] = RETRY
    return described


def _example(kind: ProblemKind) -> dict[str, Any]:
    example = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.example}
    return {**example, "way_out": kind.remedy, "request_id": "req_01JB2Z6T8N"}


def _add_problem_models(document: dict[str, Any]) -> None:
    models: list[type[Problem]] = [Problem, *MODELS.values()]
    _, definitions = models_json_schema([(model, "serialization") for model in models], ref_template=REF)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in definitions["$defs"].items():
        schemas.setdefault(name, schema)


def _finish(operation: dict[str, Any], *, may_miss: bool) -> None:
    if may_miss:
        # A part of the address that is empty or has a line break in it leads to no address at all.
        operation["responses"].setdefault("404", _response([problems.NOT_FOUND]))
    permissions = [scope for requirement in operation.get("security", []) for scope in requirement.get("ApiKey", [])]
    for permission in permissions:
        roles = ", ".join(f"`{role}`" for role in roles_with(Permission(permission)))
        operation["description"] = f"{operation.get('description', '')}\n\nRoles: {roles}."
    for response in operation["responses"].values():
        response["headers"] = {**response.get("headers", {}), **REQUEST_ID}
