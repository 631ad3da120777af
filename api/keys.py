"""Who a key belongs to, remembered for a moment so that a busy key does not cost a query each time."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta

from records.models import KeyHolder

# Who calls: one key of one merchant, with the name and role that the key stands for.
Caller = KeyHolder

WRITTEN_LIKE = re.compile(r"ak_[A-Za-z0-9_-]{8,128}")
# How long a revoked key may still be used; a person who revokes one is told so.
REMEMBERED = timedelta(seconds=10)
# Far more keys than an installation has; it bounds the memory.
MOST_KEYS = 1024


class KeyRing:
    """Callers by key. `find` asks the records and answers None when no key in force is written so.

    Keys are known here and in the records by their hash alone: finding one compares no secret, so the time it takes
    says nothing about how close a guess came.
    """

    def __init__(self, find: Callable[[str], Caller | None], *, remembered: timedelta = REMEMBERED) -> None:
        self._find = find
        self._remembered = remembered.total_seconds()
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    def recall(self, key: str) -> Caller | None:
        """The caller if the key was looked up a moment ago; never waits."""
        until, caller = self._known.get(_digest(key), (0.0, None))
        return caller if until > time.monotonic() else None

    def look_up(self, key: str) -> Caller | None:
        """The caller as the records know it now; None for a key that is unknown, revoked or no key at all."""
        if not WRITTEN_LIKE.fullmatch(key):
            return None
        caller, digest = self._find(key), _digest(key)
        self._known.pop(digest, None)
        if caller is not None:
            self._known[digest] = (time.monotonic() + self._remembered, caller)
            while len(self._known) > MOST_KEYS:
                self._known.popitem(last=False)
        return caller


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
