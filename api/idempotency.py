"""Telling the same request from another one."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

# Visible ASCII, as a header may carry it.
KEY_PATTERN = r"^[!-~]+$"
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=KEY_PATTERN,
        description="A value that you use for this one request: sent again with it, the request gets the same answer.",
        examples=["5b1c2d6e-8f0a-4c7b-9e63-0d8f6a1b2c3d"],
    ),
]


def hash_body(body: BaseModel, *, apart_from: set[str] | None = None, **more: str) -> str:
    """Equal for bodies that mean the same: spelled-out defaults, the order of fields and white space do not matter."""
    content = {"body": body.model_dump(mode="json", exclude=apart_from), **more}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
