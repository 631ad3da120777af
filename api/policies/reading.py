"""Reading a shop's rules: in the words of its customers, by version, and what changed from one to the next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from api import examples_policies, policy_problems, problems
from api.dependencies import IfNoneMatch, Parts, needs
from api.etags import answer, etag
from api.keys import Caller
from api.permissions import Permission
from api.policies.pages import HTML, MARKDOWN, html_page, markdown_page, wanted_page
from api.policies.views import PolicyInWords, PolicyView, VersionDifferences, VersionList, VersionView
from api.reference import problem_responses
from domain.policies.differences import compare_policies
from domain.policies.versions import in_force
from domain.policies.words import tell_policy

router = APIRouter(prefix="/v1/policies", tags=["Policies"])

Reader = Annotated[Caller, needs(Permission.READ_POLICIES)]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the version.", examples=[3])]


@router.get(
    "",
    operation_id="list_policies",
    summary="List the versions",
    responses={
        200: {"content": {"application/json": {"example": examples_policies.VERSIONS}}},
        **problem_responses(),
    },
)
def list_policies(caller: Reader, parts: Parts) -> VersionList:
    """Every version of the shop's policy, newest first, and which of them is in force."""
    return VersionList.of(list(parts.records.policy_book.versions(caller.merchant)), parts.clock.now())


@router.get(
    "/current",
    operation_id="get_current_policy",
    summary="The rules in words",
    response_model=PolicyInWords,
    responses={
        200: {
            "description": "As JSON, or as a page for `Accept: text/html` or `text/markdown`.",
            "content": {
                "application/json": {"example": examples_policies.WORDS},
                HTML: {"schema": {"type": "string"}},
                MARKDOWN: {"schema": {"type": "string"}},
            },
        },
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.POLICY_MISSING),
    },
)
def get_current_policy(
    caller: Reader,
    parts: Parts,
    accept: Annotated[str, Header(description="application/json, text/html or text/markdown.")] = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What the shop's customers are told: windows, fees, who pays, methods, moments and the law, each with its rule."""
    current = parts.records.reads.policy(caller.merchant)
    words = PolicyInWords(version=current.version, name=current.policy.name, sections=tell_policy(current.policy))
    page = wanted_page(accept)
    if page:
        return html_page(words) if page == HTML else markdown_page(words)
    return answer(words, tag=etag(words.version), if_none_match=if_none_match, headers={"Vary": "Accept"})


@router.get(
    "/{version}",
    operation_id="get_policy",
    summary="Read a version",
    responses={
        200: {"content": {"application/json": {"example": examples_policies.VERSION}}},
        **problem_responses(policy_problems.POLICY_VERSION_NOT_FOUND),
    },
)
def get_policy(caller: Reader, version: Version, parts: Parts) -> PolicyView:
    """The whole document with who staged and activated it. Versions never change."""
    book, now = parts.records.policy_book, parts.clock.now()
    record = book.version(caller.merchant, version)
    shown = VersionView.of(record, in_force(book.versions(caller.merchant), now), now)
    return PolicyView(**shown.model_dump(), document=record.policy)


@router.get(
    "/{version}/differences",
    operation_id="compare_policy",
    summary="What a version changes",
    responses={
        200: {"content": {"application/json": {"example": examples_policies.DIFFERENCES}}},
        **problem_responses(policy_problems.POLICY_VERSION_NOT_FOUND, problems.POLICY_MISSING),
    },
)
def compare_policy(
    caller: Reader,
    version: Version,
    parts: Parts,
    before: Annotated[
        int | None,
        Query(ge=1, le=2**31 - 1, description="Compared with this version; left out: with the one in force."),
    ] = None,
) -> VersionDifferences:
    """Rules added, gone, changed and moved, and other settings, in the terms of the document."""
    book = parts.records.policy_book
    after = book.version(caller.merchant, version)
    old = book.version(caller.merchant, before or parts.records.reads.policy(caller.merchant).version)
    differences = compare_policies(old.policy, after.policy)
    return VersionDifferences(before=old.version, after=version, differences=differences)
