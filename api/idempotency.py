"""Telling the same request from another one."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel

# Visible ASCII, as a header may carry it.
KEY_PATTERN = r"^[!-~]+$"


def hash_body(body: BaseModel, *, apart_from: set[str] | None = None, **more: str) -> str:
    """Equal for bodies that mean the same: spelled-out defaults, the order of fields and white space do not matter."""
    content = {"body": body.model_dump(mode="json", exclude=apart_from), **more}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
