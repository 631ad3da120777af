"""Changing a shop's rules: a document is checked and staged, then put in force, by somebody else if the operator says so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples_policies, policy_problems
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem
from api.etags import answer
from api.keys import Caller
from api.permissions import Permission
from api.policies.reading import Version
from api.policies.views import PolicyStaged, VersionView
from api.problem_documents import PolicyFinding
from api.reference import problem_responses
from config.policies import PolicyText, check_text
from domain.errors import UnknownPolicy
from domain.orders import Moment
from domain.policies import Policy
from domain.policies.checking import Severity
from domain.policies.differences import compare_policies
from domain.policies.versions import Activation, PolicyRecord, in_force

router = APIRouter(prefix="/v1/policies", tags=["Policies"])

Writer = Annotated[Caller, needs(Permission.WRITE_POLICIES)]


class PolicySent(BaseModel):
    """A policy document as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Annotated[str, Field(max_length=500_000, description="The YAML text, so that findings can name lines.")]
    effective_from: Annotated[
        Moment | None, Field(description="From when on it shall hold once it is activated; left out: from then on.")
    ] = None
    note: Annotated[str, Field(max_length=500, description="Why, for those who read the list of versions.")] = ""


class PolicyActivation(BaseModel):
    """When a staged version begins to hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effective_from: Annotated[
        Moment | None, Field(description="Left out: as it was staged, or at once when that has passed.")
    ] = None


@router.post(
    "",
    operation_id="stage_policy",
    summary="Check and stage a policy",
    status_code=201,
    response_model=PolicyStaged,
    responses={
        200: {"description": "The newest version is this very document.", "model": PolicyStaged},
        201: {
            "description": "It is staged as a new version; nothing is judged by it yet.",
            "content": {"application/json": {"example": examples_policies.STAGED}},
        },
        **problem_responses(policy_problems.POLICY_INVALID),
    },
)
def stage_policy(
    caller: Writer, sent: Annotated[PolicySent, Body(openapi_examples=examples_policies.SENT)], parts: Parts
) -> Response:
    """The document is checked as `aftercart policy check` does. What is usable becomes the newest version, staged.

    `differences` say what it would change. Requests are judged by it only after it was activated.
    """
    written = check_text(sent.document, conditions=parts.conditions, warehouses=parts.settings.warehouse.addresses)
    findings = _findings(written)
    if written.policy is None or any(found.severity is Severity.ERROR for found in findings):
        raise _invalid(findings)
    now = parts.clock.now()
    record, is_new = parts.records.policy_book.stage(
        caller.merchant,
        written.policy,
        staged_by=caller.actor.person,
        effective_from=sent.effective_from or now,
        note=sent.note,
    )
    current = _current(parts, caller)
    staged = PolicyStaged(
        version=_view(parts, caller, record, now),
        findings=findings,
        differences=compare_policies(current, record.policy) if current is not None else [],
    )
    return answer(staged, status=201 if is_new else 200)


@router.post(
    "/{version}/activate",
    operation_id="activate_policy",
    summary="Put a version in force",
    responses={
        200: {"content": {"application/json": {"example": examples_policies.ACTIVATED}}},
        **problem_responses(policy_problems.POLICY_VERSION_NOT_FOUND, policy_problems.POLICY_NOT_ACTIVATED),
    },
)
def activate_policy(
    caller: Writer,
    version: Version,
    parts: Parts,
    asked: Annotated[PolicyActivation, Body(openapi_examples=examples_policies.ACTIVATIONS)],
) -> VersionView:
    """Requests are judged by it from then on. Every case keeps the version under which it was opened."""
    now = parts.clock.now()
    wish = Activation(
        person=caller.actor.person,
        now=now,
        effective_from=asked.effective_from,
        four_eyes=parts.settings.policies.four_eyes,
    )
    record, refusal = parts.records.policy_book.activate(caller.merchant, version, wish)
    if refusal is not None:
        raise ApiProblem(policy_problems.POLICY_NOT_ACTIVATED, refusal.detail, members={"code": refusal.code})
    return _view(parts, caller, record, now)


def _findings(written: PolicyText) -> list[PolicyFinding]:
    found = [
        PolicyFinding(
            severity=each.severity,
            line=written.line_of(each.path),
            path=each.place,
            reason=each.reason,
            suggestion=each.suggestion,
        )
        for each in written.problems
    ]
    return sorted(found, key=lambda each: each.line)


def _invalid(findings: list[PolicyFinding]) -> ApiProblem:
    errors = [each for each in findings if each.severity is Severity.ERROR]
    said = [f"line {each.line}: {each.path}: {each.reason}. {each.suggestion}".strip() for each in errors[:3]]
    members = {"findings": [each.model_dump(mode="json") for each in findings]}
    return ApiProblem(policy_problems.POLICY_INVALID, " ".join(said), members=members)


def _current(parts: Services, caller: Caller) -> Policy | None:
    try:
        return parts.records.reads.policy(caller.merchant).policy
    except UnknownPolicy:
        return None


def _view(parts: Services, caller: Caller, record: PolicyRecord, now: datetime) -> VersionView:
    return VersionView.of(record, in_force(parts.records.policy_book.versions(caller.merchant), now), now)
