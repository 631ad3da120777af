"""Versions of what can be read: `ETag`, `If-None-Match` (answer 304) and `If-Match` (else 412)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel

from api import problems
from api.errors import ApiProblem

VERSION = re.compile(r"[0-9]{1,9}")


def etag(version: int | str) -> str:
    """The `ETag` of a version."""
    return f'"{version}"'


def etag_of(body: bytes) -> str:
    """The `ETag` of an answer that has no version of its own: a digest of its bytes."""
    return etag(hashlib.sha256(body).hexdigest()[:32])


def answer(
    content: BaseModel, *, tag: str | None = None, if_none_match: str | None = None, status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The content as JSON with its `ETag` (its digest, if none is given), or an empty 304 when the caller has it."""
    body = content.model_dump_json().encode()
    tag = tag or etag_of(body)
    tagged = {"ETag": tag, **(headers or {})}
    if if_none_match is not None and matches(if_none_match, tag):
        return Response(status_code=304, headers=tagged)
    return Response(body, status, headers=tagged, media_type="application/json")


def matches(condition: str, tag: str) -> bool:
    """Whether the list of tags in a conditional header names `tag`; `*` names any, and weakness does not matter."""
    named = [part.strip().removeprefix("W/") for part in condition.split(",")]
    return "*" in named or tag.removeprefix("W/") in named


def expected_version(if_match: str | None, if_none_match: str | None) -> int | None:
    """The version that the caller wants to change; 0 when it must be new, None when any will do.

    Only the part of a tag before the hyphen is the version: what else the answer showed may have moved on.
    """
    if if_none_match is not None and if_none_match.strip() == "*":
        return 0
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/").strip('"').split("-")[0]
    # A tag that we never gave out is a version that nothing has.
    return int(version) if VERSION.fullmatch(version) else -1


def require_match(if_match: str | None, version: int) -> None:
    """Nothing, when the caller named no version or the present one; else the problem that says which it is."""
    if if_match is not None and not matches(if_match, etag(version)):
        detail = f"The present version is {etag(version)}; read it again before you change it."
        raise ApiProblem(problems.PRECONDITION_FAILED, detail, headers={"ETag": etag(version)})
