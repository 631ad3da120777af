"""Ids and times as the vendors write them."""

from __future__ import annotations

import secrets
import string
import time
from datetime import UTC, datetime

ALPHANUMERIC = string.ascii_letters + string.digits


def stripe_id(prefix: str) -> str:
    """Such as re_3Qm1..., 24 characters after the prefix."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHANUMERIC) for _ in range(24))


def easypost_id(prefix: str) -> str:
    """Such as shp_ and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def epoch() -> int:
    """Now, in whole seconds since 1970, as Stripe writes times."""
    return int(time.time())


def iso_time() -> str:
    """Now, to the second and in UTC, as EasyPost writes times."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
